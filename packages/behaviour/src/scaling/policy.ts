import type { AlarmSettings } from '../cloudwatch/alarm.ts';

/** Length of a metric's periods: 60 s, or 20 s with high-resolution metrics. In milliseconds. */
export type MetricPeriodMs = 60_000 | 20_000;

/** A target tracking policy of an ECS service. Times in milliseconds. */
export interface TargetTrackingPolicy {
  /** Unique among the policies of one service. */
  readonly name: string;
  /** The value to hold, in the metric's unit (percent for CPU and memory). */
  readonly target: number;
  /** Default {@link DEFAULT_COOLDOWN_MS}. */
  readonly scaleOutCooldownMs: number;
  /** Default {@link DEFAULT_COOLDOWN_MS}. */
  readonly scaleInCooldownMs: number;
  /** True for a policy that only scales out; it is then left out of "all must agree". Default false. */
  readonly disableScaleIn: boolean;
  /** Default 60,000. */
  readonly periodMs: MetricPeriodMs;
  /** From the end of a period to the moment its datapoint can be seen. Default by period: {@link METRIC_PUBLISH_DELAY_MS}. */
  readonly publishDelayMs: number;
  /** Which value goes into the formula. Default {@link DEFAULT_FORMULA_SAMPLE}. */
  readonly sample: FormulaSample;
  /** From which task count the formula starts while a scale-out is under way. Default {@link DEFAULT_SCALE_OUT_BASE}. */
  readonly scaleOutBase: ScaleOutBase;
}

/** The newest datapoint of the alarm's window, or the mean of the ones that the alarm counted. */
export type FormulaSample = 'last' | 'average';

/**
 * The task count from which the formula starts while a scale-out activity or its cooldown is under way:
 * `before-activity` counts the capacity that was added before (as in the documented example: +2, then +3 adds only
 * one more), `running` starts from the running tasks at every evaluation and so adds much more while metrics lag.
 */
export type ScaleOutBase = 'before-activity' | 'running';

/** Default of both cooldowns for ECS. Documented: {@link https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html}. */
export const DEFAULT_COOLDOWN_MS = 300_000;

/**
 * Threshold of the AlarmLow of an ECS policy as a share of its target. (EC2 Auto Scaling groups use 0.7; not ECS.)
 * Observed in dumps of real alarms: 70 → 63, 80 → 72, 30 → 27. The guide only says that scale-in happens when
 * utilization is far enough below the target:
 * {@link https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html}
 */
export const ALARM_LOW_RATIO = 0.9;

/** Periods of AlarmHigh, all of which must breach. Observed in dumps of real alarms; for 20 s inferred. */
export const ALARM_HIGH_PERIODS = 3;

/** How long AlarmLow looks back: 15 periods of 60 s (observed), and the same time in 20 s periods (inferred). */
export const ALARM_LOW_SPAN_MS = 15 * 60_000;

/**
 * From the end of a period to the moment its datapoint can be seen, by period. Not documented; inferred so that the
 * whole reaction fits the published benchmark of 363 s (60 s metrics) and 86 s (20 s metrics):
 * {@link https://aws.amazon.com/blogs/aws/amazon-ecs-introduces-new-high-resolution-metrics-for-faster-service-auto-scaling/}
 */
export const METRIC_PUBLISH_DELAY_MS: Readonly<Record<MetricPeriodMs, number>> = {
  60000: 90_000,
  20000: 15_000,
};

/** AWS does not say which value feeds the formula. Inferred: the newest. */
export const DEFAULT_FORMULA_SAMPLE: FormulaSample = 'last';

/**
 * During the cooldown "the capacity that was added counts toward the new desired value" (documented), hence
 * `before-activity`: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html}.
 */
export const DEFAULT_SCALE_OUT_BASE: ScaleOutBase = 'before-activity';

/**
 * After this time an activity whose task count was never reached ends as Unfulfilled and no longer holds back a
 * scale-in. AWS documents the state, not the time. Inferred;
 * {@link https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html}
 */
export const ACTIVITY_TIMEOUT_MS = 15 * 60_000;

/** The part of a policy that has no default. */
export type TargetTrackingPolicyOptions = Pick<TargetTrackingPolicy, 'name' | 'target'> &
  Partial<TargetTrackingPolicy>;

/**
 * A policy with the defaults filled in.
 * @example targetTrackingPolicy({ name: 'cpu', target: 70, scaleInCooldownMs: 60_000 })
 */
export function targetTrackingPolicy(options: TargetTrackingPolicyOptions): TargetTrackingPolicy {
  const periodMs = options.periodMs ?? 60_000;
  return {
    scaleOutCooldownMs: DEFAULT_COOLDOWN_MS,
    scaleInCooldownMs: DEFAULT_COOLDOWN_MS,
    disableScaleIn: false,
    periodMs,
    publishDelayMs: METRIC_PUBLISH_DELAY_MS[periodMs],
    sample: DEFAULT_FORMULA_SAMPLE,
    scaleOutBase: DEFAULT_SCALE_OUT_BASE,
    ...options,
  };
}

/** The AlarmHigh that Application Auto Scaling creates for a policy: 3 periods above the target. */
export function alarmHigh(policy: Pick<TargetTrackingPolicy, 'target' | 'periodMs'>): AlarmSettings {
  return {
    comparison: 'GreaterThanThreshold',
    threshold: policy.target,
    periodMs: policy.periodMs,
    evaluationPeriods: ALARM_HIGH_PERIODS,
    datapointsToAlarm: ALARM_HIGH_PERIODS,
    treatMissingData: 'missing',
  };
}

/** The AlarmLow that Application Auto Scaling creates for a policy: 15 minutes below 90 % of the target. */
export function alarmLow(policy: Pick<TargetTrackingPolicy, 'target' | 'periodMs'>): AlarmSettings {
  const periods = ALARM_LOW_SPAN_MS / policy.periodMs;
  return {
    comparison: 'LessThanThreshold',
    // Rounded, because 0.9 x 70 is 63.00000000000001 in binary fractions and 63 must not breach.
    threshold: Math.round(policy.target * ALARM_LOW_RATIO * 1e6) / 1e6,
    periodMs: policy.periodMs,
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: 'missing',
  };
}
