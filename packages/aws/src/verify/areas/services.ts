import type { Service } from '@aws-sdk/client-ecs';
import { type DeploymentPlan, isStaged, type Plan, type ServicePlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import { familyOf } from '../live/containers.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, type Fact, fact, failed, type Outcome, passed, present } from '../outcome.ts';
import { taskDefinitionChecks } from './task-definitions.ts';

/** ECS services: state, counts, deployment, network; then what each of their tasks is made of. */
export function serviceChecks(plan: Plan): Check[] {
  return Object.values(plan.services).flatMap((service) => [
    ...checksOf(plan, service),
    ...taskDefinitionChecks(plan, service),
  ]);
}

function checksOf(plan: Plan, service: ServicePlan): Check[] {
  const { key, name } = service;
  const aspect = (
    aspectName: string,
    title: string,
    run: (found: Service, live: Live) => Outcome | Promise<Outcome>,
  ) =>
    check('services', `${key}.${aspectName}`, title, async (live) =>
      run(await live.containers.service(key), live),
    );
  return [
    check('services', `${key}.status`, `service ${name} is active`, async (live) => {
      const found = await live.containers.findService(key);
      return found === null
        ? failed(name, 'no such service')
        : compare([fact('status', 'ACTIVE', found.status)]);
    }),
    aspect('count', `${name} runs as many tasks as it should`, (found) => compareCount(service, found)),
    aspect('rollout', `the last deployment of ${name} is completed`, (found) => {
      const deployments = found.deployments ?? [];
      const [first] = deployments;
      if (deployments.length === 1 && (first?.rolloutState ?? 'COMPLETED') === 'COMPLETED') {
        return passed(`${first?.taskDefinition?.split('/').at(-1)} completed`);
      }
      return failed(
        'one completed deployment',
        deployments
          .map(({ status, rolloutState, rolloutStateReason }) =>
            [status, rolloutState, rolloutStateReason].filter(Boolean).join(' '),
          )
          .join('; ') || 'none',
      );
    }),
    aspect('revision', `${name} runs the newest revision of ${service.taskFamily}`, async (found, live) => {
      const running = present(found.taskDefinition, `task definition of ${name}`);
      const newest = await live.containers.newestRevision(service.taskFamily);
      return compare([
        fact('family', service.taskFamily, familyOf(running)),
        fact('revision', newest?.split('/').at(-1), running.split('/').at(-1)),
      ]);
    }),
    aspect('capacity', `${name} runs on the planned capacity`, (found) =>
      compareSets(
        'capacity providers',
        service.capacity.map(({ provider, weight, base }) => `${provider} weight ${weight} base ${base}`),
        (found.capacityProviderStrategy ?? []).map(
          ({ capacityProvider, weight, base }) =>
            `${capacityProvider} weight ${weight ?? 0} base ${base ?? 0}`,
        ),
      ),
    ),
    aspect('deployment', `${name} is deployed as planned`, (found) =>
      compareDeployment(plan, service.deployment, found),
    ),
    aspect('network', `tasks of ${name} stand in ${service.subnetTier} subnets`, (found, live) =>
      compareNetwork(live, service, found),
    ),
    aspect('exec', `shells in tasks of ${name} are allowed, or not, as planned`, (found) =>
      compare([fact('ECS Exec', service.executeCommand, found.enableExecuteCommand ?? false)]),
    ),
    ...(service.ingress === null
      ? []
      : [
          aspect('registration', `tasks of ${name} register with the load balancer`, (found, live) =>
            compareRegistration(live, service, found),
          ),
        ]),
    ...(service.connect === null
      ? []
      : [
          aspect('connect', `${name} calls and is called by name, as planned`, (found) =>
            compareConnect(service, found),
          ),
        ]),
  ];
}

function compareCount(service: ServicePlan, found: Service): Outcome {
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = found;
  const minimum = service.scaling?.minimum ?? service.desiredCount;
  const maximum = service.scaling?.maximum ?? service.desiredCount;
  const text = `desired ${desiredCount}, running ${runningCount}${pendingCount > 0 ? `, pending ${pendingCount}` : ''}`;
  const right = desiredCount >= minimum && desiredCount <= maximum && runningCount === desiredCount;
  const bounds = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  return right ? passed(text) : failed(`desired ${bounds}, all of them running`, text);
}

function compareDeployment(plan: Plan, deployment: DeploymentPlan, found: Service): Outcome {
  const { strategy } = deployment;
  const configuration = found.deploymentConfiguration;
  const facts: Fact[] = [
    fact('controller', 'ECS', found.deploymentController?.type ?? 'ECS'),
    fact('strategy', strategy.kind.replace('-', '_').toUpperCase(), configuration?.strategy ?? 'ROLLING'),
    fact('minimum healthy percent', deployment.minimumHealthyPercent, configuration?.minimumHealthyPercent),
    fact('maximum percent', deployment.maximumPercent, configuration?.maximumPercent),
    fact(
      'circuit breaker',
      deployment.circuitBreaker.enabled,
      configuration?.deploymentCircuitBreaker?.enable ?? false,
    ),
    fact(
      'rollback',
      deployment.circuitBreaker.rollback,
      configuration?.deploymentCircuitBreaker?.rollback ?? false,
    ),
    fact(
      'rollback alarms',
      deployment.rollbackAlarms.map((alarm) => plan.alarms[alarm]?.name ?? alarm),
      configuration?.alarms?.enable === false ? [] : (configuration?.alarms?.alarmNames ?? []),
    ),
    // A service that was never told is not rebalanced.
    fact(
      'zone rebalancing',
      deployment.availabilityZoneRebalancing ? 'ENABLED' : 'DISABLED',
      found.availabilityZoneRebalancing ?? 'DISABLED',
    ),
  ];
  if (isStaged(strategy))
    facts.push(fact('bake minutes', strategy.bakeMinutes, configuration?.bakeTimeInMinutes));
  if (strategy.kind === 'canary') {
    const canary = configuration?.canaryConfiguration;
    facts.push(fact('canary percent', strategy.percent, canary?.canaryPercent));
    facts.push(fact('canary bake minutes', strategy.canaryBakeMinutes, canary?.canaryBakeTimeInMinutes));
  }
  if (strategy.kind === 'linear') {
    const linear = configuration?.linearConfiguration;
    facts.push(fact('step percent', strategy.stepPercent, linear?.stepPercent));
    facts.push(fact('step bake minutes', strategy.stepBakeMinutes, linear?.stepBakeTimeInMinutes));
  }
  return compare(facts);
}

async function compareNetwork(live: Live, service: ServicePlan, found: Service): Promise<Outcome> {
  const configuration = found.networkConfiguration?.awsvpcConfiguration;
  const keys = new Map([...(await live.network.subnetIds())].map(([key, id]) => [id, key]));
  const groups = await live.network.securityGroupKeys();
  const planned = live.plan.network.subnets.filter(({ tier }) => tier === service.subnetTier);
  return compare([
    fact(
      'subnets',
      planned.map(({ key }) => key),
      (configuration?.subnets ?? []).map((id) => keys.get(id) ?? id),
    ),
    fact(
      'security groups',
      [service.securityGroup],
      (configuration?.securityGroups ?? []).map((id) => groups.get(id) ?? id),
    ),
    fact(
      'public IP',
      service.assignPublicIp ? 'ENABLED' : 'DISABLED',
      configuration?.assignPublicIp ?? 'DISABLED',
    ),
  ]);
}

async function compareRegistration(live: Live, service: ServicePlan, found: Service): Promise<Outcome> {
  const [registration] = found.loadBalancers ?? [];
  const refs = await live.loadBalancing.targetGroupRefs();
  const nameOf = (arn: string | undefined) => (arn === undefined ? undefined : (refs.get(arn)?.name ?? arn));
  const moves = isStaged(service.deployment.strategy);
  const groups = service.ingress?.targetGroups ?? [];
  const names = groups.map(({ name }) => name);
  return compare([
    fact('registrations', 1, found.loadBalancers?.length ?? 0),
    fact('container', service.containerName, registration?.containerName),
    fact('port', service.port, registration?.containerPort),
    fact(
      'grace period',
      service.ingress?.health.gracePeriodSeconds,
      found.healthCheckGracePeriodSeconds ?? 0,
    ),
    ...(moves
      ? [
          fact('target groups', names, [
            nameOf(registration?.targetGroupArn) ?? 'none',
            nameOf(registration?.advancedConfiguration?.alternateTargetGroupArn) ?? 'none',
          ]),
          fact(
            'shift of traffic',
            true,
            registration?.advancedConfiguration?.productionListenerRule !== undefined,
          ),
        ]
      : [
          fact(
            'target group',
            groups.find(({ key }) => key === 'blue')?.name,
            nameOf(registration?.targetGroupArn),
          ),
        ]),
  ]);
}

function compareConnect(service: ServicePlan, found: Service): Outcome {
  const configuration = found.deployments?.find(
    ({ status }) => status === 'PRIMARY',
  )?.serviceConnectConfiguration;
  const [endpoint] = configuration?.services ?? [];
  const server = service.connect?.server ?? null;
  return compare([
    fact('Service Connect', true, configuration?.enabled ?? false),
    fact('endpoints', server === null ? 0 : 1, configuration?.services?.length ?? 0),
    ...(server === null
      ? []
      : [
          fact('discovery name', server.discoveryName, endpoint?.discoveryName),
          fact('DNS name', server.dnsName, endpoint?.clientAliases?.[0]?.dnsName),
          fact('port', server.port, endpoint?.clientAliases?.[0]?.port),
          fact(
            'request timeout',
            server.perRequestTimeoutSeconds,
            endpoint?.timeout?.perRequestTimeoutSeconds,
          ),
          fact('idle timeout', server.idleTimeoutSeconds, endpoint?.timeout?.idleTimeoutSeconds),
          fact('TLS', service.connect?.tls !== null, endpoint?.tls !== undefined),
        ]),
  ]);
}
