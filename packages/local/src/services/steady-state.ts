import { decideRebalancing, nextReplacement, rollingLimits } from '@breakwater/behaviour';
import { chooseTasksToStop } from './placement.ts';
import { allTasks, type Scheduler, sorted } from './scheduler.ts';
import type { Revision, ServiceTask, Slot } from './service-task.ts';
import { startTask, startTasks, stopTasks, stopUnhealthy } from './task-moves.ts';

/** Has `list` made up to `count` healthy tasks of a revision: replaces what is missing or unhealthy, stops what is too many. */
export function keepTasks(
  s: Scheduler,
  count: number,
  list: readonly ServiceTask[],
  revision: Revision,
  slot: Slot,
): void {
  const { healthy, pending, unhealthy } = sorted(s, list);
  const step = nextReplacement({
    desired: count,
    upper: upperLimit(s, count),
    healthy: healthy.length,
    unhealthy: unhealthy.length,
    pending: pending.length,
  });
  if (step.stopUnhealthy > 0) stopUnhealthy(s, unhealthy.slice(0, step.stopUnhealthy));
  startTasks(s, step.start, revision, slot);
  const moving = s.rebalancing === null ? 0 : 1;
  const surplus = healthy.length + pending.length - count - moving;
  if (surplus <= 0) return;
  // A task that is still starting is worth less than one that serves.
  const starting = pending.slice(-surplus);
  const rest = chooseTasksToStop(s.plan.capacity, healthy, surplus - starting.length);
  stopTasks(s, [...starting, ...rest], 'Scaling activity initiated by the service scheduler');
}

/** Moves a task to another zone when the spread has become uneven: starts there first, stops here after. */
export function rebalanceZones(s: Scheduler, revision: Revision): void {
  const { healthy, pending, unhealthy } = sorted(s, s.tasks.values());
  if (s.rebalancing !== null) {
    const { started, stop } = s.rebalancing;
    if (!started.leaving && !healthy.includes(started) && !unhealthy.includes(started)) return;
    if (healthy.includes(started)) stopTasks(s, [stop], 'Availability Zone rebalancing');
    s.rebalancing = null;
    return;
  }
  if (upperLimit(s, s.desired) <= s.desired) return;
  const decision = decideRebalancing({
    enabled: s.plan.deployment.availabilityZoneRebalancing,
    maximumPercent: s.plan.deployment.maximumPercent,
    steadyState: healthy.length === s.desired && pending.length === 0 && unhealthy.length === 0,
    zones: s.options.zones(),
    tasks: healthy.map(({ id, zone, capacityProvider, createdAt }) => ({
      id,
      zone,
      capacityProvider,
      startedAt: createdAt,
    })),
  });
  if (decision.kind !== 'move') return;
  const stop = s.tasks.get(decision.thenStop.id);
  if (stop === undefined) return;
  const { capacityProvider } = stop;
  const started = startTask(s, revision, s.production, { zone: decision.startIn, capacityProvider });
  if (started !== null) s.rebalancing = { started, stop };
}

/** Keeps a service that is not being deployed at its desired count, spread over its zones. */
export function stepSteadyState(s: Scheduler): void {
  // A first deployment that failed has nothing to keep: nothing is launched until the next one.
  if (s.serving === null) {
    stopTasks(s, allTasks(s), 'The deployment failed');
    return;
  }
  keepTasks(s, s.desired, allTasks(s), s.serving, s.production);
  rebalanceZones(s, s.serving);
  const { healthy, unhealthy } = sorted(s, s.tasks.values());
  if (healthy.length >= s.desired && unhealthy.length === 0) s.lastFailure = null;
}

function upperLimit({ plan: { deployment } }: Scheduler, count: number): number {
  const { upper } = rollingLimits(count, deployment.minimumHealthyPercent, deployment.maximumPercent);
  return Math.max(upper, count);
}
