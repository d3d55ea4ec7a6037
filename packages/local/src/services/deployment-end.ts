import { failedDeploymentOutcome, type PastDeployment, stepDeploymentAlarms } from '@breakwater/behaviour';
import type { Deployment } from './deployment.ts';
import { LAUNCH_PACE_START } from './launch-pace.ts';
import { type Scheduler, tell } from './scheduler.ts';
import type { Revision } from './service-task.ts';

/** Ends a deployment in a state. */
export function finishDeployment(
  s: Scheduler,
  deployment: Deployment,
  state: Deployment['state'],
  message: string,
): void {
  deployment.state = state;
  deployment.finishedAt = s.options.clock.now();
  deployment.reason = message;
  deployment.blockedBy = null;
  tell(s, deployment, message);
}

/** Ends a deployment, or its rollback, that is in place. */
export function completeDeployment(s: Scheduler, deployment: Deployment): void {
  const { previous, revision, reason } = deployment;
  if (deployment.state === 'ROLLING_BACK') {
    finishDeployment(s, deployment, 'ROLLED_BACK', `${reason} Back on revision ${previous?.number}.`);
    return;
  }
  s.serving = revision;
  s.lastFailure = null;
  finishDeployment(s, deployment, 'COMPLETED', `Revision ${revision.number} of ${s.plan.key} serves.`);
}

/** Begins the way back to the revision before. */
export function rollBack(
  s: Scheduler,
  deployment: Deployment,
  previous: Revision,
  why: string,
  what = 'Rolling back to',
): void {
  deployment.state = 'ROLLING_BACK';
  deployment.reason = why;
  deployment.steadySince = null;
  s.pace = LAUNCH_PACE_START;
  s.plan = previous.plan;
  tell(s, deployment, `${why} ${what} revision ${previous.number}.`);
}

/** Why a deployment has failed, and whether that takes it back. */
export interface DeploymentFailure {
  readonly why: string;
  readonly rollback: boolean;
}

/** Looks at circuit breaker and alarms; null while the deployment has not failed. */
export function failureOf(s: Scheduler, deployment: Deployment): DeploymentFailure | null {
  if (deployment.state !== 'IN_PROGRESS') return null;
  const { circuitBreaker, rollbackAlarms } = s.plan.deployment;
  if (circuitBreaker.enabled && deployment.breaker.tripped) {
    const detail = s.lastFailure === null ? '' : ` Last: ${s.lastFailure.replace(/\.$/, '')}.`;
    const { number } = deployment.revision;
    const why = `The circuit breaker stopped the deployment of revision ${number}: ${deployment.failedTasks} tasks failed.${detail}`;
    return { why, rollback: circuitBreaker.rollback };
  }
  deployment.alarms = stepDeploymentAlarms(deployment.alarms, rollbackAlarms, s.options.alarmStates());
  const { trippedBy } = deployment.alarms;
  if (trippedBy === undefined) return null;
  return { why: `The alarm ${trippedBy} stopped the deployment.`, rollback: true };
}

/** What follows when a rolling deployment has failed: back to the revision before, or FAILED. */
export function failRolling(
  s: Scheduler,
  deployment: Deployment,
  { why, rollback }: DeploymentFailure,
): void {
  const { previous } = deployment;
  const past: PastDeployment[] =
    previous === null ? [] : [{ id: String(previous.number), createdAt: 0, rolloutState: 'COMPLETED' }];
  const outcome = failedDeploymentOutcome(rollback, past);
  if (outcome.kind === 'roll-back' && previous !== null) {
    rollBack(s, deployment, previous, why);
    return;
  }
  const stalls = outcome.kind === 'stall' ? ' There is no earlier revision to go back to.' : '';
  finishDeployment(s, deployment, 'FAILED', `${why}${stalls}`);
}
