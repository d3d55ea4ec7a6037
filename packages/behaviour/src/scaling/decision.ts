import type { AlarmStateValue } from '../cloudwatch/alarm.ts';

/**
 * Why a decision came out as it did. The codes that AWS itself uses in NotScaledReasons keep their names:
 * {@link https://docs.aws.amazon.com/autoscaling/application/APIReference/API_NotScaledReason.html}
 */
export type ScalingReasonCode =
  // Something changes.
  | 'ScaledOut'
  | 'ScaledIn'
  | 'LiftedToMinimum'
  | 'LoweredToMaximum'
  | 'CapacityLimitsChanged'
  | 'StartedFromZero'
  // Nothing changes: AWS's own codes.
  | 'AutoScalingAnticipatedFlapping'
  | 'AlreadyAtMaxCapacity'
  | 'AlreadyAtMinCapacity'
  | 'AlreadyAtDesiredCapacity'
  // Nothing changes: further reasons.
  | 'NoAlarm'
  | 'InsufficientData'
  | 'NotAllPoliciesAgree'
  | 'ScaleOutCooldown'
  | 'ScaleInCooldown'
  | 'DeploymentInProgress'
  | 'ActivityInProgress'
  | 'ScaleInDisabled'
  | 'ScaleOutSuspended'
  | 'ScaleInSuspended';

/** What one alarm of a policy says. */
export interface AlarmFinding {
  readonly state: AlarmStateValue;
  readonly since: number;
  readonly threshold: number;
  readonly periodMs: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  /** The values counted, oldest first. */
  readonly datapoints: readonly number[];
  readonly breaching: number;
  /** True when the alarm invokes its scaling action now (change of state, or a minute has passed). */
  readonly fires: boolean;
  readonly reason: string;
}

/** The formula with its numbers. */
export interface CapacityFormula {
  /** Task count the formula starts from. */
  readonly base: number;
  readonly baseKind: 'running' | 'before-activity';
  readonly metric: number;
  readonly target: number;
  /** base x metric / target. */
  readonly raw: number;
  /** raw, rounded up: conservative in both directions. */
  readonly rounded: number;
  /** rounded, brought between minimum and maximum. */
  readonly clamped: number;
  readonly clampedBy: 'minimum' | 'maximum' | undefined;
  /** Such as `ceil(4 x 90 / 60) = ceil(6.00) = 6`. */
  readonly text: string;
}

/** One policy's part in a decision. */
export interface PolicyFinding {
  readonly policy: string;
  readonly evaluated: boolean;
  readonly high: AlarmFinding | undefined;
  readonly low: AlarmFinding | undefined;
  /** Present when an alarm fires or scale-in is considered, and there is a value to compute with. */
  readonly formula: CapacityFormula | undefined;
}

/** A running cooldown. */
export interface CooldownFinding {
  readonly until: number;
  readonly remainingMs: number;
}

/** One decision of the autoscaler with everything that led to it. */
export interface ScalingDecision {
  readonly at: number;
  readonly kind: 'scale-out' | 'scale-in' | 'none';
  readonly reason: ScalingReasonCode;
  /** The policy that decided, when one did. */
  readonly policy: string | undefined;
  readonly running: number;
  /** desiredCount before. */
  readonly from: number;
  /** desiredCount after; equal to `from` when nothing changes. */
  readonly to: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly policies: readonly PolicyFinding[];
  /** Cooldowns before the decision. */
  readonly scaleOutCooldown: CooldownFinding | undefined;
  readonly scaleInCooldown: CooldownFinding | undefined;
  /** True when a scale-out ended a running scale-in cooldown. */
  readonly cancelledScaleInCooldown: boolean;
  /** The decision as one sentence. */
  readonly text: string;
}
