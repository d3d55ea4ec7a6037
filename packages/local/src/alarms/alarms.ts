import {
  type AlarmSettings,
  type AlarmState,
  alarmEvaluationIntervalMs,
  type Datapoint,
  datapointWindow,
  evaluationRange,
  initialAlarmState,
  stepAlarm,
} from '@breakwater/behaviour';
import type { AlarmPlan } from '@breakwater/plan';
import type { AlarmSnapshot } from '@breakwater/protocol';

/** The plan's alarms, evaluated on what is measured here. Times are scaled milliseconds. */
export interface Alarms {
  step(now: number): void;
  snapshot(): readonly AlarmSnapshot[];
  /** Whether the alarm with this key is in ALARM; deployments ask. */
  isInAlarm(key: string): boolean;
}

interface Watched {
  readonly plan: AlarmPlan;
  readonly settings: AlarmSettings;
  state: AlarmState;
  reason: string;
  nextAt: number;
}

/**
 * @param read the metric's datapoints at the alarm's period, ascending; null for a metric that this machine has not
 * @param onChange called when an alarm changes its state
 */
export function createAlarms(
  plans: readonly AlarmPlan[],
  start: number,
  read: (plan: AlarmPlan) => readonly Datapoint[] | null,
  onChange: (plan: AlarmPlan, state: AlarmState['value'], reason: string) => void,
): Alarms {
  const watched = plans.map((plan): Watched => {
    const settings: AlarmSettings = {
      comparison: plan.comparison,
      threshold: plan.threshold,
      periodMs: plan.metric.periodSeconds * 1_000,
      evaluationPeriods: plan.evaluationPeriods,
      datapointsToAlarm: plan.datapointsToAlarm,
      treatMissingData: plan.treatMissingData,
    };
    return {
      plan,
      settings,
      state: initialAlarmState(start),
      reason: 'not evaluated yet',
      nextAt: start + alarmEvaluationIntervalMs(settings.periodMs),
    };
  });
  const stepOne = (alarm: Watched, now: number): void => {
    alarm.nextAt = now + alarmEvaluationIntervalMs(alarm.settings.periodMs);
    const datapoints = read(alarm.plan);
    if (datapoints === null) {
      alarm.reason = `${alarm.plan.metric.namespace} ${alarm.plan.metric.name} is not measured on this machine`;
      return;
    }
    const window = datapointWindow(datapoints, {
      now,
      periodMs: alarm.settings.periodMs,
      periods: evaluationRange(alarm.settings),
    });
    const step = stepAlarm(alarm.settings, alarm.state, { now, window, actions: 'once' });
    alarm.state = step.state;
    alarm.reason = step.evaluation.reason;
    if (step.changedFrom !== undefined) onChange(alarm.plan, step.state.value, step.evaluation.reason);
  };
  return {
    step(now) {
      for (const alarm of watched) if (now >= alarm.nextAt) stepOne(alarm, now);
    },
    snapshot: () =>
      watched.map(({ plan, state, reason }) => ({
        name: plan.name,
        service: plan.service,
        state: state.value,
        reason,
        since: state.since,
      })),
    isInAlarm: (key) => watched.some(({ plan, state }) => plan.key === key && state.value === 'ALARM'),
  };
}
