import { ACTIVITY_TIMEOUT_MS } from './policy.ts';
import type { TargetTrackingState } from './target-tracking-state.ts';

/**
 * Ends cooldowns that are over and an activity that is done (running tasks reached it), overridden (someone else
 * changed desiredCount) or timed out. A cooldown starts when the activity has completed, not when it was decided.
 * Returns the same object when nothing changes.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html
 */
export function settleActivity(
  state: TargetTrackingState,
  now: number,
  running: number,
  desired: number,
): TargetTrackingState {
  let next = state;
  if (next.scaleOutCooldown !== undefined && now >= next.scaleOutCooldown.until) {
    next = { ...next, scaleOutCooldown: undefined };
  }
  if (next.scaleInCooldown !== undefined && now >= next.scaleInCooldown.until) {
    next = { ...next, scaleInCooldown: undefined };
  }
  const { activity } = next;
  if (activity === undefined) return next;
  const overridden = desired !== activity.to;
  const timedOut = now - activity.startedAt >= ACTIVITY_TIMEOUT_MS;
  const done = activity.direction === 'out' ? running >= activity.to : running <= activity.to;
  if (!overridden && !done && !timedOut) return next;
  next = { ...next, activity: undefined };
  if (overridden || !done || activity.cooldownMs === 0) return next;
  const cooldown = { until: now + activity.cooldownMs, base: activity.base };
  return activity.direction === 'out'
    ? { ...next, scaleOutCooldown: cooldown }
    : { ...next, scaleInCooldown: cooldown };
}
