import { stepTrafficShift, trafficShiftWants } from '@breakwater/behaviour';
import { type Deployment, trafficStrategy } from './deployment.ts';
import { completeDeployment, finishDeployment, rollBack } from './deployment-end.ts';
import { allTasks, otherSlot, type Scheduler, sorted, tell } from './scheduler.ts';
import { keepTasks } from './steady-state.ts';
import { stopTasks, stopUnhealthy } from './task-moves.ts';

/**
 * Moves a blue/green, canary or linear deployment on as far as it can go now.
 * @param failure why it has failed; null while it has not
 */
export function stepStaged(s: Scheduler, deployment: Deployment, failure: string | null): void {
  const { previous, revision, shift: before } = deployment;
  const strategy = trafficStrategy(revision.plan.deployment.strategy);
  if (strategy === null || before === null || previous === null) return;
  const present = allTasks(s).filter(({ state }) => state !== 'STOPPED');
  const green = present.filter((task) => task.revision === revision);
  const blue = present.filter((task) => task.revision !== revision);
  const fresh = sorted(s, green);
  stopUnhealthy(s, fresh.unhealthy);
  const shift = stepTrafficShift(strategy, before, {
    now: s.options.clock.scaled(),
    desired: s.desired,
    greenHealthy: fresh.healthy.length,
    greenTasks: green.length,
    blueTasks: blue.length,
    failure: failure ?? undefined,
  });
  deployment.shift = shift;
  if (shift.greenPercent !== before.greenPercent) s.options.onTraffic();
  const goesBack = shift.status === 'ROLLING_BACK' || shift.status === 'ROLLED_BACK';
  if (goesBack && deployment.state === 'IN_PROGRESS') {
    const why = shift.failure ?? 'The deployment failed.';
    rollBack(s, deployment, previous, why, 'All traffic is back on');
  }
  if (shift.status === 'SUCCESSFUL') {
    completeStaged(s, deployment);
    return;
  }
  if (shift.status === 'ROLLED_BACK') {
    completeDeployment(s, deployment);
    return;
  }
  if (!goesBack && (shift.stage !== before.stage || shift.step !== before.step)) {
    const share = `${shift.greenPercent} % of traffic on revision ${revision.number}`;
    tell(s, deployment, `${s.plan.key}: ${shift.stage}, ${share}`);
  }
  const wants = trafficShiftWants(shift, s.desired);
  keepTasks(s, wants.greenTasks, green, revision, otherSlot(s.production));
  keepTasks(s, wants.blueTasks, blue, previous, s.production);
}

/** Ends a staged deployment because a newer one takes its place. */
export function supersedeStaged(s: Scheduler, deployment: Deployment, why: string): void {
  if (deployment.state === 'IN_PROGRESS' && deployment.shift?.stage === 'CLEAN_UP') {
    // The old tasks are on their way out already: there is nothing left to give the traffic back to.
    completeStaged(s, deployment);
    return;
  }
  const green = otherSlot(s.production);
  stopTasks(
    s,
    allTasks(s).filter((task) => task.slot === green),
    'Replaced by a newer deployment',
  );
  finishDeployment(s, deployment, 'FAILED', why);
  s.options.onTraffic();
}

function completeStaged(s: Scheduler, deployment: Deployment): void {
  s.production = otherSlot(s.production);
  completeDeployment(s, deployment);
  // Told last: before, the shares would still be those of the shift, with the slots the other way round.
  s.options.onTraffic();
}
