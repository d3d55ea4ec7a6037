import type { AlarmEvaluation, AlarmSettings, AlarmStateValue } from './alarm.ts';
import { evaluateAlarm } from './alarm.ts';

/** How often an Auto Scaling action is invoked again while its alarm stays in the state. Documented (CW-ALARM). */
export const AUTO_SCALING_ACTION_REPEAT_MS = 60_000;

/** Most actions per alarm state. Documented: API_PutMetricAlarm. */
export const ALARM_MAX_ACTIONS_PER_STATE = 5;

/** What is remembered of an alarm between two evaluations. Times in milliseconds. */
export interface AlarmState {
  readonly value: AlarmStateValue;
  readonly since: number;
  /** When its actions were last invoked; undefined before the first time. */
  readonly actedAt: number | undefined;
}

/** A new alarm: no data yet. */
export function initialAlarmState(now: number): AlarmState {
  return { value: 'INSUFFICIENT_DATA', since: now, actedAt: undefined };
}

/** What one evaluation of an alarm led to. */
export interface AlarmStep {
  readonly state: AlarmState;
  readonly evaluation: AlarmEvaluation;
  /** The state before, when it changed. */
  readonly changedFrom: AlarmStateValue | undefined;
  /** Whether the actions of the (new) state are invoked now. */
  readonly act: boolean;
}

/** One evaluation. */
export interface AlarmInput {
  readonly now: number;
  /** Values of the evaluation range, oldest first, undefined where there is none. */
  readonly window: readonly (number | undefined)[];
  /** `auto-scaling` actions repeat each minute while the state lasts; all others come once per change. */
  readonly actions: 'once' | 'auto-scaling';
}

/**
 * Evaluates an alarm once and says whether its actions are invoked: on every change of state and, for Auto Scaling
 * actions, again each minute.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function stepAlarm(settings: AlarmSettings, state: AlarmState, input: AlarmInput): AlarmStep {
  const { now } = input;
  const evaluation = evaluateAlarm(settings, input.window, state.value);
  const changed = evaluation.state !== state.value;
  const repeat =
    input.actions === 'auto-scaling' &&
    state.actedAt !== undefined &&
    now - state.actedAt >= AUTO_SCALING_ACTION_REPEAT_MS;
  const act = changed || repeat;
  return {
    state: act ? { value: evaluation.state, since: changed ? now : state.since, actedAt: now } : state,
    evaluation,
    changedFrom: changed ? state.value : undefined,
    act,
  };
}
