import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import type { OnEvent } from '../events.ts';
import { clientOptions, type Session } from '../session.ts';
import { pause } from '../work.ts';

/** More than a start takes; what needs longer has a reason that the service's events tell. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Waits until each service runs its minimum. A template leaves the number to autoscaling, so a new service begins with one task, and
 * CloudFormation is content with that one. Too few tasks in the end are a warning: the stacks stand.
 */
export async function awaitTasks(
  session: Session,
  {
    plan,
    onEvent,
    signal,
    pollIntervalMs,
    patienceMs = PATIENCE_MS,
  }: {
    readonly plan: Plan;
    readonly onEvent: OnEvent;
    readonly signal: AbortSignal;
    readonly pollIntervalMs: number;
    readonly patienceMs?: number;
  },
): Promise<void> {
  const client = new ECSClient(clientOptions(session));
  const until = performance.now() + patienceMs;
  let waiting = Object.values(plan.services).filter(({ scaling }) => scaling !== null && scaling.minimum > 1);
  let told = false;
  try {
    while (!signal.aborted) {
      const counts = await runningCounts(client, plan, waiting);
      waiting = waiting.filter((service) => (counts.get(service.name) ?? 0) < minimumOf(service));
      if (waiting.length === 0) return;
      if (!told)
        onEvent({ kind: 'note', message: `Waiting until ${list(waiting)} runs its minimum of tasks` });
      told = true;
      if (performance.now() > until) break;
      await pause(pollIntervalMs, signal);
    }
  } finally {
    client.destroy();
  }
  for (const service of waiting)
    onEvent({
      kind: 'warning',
      message: `${service.key} does not run its minimum of ${minimumOf(service)} tasks yet: \`breakwater status\` shows its events.`,
    });
}

const minimumOf = ({ scaling, desiredCount }: ServicePlan): number => scaling?.minimum ?? desiredCount;

const list = (services: readonly ServicePlan[]): string => services.map(({ key }) => key).join(', ');

/** ECS describes ten services at a time. */
const PORTION = 10;

async function runningCounts(
  client: ECSClient,
  plan: Plan,
  services: readonly ServicePlan[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let at = 0; at < services.length; at += PORTION) {
    const names = services.slice(at, at + PORTION).map(({ name }) => name);
    const found = await client.send(
      new DescribeServicesCommand({ cluster: plan.cluster.name, services: names }),
    );
    for (const { serviceName, runningCount } of found.services ?? [])
      if (serviceName !== undefined) counts.set(serviceName, runningCount ?? 0);
  }
  return counts;
}
