import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import { attempt } from '../failures.ts';
import type { Session } from '../session.ts';
import { destroyClients } from '../verify/live/clients.ts';
import { revisionOf } from '../verify/live/containers.ts';
import { type Live, openLive } from '../verify/live/live.ts';

/** A deployment of a service, newest first in {@link ServiceStatus}. */
export interface DeploymentStatus {
  /** Revision of the task definition. */
  readonly revision: number;
  /** `PRIMARY`, `ACTIVE` or, with blue/green, ECS's own words. */
  readonly status: string;
  readonly state: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED';
  readonly reason: string | null;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failed: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number | null;
}

/** A service as it is now. Counts of a service that is not there are 0. */
export interface ServiceStatus {
  readonly key: string;
  readonly name: string;
  /** `ACTIVE`, `DRAINING`; `missing` when there is none. */
  readonly state: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Bounds of scaling, or the desired count twice. */
  readonly minimum: number;
  readonly maximum: number;
  /** Revision of the task definition; null when there is none. */
  readonly revision: number | null;
  readonly image: string | null;
  readonly deployments: readonly DeploymentStatus[];
  /** Targets by state: `{ healthy: 2 }`; null for a service that the load balancer does not know. */
  readonly targets: Readonly<Record<string, number>> | null;
  readonly paths: readonly string[];
  /** The last events, newest first. */
  readonly events: readonly { readonly at: number; readonly message: string }[];
}

/** A database as it is now. */
export interface DatabaseStatus {
  readonly key: string;
  readonly name: string;
  /** `available`, `modifying` …; `missing` when there is none. */
  readonly state: string;
  /** `aurora-postgresql 17.9` */
  readonly engine: string;
  readonly endpoint: string | null;
}

/** An alarm that is in ALARM. */
export interface AlarmStatus {
  readonly key: string;
  readonly name: string;
  readonly reason: string;
  readonly since: number | null;
}

/** A system as it is in its account now. */
export interface SystemStatus {
  readonly system: string;
  readonly env: string;
  readonly region: string;
  readonly account: string;
  /** `ready`: all services run what they should; `deploying`; `degraded`; `missing`: no cluster. */
  readonly state: 'ready' | 'deploying' | 'degraded' | 'missing';
  /** Where clients find it; null without a load balancer. */
  readonly url: string | null;
  readonly loadBalancer: { readonly dnsName: string; readonly state: string } | null;
  readonly services: readonly ServiceStatus[];
  readonly databases: readonly DatabaseStatus[];
  /** Those in ALARM. */
  readonly alarms: readonly AlarmStatus[];
}

/** How many events of a service are shown. */
const EVENTS = 5;

/**
 * How a system does in its account: services, deployments, targets, databases and alarms. A part that is missing is said
 * to be missing and is no error.
 */
export async function status(session: Session, plan: Plan): Promise<SystemStatus> {
  const live = openLive(session, { plan, outputs: {} });
  try {
    const [cluster, services, databases, alarms, loadBalancer] = await attempt(
      `describe ${plan.system} in ${plan.env}`,
      () =>
        Promise.all([
          live.containers.cluster(),
          Promise.all(Object.values(plan.services).map((service) => statusOfService(live, service))),
          Promise.all(Object.keys(plan.databases).map((key) => statusOfDatabase(live, key))),
          alarmsInAlarm(live),
          statusOfLoadBalancer(live),
        ]),
    );
    const secure = plan.loadBalancer?.listeners.some(({ protocol }) => protocol === 'HTTPS') ?? false;
    const host = plan.loadBalancer?.domain?.name ?? loadBalancer?.dnsName ?? null;
    return {
      system: plan.system,
      env: plan.env,
      region: session.region,
      account: session.account,
      state: cluster === null ? 'missing' : summarise(services, databases, alarms),
      url: loadBalancer === null || host === null ? null : `${secure ? 'https' : 'http'}://${host}`,
      loadBalancer,
      services,
      databases,
      alarms,
    };
  } finally {
    destroyClients(live.clients);
  }
}

/** The system in a word. Alarms count: one in ALARM means that someone should look. */
export function summarise(
  services: readonly ServiceStatus[],
  databases: readonly DatabaseStatus[],
  alarms: readonly AlarmStatus[],
): 'ready' | 'deploying' | 'degraded' {
  const deploying = services.some(({ deployments }) =>
    deployments.some(({ state }) => state === 'IN_PROGRESS'),
  );
  if (deploying) return 'deploying';
  const well =
    services.every(
      ({ state, running, desired, targets }) =>
        state === 'ACTIVE' &&
        running >= desired &&
        (targets === null || (targets['healthy'] ?? 0) >= desired),
    ) &&
    databases.every(({ state }) => state === 'available') &&
    alarms.length === 0;
  return well ? 'ready' : 'degraded';
}

