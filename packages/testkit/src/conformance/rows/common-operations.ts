import type { Model } from '../model.ts';
import { holds, named, same, sameSet, tasksOf } from './looking.ts';
import type { Row } from './row.ts';

/** Tags of each system; Environment is given by shop, and its own suffix elsewhere. */
const TAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  catalog: { Environment: 'dev', Project: 'catalog', ManagedBy: 'Breakwater' },
  'flask-api': { Environment: 'production', Project: 'ecommerce-api', ManagedBy: 'Pulumi' },
  payments: {
    Environment: 'dev',
    Project: 'payments',
    ManagedBy: 'Breakwater',
    Team: 'payments',
    CostCenter: 'fintech',
  },
  storefront: { Environment: 'dev', Project: 'storefront', ManagedBy: 'Breakwater' },
};

/** What all strategies that shift traffic need: both target groups, the rule that is theirs, a role, alarms to go back on. */
function shiftsTraffic(model: Model): void {
  holds(model.services.length > 0, 'expected services');
  for (const { name, targets, deployment } of model.services) {
    same(targets.length, 1, `target groups that ${name} registers with`);
    const [target] = targets;
    const { alternate } = target ?? {};
    holds(alternate != null, `${name} has no alternate target group`);
    named(model.targetGroups, target?.targetGroup ?? '');
    named(model.targetGroups, alternate?.targetGroup ?? '');
    holds(alternate?.targetGroup !== target?.targetGroup, `${name} has the same target group twice`);
    holds((alternate?.rulePaths?.length ?? 0) > 0, `${name} names no listener rule to move`);
    const role = named(model.roles, alternate?.role ?? '');
    holds(
      role.managedPolicies.some((policy) =>
        policy.endsWith(':policy/AmazonECSInfrastructureRolePolicyForLoadBalancers'),
      ),
      `${role.name} may not move traffic: ${JSON.stringify(role.managedPolicies)}`,
    );
    const rule = model.listeners
      .flatMap(({ rules }) => rules)
      .find(({ paths }) => paths.join() === alternate?.rulePaths?.join());
    const forwarded = rule?.action.kind === 'forward' ? rule.action.targets : [];
    same(
      forwarded.map(({ targetGroup, weight }) => [targetGroup, weight > 0]),
      [
        [target?.targetGroup, true],
        [alternate?.targetGroup, false],
      ],
      `weights of the rule of ${name}`,
    );
    same(deployment.bakeMinutes, 10, `bake time of ${name}`);
    same(deployment.alarms.rollback, true, `rollback of ${name} on alarms`);
    const watched = deployment.alarms.names.map((alarm) => named(model.alarms, alarm).metric);
    // CloudWatch knows a target group as `targetgroup/<name>/<id>`.
    sameSet(
      watched.map((metric) => `${metric.name} of ${metric.dimensions['TargetGroup']?.split('/')[1]}`),
      [target, alternate].map((group) => `HTTPCode_Target_5XX_Count of ${group?.targetGroup}`),
      `what the rollback alarms of ${name} watch`,
    );
  }
}

