import { isStaged, type ServicePlan } from '@breakwater/plan';
import { at as inside, list } from '../json.ts';
import type { Hit, Rule } from '../rule.ts';

/** How long Node.js keeps an idle connection open unless told otherwise (server.keepAliveTimeout), in seconds. */
const NODE_KEEP_ALIVE_SECONDS = 5;

/** Images that a rollback may still need: the running one, the one before, and one that is being deployed. */
const DEPLOYABLE_REVISIONS = 3;

const services = (plan: { readonly services: Readonly<Record<string, ServicePlan>> }) =>
  Object.values(plan.services);

/** Rules about deployments and the tasks that come and go with them. */
export const DEPLOYMENT_RULES: readonly Rule[] = [
  {
    id: 'check/cut-requests',
    severity: 'info',
    title: 'Requests longer than draining',
    why: 'A request that is still running when draining ends is answered by 502.',
    fix: 'Make drain as long as the longest request, or loadBalancer.idleTimeout as short.',
    find: ({ plan, place }) => {
      const idle = plan.loadBalancer?.idleTimeoutSeconds;
      if (idle === undefined) return [];
      return services(plan).flatMap(({ key, ingress }) =>
        ingress !== null && ingress.deregistrationDelaySeconds < idle
          ? [
              {
                where: place(`services.${key}.ingress.deregistrationDelaySeconds`),
                what: `A request to ${key} may wait ${idle} s for its first byte, but draining ends after ${ingress.deregistrationDelaySeconds} s.`,
              },
            ]
          : [],
      );
    },
  },
  {
    id: 'check/slow-draining',
    severity: 'info',
    title: 'Draining that makes deployments slow',
    why: 'Each step of a deployment waits for the tasks that it takes away.',
    fix: 'Use a drain a little above the longest request.',
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, ingress }) =>
        ingress !== null && ingress.deregistrationDelaySeconds > 120
          ? [
              {
                where: place(`services.${key}.ingress.deregistrationDelaySeconds`),
                what: `Every task of ${key} drains for up to ${ingress.deregistrationDelaySeconds} s.`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'check/keep-alive',
    severity: 'info',
    title: 'Keep-alive of the servers',
    why: 'When the server closes an idle connection first, the load balancer sometimes sends into it and answers 502. Node.js closes after 5 s, gunicorn after 2 s.',
    fix: 'Set the keep-alive of the servers above the idle timeout: server.keepAliveTimeout in Node.js.',
    find: ({ plan: { loadBalancer, services: all }, place }) => {
      if (loadBalancer === null || loadBalancer.idleTimeoutSeconds < NODE_KEEP_ALIVE_SECONDS) return [];
      const names = Object.values(all).flatMap(({ key, ingress }) => (ingress === null ? [] : [key]));
      return names.length === 0
        ? []
        : [
            {
              where: place('loadBalancer.idleTimeoutSeconds'),
              what: `The load balancer keeps connections open for ${loadBalancer.idleTimeoutSeconds} s: ${names.join(', ')} should keep them longer.`,
            },
          ];
    },
  },
  {
    id: 'check/stuck-on-schedule',
    severity: 'error',
    title: 'Deployment that cannot move at scheduled times',
    why: 'With the number of tasks that the schedule leaves, none may stop and none may start.',
    fix: 'Use minimumHealthy 100 with maximum 200.',
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, deployment, scaling }) =>
        isStaged(deployment.strategy)
          ? []
          : (scaling?.scheduled ?? []).flatMap(({ minimum }, index): readonly Hit[] => {
              if (minimum === null || minimum === 0) return [];
              const lower = Math.ceil((minimum * deployment.minimumHealthyPercent) / 100);
              const upper = Math.floor((minimum * deployment.maximumPercent) / 100);
              return lower >= minimum && upper <= minimum
                ? [
                    {
                      where: place(`services.${key}.scaling.scheduled.${index}.minimum`),
                      what: `With ${minimum} tasks, ${key} may neither stop nor start one.`,
                    },
                  ]
                : [];
            }),
      ),
  },
  {
    id: 'check/no-grace',
    severity: 'warning',
    title: 'No time to start',
    why: 'Tasks that need longer to start than the health check allows are killed and started over and over.',
    fix: "Give health.grace the time that a start takes, for example '60 s'.",
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, ingress }) =>
        ingress !== null && ingress.health.gracePeriodSeconds === 0
          ? [
              {
                where: place(`services.${key}.ingress.health.gracePeriodSeconds`),
                what: `Health checks count from the first second of a task of ${key}.`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'check/no-rollback',
    severity: 'warning',
    title: 'Deployments that are not taken back',
    why: 'A version that does not start would be tried again and again.',
    fix: 'Leave the circuit breaker and its rollback on.',
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, deployment: { circuitBreaker } }) =>
        circuitBreaker.enabled && circuitBreaker.rollback
          ? []
          : [
              {
                where: place(`services.${key}.deployment.circuitBreaker.rollback`),
                what: `A failed deployment of ${key} is not taken back.`,
              },
            ],
      ),
  },
  {
    id: 'check/shift-without-alarm',
    severity: 'warning',
    title: 'Traffic shift that watches nothing',
    why: 'The new version is baked for a while, but nothing would notice that it answers badly.',
    fix: "Add alarms on errors and latency, and name them: deployment: { rollbackOn: ['errors', 'latency'] }.",
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, deployment }) =>
        isStaged(deployment.strategy) && deployment.rollbackAlarms.length === 0
          ? [
              {
                where: place(`services.${key}.deployment.rollbackAlarms`),
                what: `${deployment.strategy.kind} deployments of ${key} roll back on no alarm.`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'check/double-capacity',
    severity: 'info',
    title: 'Deployments that need twice the tasks',
    why: 'Blue/green, canary and linear run both versions in full: addresses, quotas of vCPUs and connections to the database must suffice for both.',
    fix: 'Check the Fargate vCPU quota and the connections that the database allows.',
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, deployment, scaling, desiredCount, cpuUnits }) => {
        const most = (scaling?.maximum ?? desiredCount) * 2;
        return !isStaged(deployment.strategy)
          ? []
          : [
              {
                where: place(`services.${key}.deployment.strategy.kind`),
                what: `A deployment of ${key} runs up to ${most} tasks with ${(most * cpuUnits) / 1024} vCPUs.`,
              },
            ];
      }),
  },
  {
    id: 'check/keep-images',
    severity: 'warning',
    title: 'Too few images kept',
    why: 'A repository that deletes the image of a revision makes a rollback to it, and even a new task of it, impossible.',
    fix: `Keep at least ${DEPLOYABLE_REVISIONS}: registry: { keep: 10 }.`,
    find: ({ plan, place }) =>
      services(plan).flatMap(({ key, registry }) =>
        registry !== null && registry.keepImages < DEPLOYABLE_REVISIONS
          ? [
              {
                where: place(`services.${key}.registry.keepImages`),
                what: `${registry.name} keeps ${registry.keepImages}, fewer than the running revision, the one before and the next.`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'check/desired-count-reset',
    severity: 'error',
    title: 'Deployment that resets the number of tasks',
    why: 'With autoscaling, a desired count in the template takes back what scaling has decided.',
    fix: 'Leave DesiredCount out of the template.',
    find: ({ plan, of }) =>
      of('AWS::ECS::Service').flatMap(({ path, properties }) => {
        const service = services(plan).find(({ name }) => name === properties['ServiceName']);
        return service?.scaling !== null && service !== undefined && properties['DesiredCount'] !== undefined
          ? [
              {
                where: path,
                what: `DesiredCount is ${String(properties['DesiredCount'])} although the service scales.`,
              },
            ]
          : [];
      }),
  },
  {
    id: 'check/requests-with-two-groups',
    severity: 'error',
    title: 'Requests per target with two target groups',
    why: 'The metric names one target group, and traffic changes to the other.',
    fix: 'Scale by CPU.',
    find: ({ of }) => {
      const shifting = new Set(
        of('AWS::ECS::Service').flatMap(({ stack, properties }) =>
          list(properties['LoadBalancers']).some(
            (each) => inside(each, 'AdvancedConfiguration') !== undefined,
          )
            ? [stack]
            : [],
        ),
      );
      return of('AWS::ApplicationAutoScaling::ScalingPolicy').flatMap(({ path, properties, stack }) => {
        const metric = inside(
          properties,
          'TargetTrackingScalingPolicyConfiguration',
          'PredefinedMetricSpecification',
          'PredefinedMetricType',
        );
        return shifting.has(stack) && metric === 'ALBRequestCountPerTarget'
          ? [{ where: path, what: 'It scales by requests, and the service has two target groups.' }]
          : [];
      });
    },
  },
  {
    id: 'check/target-type',
    severity: 'error',
    title: 'Targets that are no addresses',
    why: 'Fargate tasks register by their address; with the default, instance, registration fails.',
    fix: "Use target type 'ip'.",
    find: ({ of }) =>
      of('AWS::ElasticLoadBalancingV2::TargetGroup').flatMap(({ path, properties }) =>
        properties['TargetType'] === 'ip'
          ? []
          : [{ where: path, what: `The target type is ${String(properties['TargetType'] ?? 'instance')}.` }],
      ),
  },
];