async function statusOfService(live: Live, service: ServicePlan): Promise<ServiceStatus> {
  const found = await live.containers.findService(service.key);
  const target = await live.containers.scalableTarget(service.key);
  const minimum = target?.MinCapacity ?? service.scaling?.minimum ?? service.desiredCount;
  const maximum = target?.MaxCapacity ?? service.scaling?.maximum ?? service.desiredCount;
  const known = {
    key: service.key,
    name: service.name,
    minimum,
    maximum,
    paths: service.ingress?.paths ?? [],
  };
  if (found === null) {
    return {
      ...known,
      state: 'missing',
      desired: 0,
      running: 0,
      pending: 0,
      revision: null,
      image: null,
      deployments: [],
      targets: null,
      events: [],
    };
  }
  return {
    ...known,
    state: found.status ?? 'unknown',
    desired: found.desiredCount ?? 0,
    running: found.runningCount ?? 0,
    pending: found.pendingCount ?? 0,
    revision: found.taskDefinition === undefined ? null : revisionOf(found.taskDefinition),
    image: await imageOf(live, service, found),
    deployments: (found.deployments ?? []).map(describeDeployment),
    targets: service.ingress === null ? null : await targetStates(live, service),
    events: (found.events ?? [])
      .slice(0, EVENTS)
      .map(({ createdAt, message }) => ({ at: createdAt?.getTime() ?? 0, message: message ?? '' })),
  };
}

async function imageOf(live: Live, service: ServicePlan, found: Service): Promise<string | null> {
  if (found.taskDefinition === undefined) return null;
  const { containerDefinitions } = await live.containers.taskDefinition(service.key);
  return containerDefinitions?.find(({ name }) => name === service.containerName)?.image ?? null;
}

function describeDeployment(deployment: Deployment): DeploymentStatus {
  return {
    revision: revisionOf(deployment.taskDefinition ?? ':0'),
    status: deployment.status ?? 'unknown',
    // Strategies other than rolling report no rollout state once they are done.
    state: deployment.rolloutState ?? 'COMPLETED',
    reason: deployment.rolloutStateReason ?? null,
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    pending: deployment.pendingCount ?? 0,
    failed: deployment.failedTasks ?? 0,
    createdAt: deployment.createdAt?.getTime() ?? null,
  };
}

async function targetStates(live: Live, service: ServicePlan): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of service.ingress?.targetGroups ?? []) {
    const arn = (await live.loadBalancing.findTargetGroup(name))?.TargetGroupArn;
    for (const { TargetHealth } of arn === undefined ? [] : await live.loadBalancing.targetHealth(arn)) {
      const state = TargetHealth?.State ?? 'unknown';
      counts[state] = (counts[state] ?? 0) + 1;
    }
  }
  return counts;
}

async function statusOfDatabase(live: Live, key: string): Promise<DatabaseStatus> {
  const database = live.plan.databases[key];
  const name = database?.name ?? key;
  if (database?.engine.kind === 'postgresql') {
    const found = await live.data.findInstance(name);
    return {
      key,
      name,
      state: found?.DBInstanceStatus ?? 'missing',
      engine: `${database.engine.kind} ${found?.EngineVersion ?? database.engine.version}`,
      endpoint: found?.Endpoint?.Address ?? null,
    };
  }
  const found = await live.data.findCluster(name);
  return {
    key,
    name,
    state: found?.Status ?? 'missing',
    engine: `${database?.engine.kind} ${found?.EngineVersion ?? database?.engine.version}`,
    endpoint: found?.Endpoint ?? null,
  };
}

async function alarmsInAlarm(live: Live): Promise<AlarmStatus[]> {
  const all = await Promise.all(
    Object.values(live.plan.alarms).map(async ({ key, name }) => ({
      key,
      name,
      found: await live.operations.findAlarm(name),
    })),
  );
  return all
    .filter(({ found }) => found?.StateValue === 'ALARM')
    .map(({ key, name, found }) => ({
      key,
      name,
      reason: found?.StateReason ?? '',
      since: found?.StateUpdatedTimestamp?.getTime() ?? null,
    }));
}

async function statusOfLoadBalancer(live: Live): Promise<SystemStatus['loadBalancer']> {
  const found = await live.loadBalancing.balancer();
  if (found?.DNSName === undefined) return null;
  return { dnsName: found.DNSName, state: found.State?.Code ?? 'unknown' };
}