export const common: readonly Row[] = [
  {
    id: 'common/health',
    requirement:
      'A target group per service with path, interval, timeout, healthy and unhealthy thresholds from the definition; deregistration delay 30 s by default.',
    expectations: [
      {
        name: 'each service has a target group of its own for IP addresses, with a health check in full',
        check: (model) => {
          const groups = model.services.map(({ name, targets }) => {
            holds(targets.length > 0, `${name} registers with no target group`);
            return targets[0]?.targetGroup ?? '';
          });
          same(new Set(groups).size, model.services.length, 'target groups of services');
          for (const group of groups) {
            const { health, targetType, protocol } = named(model.targetGroups, group);
            same({ targetType, protocol }, { targetType: 'ip', protocol: 'HTTP' }, group);
            same(
              health,
              {
                path: '/health',
                intervalSeconds: 30,
                timeoutSeconds: 5,
                healthyThreshold: 2,
                unhealthyThreshold: 3,
                matcher: '200',
              },
              `health check of ${group}`,
            );
          }
        },
      },
      {
        name: 'target groups wait 30 s for requests to end',
        check: ({ targetGroups }) => {
          holds(targetGroups.length > 0, 'expected target groups');
          for (const { name, deregistrationDelaySeconds } of targetGroups)
            same(deregistrationDelaySeconds, 30, `deregistration delay of ${name}`);
        },
      },
      {
        name: 'tasks have time to start, and at least as long to stop as the load balancer sends requests',
        check: (model) => {
          for (const { service, container } of tasksOf(model)) {
            same(service.gracePeriodSeconds, 60, `grace period of ${service.name}`);
            holds((container.stopTimeoutSeconds ?? 30) >= 30, `stop timeout of ${service.name}`);
          }
        },
      },
    ],
  },
  {
    id: 'common/deployments',
    requirement:
      'Rolling with circuit breaker and automatic rollback; blue/green, canary and linear by the definition, using ECS’s own strategies; rollback on named alarms. Two target groups per service whenever the strategy needs them.',
    expectations: [
      {
        name: 'rolling with circuit breaker and rollback',
        check: ({ services }) => {
          holds(services.length > 0, 'expected services');
          for (const { name, deployment } of services) {
            same(deployment.strategy, 'ROLLING', `strategy of ${name}`);
            same(deployment.circuitBreaker, { enabled: true, rollback: true }, `circuit breaker of ${name}`);
          }
        },
      },
      {
        name: 'what autoscaling owns is not reset: no desired count beside a scaling target',
        check: ({ services, scaling }) => {
          for (const { name, desiredCount } of services) {
            holds(
              scaling.some(({ service }) => service === name),
              `${name} does not scale`,
            );
            same(desiredCount, null, `desired count of ${name}`);
          }
        },
      },
      {
        name: 'blue/green by ECS, with both target groups, rule, role and alarms',
        variant: 'blue-green',
        check: (model) => {
          for (const { deployment } of model.services) same(deployment.strategy, 'BLUE_GREEN', 'strategy');
          shiftsTraffic(model);
        },
      },
      {
        name: 'canary by ECS: 10 % for 5 minutes, then all',
        variant: 'canary',
        check: (model) => {
          for (const { deployment } of model.services) {
            same(deployment.strategy, 'CANARY', 'strategy');
            same(deployment.canary, { percent: 10, bakeMinutes: 5 }, 'canary');
          }
          shiftsTraffic(model);
        },
      },
      {
        name: 'linear by ECS: 20 % more every 3 minutes',
        variant: 'linear',
        check: (model) => {
          for (const { deployment } of model.services) {
            same(deployment.strategy, 'LINEAR', 'strategy');
            same(deployment.linear, { percent: 20, bakeMinutes: 3 }, 'linear');
          }
          shiftsTraffic(model);
        },
      },
    ],
  },
  {
    id: 'common/logs',
    requirement:
      'One log group per service, retention from the definition (7 days by default), stream prefix naming the task family.',
    expectations: [
      {
        name: 'each service has a log group of its own, kept 7 days',
        check: (model) => {
          const groups = tasksOf(model).map(({ container }) => container.logGroup ?? '');
          same(new Set(groups).size, model.services.length, 'log groups of services');
          for (const group of groups)
            same(named(model.logGroups, group).retentionDays, 7, `retention of ${group}`);
        },
      },
      {
        name: 'streams are named by the task family, and every container logs',
        check: (model) => {
          for (const { definition } of tasksOf(model))
            for (const { name, streamPrefix, logGroup } of definition.containers) {
              holds(logGroup !== null, `container ${name} of ${definition.family} does not log`);
              same(
                streamPrefix?.split('/')[0],
                definition.family,
                `stream prefix of ${name} in ${definition.family}`,
              );
            }
        },
      },
      {
        name: 'every log group is kept 7 days, none for ever',
        check: ({ logGroups }) => {
          holds(logGroups.length > 0, 'expected log groups');
          for (const { name, retentionDays } of logGroups) same(retentionDays, 7, `retention of ${name}`);
        },
      },
    ],
  },
  {
    id: 'common/tags',
    requirement:
      'Environment, Project, ManagedBy on every taggable resource, plus any the definition gives (Team, CostCenter …).',
    expectations: [
      {
        name: 'every resource that takes tags has all of them',
        check: ({ resources }, plan) => {
          const taggable = resources.filter(({ tags }) => tags !== null);
          holds(taggable.length > 20, `expected more than 20 resources with tags, found ${taggable.length}`);
          const wrong = taggable.flatMap(({ kind, name, tags }) => {
            const missing = Object.entries(TAGS[plan.system] ?? { 'a system': 'known here' }).filter(
              ([key, value]) => tags?.[key] !== value,
            );
            return missing.length > 0 ? [`${kind} ${name ?? ''} ${missing.map(([key]) => key).join()}`] : [];
          });
          same(wrong, [], 'resources whose tags are missing or wrong');
        },
      },
      {
        name: 'tasks carry the tags of their service',
        check: ({ services }) => {
          sameSet(
            services.map(({ propagateTags }) => propagateTags),
            services.map(() => 'SERVICE'),
            'propagation of tags',
          );
        },
      },
    ],
  },
  {
    id: 'common/tests',
    requirement:
      'Unit tests of every target without AWS; deploy–verify–destroy against an AWS emulator; `verify` against a live account reading the flat outputs file.',
    expectations: [],
    shownBy: [
      {
        what: 'unit tests of the target without AWS',
        reason: 'this suite is that test',
        tests: ['packages/cdk/test/conformance.test.ts'],
      },
      {
        what: 'deploy, verify and destroy on an emulator',
        reason: 'needs something to deploy to',
        tests: ['packages/aws/test/life-raw.emulator.test.ts'],
      },
      {
        what: '`verify` on a live account, reading the flat outputs file',
        reason: 'needs something deployed',
        tests: [],
      },
    ],
  },
];
