import type { AlarmStateValue } from '../cloudwatch/alarm.ts';

/** What is remembered of a deployment's alarms. */
export interface DeploymentAlarmState {
  /** True when an alarm was in ALARM at the start: alarms are then ignored for this deployment. */
  readonly ignored: boolean;
  /** The alarm that failed the deployment. */
  readonly trippedBy: string | undefined;
}

/** Alarm states by name. */
export type AlarmStates = Readonly<Record<string, AlarmStateValue>>;

/**
 * How long a rolling deployment with alarms stays IN_PROGRESS after its last task is healthy. AWS computes the time
 * from the alarms and documents no number. Inferred: one evaluation of a 60 s alarm with its publish delay;
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html}.
 */
export const ALARM_BAKE_TIME_MS = 180_000;

/** Alarms at the start of a deployment: already in ALARM means ignored. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html */
export function startDeploymentAlarms(
  alarmNames: readonly string[],
  states: AlarmStates,
): DeploymentAlarmState {
  return { ignored: alarmNames.some((name) => states[name] === 'ALARM'), trippedBy: undefined };
}

/** Looks at the alarms once: any listed one in ALARM fails the deployment, for good. */
export function stepDeploymentAlarms(
  state: DeploymentAlarmState,
  alarmNames: readonly string[],
  states: AlarmStates,
): DeploymentAlarmState {
  if (state.ignored || state.trippedBy !== undefined) return state;
  const trippedBy = alarmNames.find((name) => states[name] === 'ALARM');
  return trippedBy === undefined ? state : { ...state, trippedBy };
}

/** Whether a deployment whose tasks are all in place is COMPLETED: without alarms at once, else after the bake time. */
export function bakeTimeOver(
  alarms: DeploymentAlarmState,
  alarmNames: readonly string[],
  steadySince: number,
  now: number,
  bakeTimeMs: number = ALARM_BAKE_TIME_MS,
): boolean {
  if (alarmNames.length === 0 || alarms.ignored) return true;
  return alarms.trippedBy === undefined && now >= steadySince + bakeTimeMs;
}
