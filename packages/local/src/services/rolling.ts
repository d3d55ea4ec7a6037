import { bakeTimeOver, nextRollingStep, rollingDeadlock, rollingLimits } from '@breakwater/behaviour';
import type { Deployment } from './deployment.ts';
import { completeDeployment } from './deployment-end.ts';
import { chooseTasksToStop } from './placement.ts';
import { allTasks, type Scheduler, sorted } from './scheduler.ts';
import { startTasks, stopTasks, stopUnhealthy } from './task-moves.ts';

const REPLACED = 'Replaced by a newer revision';

/** Moves a rolling deployment, or its rollback, on as far as it can go now. */
export function stepRolling(s: Scheduler, deployment: Deployment): void {
  const { clock } = s.options;
  const target = deployment.state === 'ROLLING_BACK' ? deployment.previous : deployment.revision;
  if (target === null) return;
  const { minimumHealthyPercent, maximumPercent, rollbackAlarms } = s.plan.deployment;
  const fresh = sorted(
    s,
    allTasks(s).filter((task) => task.revision === target),
  );
  const old = sorted(
    s,
    allTasks(s).filter((task) => task.revision !== target),
  );
  stopUnhealthy(s, fresh.unhealthy);
  const step = nextRollingStep({
    ...rollingLimits(s.desired, minimumHealthyPercent, maximumPercent),
    desired: s.desired,
    oldHealthy: old.healthy.length,
    oldUnhealthy: old.unhealthy.length + old.pending.length,
    newHealthy: fresh.healthy.length,
    newPending: fresh.pending.length,
  });
  const { capacity } = s.plan;
  stopTasks(s, [...old.unhealthy, ...old.pending].slice(0, step.stopOldUnhealthy), REPLACED);
  stopTasks(s, chooseTasksToStop(capacity, old.healthy, step.stopOldHealthy), REPLACED);
  const pending = fresh.pending.slice(0, step.stopNew);
  const tooMany = chooseTasksToStop(capacity, fresh.healthy, step.stopNew - pending.length);
  stopTasks(s, [...pending, ...tooMany], 'More tasks than desired');
  startTasks(s, step.start, target, s.production);
  deployment.blockedBy =
    step.state === 'blocked'
      ? (rollingDeadlock(s.desired, minimumHealthyPercent, maximumPercent) ?? null)
      : null;
  if (step.state !== 'complete') {
    deployment.steadySince = null;
    return;
  }
  deployment.steadySince ??= clock.scaled();
  const over = bakeTimeOver(deployment.alarms, rollbackAlarms, deployment.steadySince, clock.scaled());
  if (deployment.state === 'ROLLING_BACK' || over) completeDeployment(s, deployment);
}
