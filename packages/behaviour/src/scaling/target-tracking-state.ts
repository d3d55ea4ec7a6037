import { alarmEvaluationIntervalMs } from '../cloudwatch/alarm.ts';
import type { AlarmState } from '../cloudwatch/alarm-actions.ts';
import { initialAlarmState } from '../cloudwatch/alarm-actions.ts';
import type { TargetTrackingPolicy } from './policy.ts';

/** A service that scales: its limits and policies. */
export interface ScalableTarget {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly policies: readonly TargetTrackingPolicy[];
}

/** A change of desiredCount that is under way. Ends when the running tasks reach it. */
export interface ScalingActivity {
  readonly direction: 'out' | 'in';
  readonly from: number;
  readonly to: number;
  /** Running tasks when it was decided. */
  readonly base: number;
  readonly startedAt: number;
  readonly policy: string | undefined;
  /** Cooldown that starts when it is done. 0 after changes of the limits. */
  readonly cooldownMs: number;
}

/** A cooldown; `base` is the running task count before the activity that started it. */
export interface Cooldown {
  readonly until: number;
  readonly base: number;
}

/** The alarms of one policy. */
export interface PolicyState {
  readonly high: AlarmState;
  readonly low: AlarmState;
  readonly nextEvaluationAt: number;
}

/** Everything remembered between two steps: plain data. */
export interface TargetTrackingState {
  /** In the order of the policies. */
  readonly policies: readonly PolicyState[];
  readonly activity: ScalingActivity | undefined;
  readonly scaleOutCooldown: Cooldown | undefined;
  readonly scaleInCooldown: Cooldown | undefined;
  /** Limits at the last step, to notice a change. */
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** The state of a service that has just been registered. Alarms are first evaluated at the next full interval. */
export function initialTargetTracking(target: ScalableTarget, now: number): TargetTrackingState {
  return {
    policies: target.policies.map((policy) => ({
      high: initialAlarmState(now),
      low: initialAlarmState(now),
      nextEvaluationAt: nextEvaluation(policy, now),
    })),
    activity: undefined,
    scaleOutCooldown: undefined,
    scaleInCooldown: undefined,
    minCapacity: target.minCapacity,
    maxCapacity: target.maxCapacity,
  };
}

/** The next full evaluation interval after `now`. */
export function nextEvaluation(policy: Pick<TargetTrackingPolicy, 'periodMs'>, now: number): number {
  const interval = alarmEvaluationIntervalMs(policy.periodMs);
  return (Math.floor(now / interval) + 1) * interval;
}

/** When the next alarm is due. A discrete-event simulation need not step earlier, except when running tasks change. */
export function nextTargetTrackingAt(state: TargetTrackingState): number {
  return state.policies.reduce(
    (next, policy) => Math.min(next, policy.nextEvaluationAt),
    Number.POSITIVE_INFINITY,
  );
}
