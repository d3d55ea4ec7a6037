import type { AlarmSettings } from '../cloudwatch/alarm.ts';
import { evaluationRange } from '../cloudwatch/alarm.ts';
import type { AlarmState, AlarmStep } from '../cloudwatch/alarm-actions.ts';
import { stepAlarm } from '../cloudwatch/alarm-actions.ts';
import type { Datapoint } from '../cloudwatch/datapoint.ts';
import { datapointWindow } from '../cloudwatch/datapoint.ts';
import type { AlarmFinding } from './decision.ts';
import type { TargetTrackingPolicy } from './policy.ts';
import { ALARM_HIGH_PERIODS, alarmHigh, alarmLow } from './policy.ts';
import type { PolicyState } from './target-tracking-state.ts';
import { nextEvaluation } from './target-tracking-state.ts';

/** What the evaluation of one policy's alarms gave. */
export interface PolicyEvaluation {
  readonly state: PolicyState;
  readonly high: AlarmFinding;
  readonly low: AlarmFinding;
}

/** Evaluates both alarms of a policy at `now`. */
export function evaluatePolicy(
  policy: TargetTrackingPolicy,
  state: PolicyState,
  datapoints: readonly Datapoint[],
  now: number,
): PolicyEvaluation {
  const high = evaluate(policy, alarmHigh(policy), state.high, datapoints, now);
  const low = evaluate(policy, alarmLow(policy), state.low, datapoints, now);
  return {
    state: { high: high.step.state, low: low.step.state, nextEvaluationAt: nextEvaluation(policy, now) },
    high: high.finding,
    low: low.finding,
  };
}

function evaluate(
  policy: TargetTrackingPolicy,
  settings: AlarmSettings,
  state: AlarmState,
  datapoints: readonly Datapoint[],
  now: number,
): { readonly step: AlarmStep; readonly finding: AlarmFinding } {
  const window = datapointWindow(datapoints, {
    now,
    periodMs: policy.periodMs,
    periods: evaluationRange(settings),
    publishDelayMs: policy.publishDelayMs,
  });
  const step = stepAlarm(settings, state, { now, window, actions: 'auto-scaling' });
  return {
    step,
    finding: {
      state: step.state.value,
      since: step.state.since,
      threshold: settings.threshold,
      periodMs: settings.periodMs,
      datapointsToAlarm: settings.datapointsToAlarm,
      evaluationPeriods: settings.evaluationPeriods,
      datapoints: step.evaluation.counted,
      breaching: step.evaluation.breaching,
      fires: step.act && step.state.value === 'ALARM',
      reason: step.evaluation.reason,
    },
  };
}

/**
 * The value that goes into the formula: the newest datapoint that can be seen in the range of AlarmLow, or the mean of
 * the newest {@link ALARM_HIGH_PERIODS}. Undefined when there is none.
 */
export function formulaSample(
  policy: TargetTrackingPolicy,
  datapoints: readonly Datapoint[],
  now: number,
): number | undefined {
  const window = datapointWindow(datapoints, {
    now,
    periodMs: policy.periodMs,
    periods: evaluationRange(alarmLow(policy)),
    publishDelayMs: policy.publishDelayMs,
  });
  const wanted = policy.sample === 'last' ? 1 : ALARM_HIGH_PERIODS;
  let sum = 0;
  let found = 0;
  for (let i = window.length - 1; i >= 0 && found < wanted; i--) {
    const value = window[i];
    if (value === undefined) continue;
    sum += value;
    found++;
  }
  return found === 0 ? undefined : sum / found;
}
