import { LAUNCH_BACKOFF_START, type LaunchBackoffState, recordLaunch } from '@breakwater/behaviour';

/** How fast a service may launch tasks. */
export interface LaunchPace {
  /** ECS's back-off after tasks that never reached RUNNING, in scaled time. */
  readonly backoff: LaunchBackoffState;
  /** Tasks in a row that ended by themselves before they were healthy. */
  readonly crashes: number;
  /** No launch before this moment after such crashes, in real time. */
  readonly pausedUntil: number;
}

/** The pace of a service with a new revision: no wait. */
export const LAUNCH_PACE_START: LaunchPace = { backoff: LAUNCH_BACKOFF_START, crashes: 0, pausedUntil: 0 };

/**
 * ECS does not slow down tasks that reach RUNNING and then crash, but there a launch takes half a minute. Here it takes
 * milliseconds, and a service without its database would keep a machine busy with nothing but crashing.
 */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** What became of a launch: `crashed` ended by itself after RUNNING and before it was healthy. */
export type LaunchOutcome = 'never-ran' | 'running' | 'crashed' | 'healthy';

/** The pace after an outcome; `scaled` and `now` are the moment in scaled and in real time. */
export function stepLaunchPace(
  pace: LaunchPace,
  outcome: LaunchOutcome,
  scaled: number,
  now: number,
): LaunchPace {
  switch (outcome) {
    case 'never-ran':
      return { ...pace, backoff: recordLaunch(pace.backoff, 'never-ran', scaled) };
    case 'running':
      return { ...pace, backoff: recordLaunch(pace.backoff, 'reached-running', scaled) };
    case 'healthy':
      return LAUNCH_PACE_START;
    case 'crashed': {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(20, pace.crashes));
      return { ...pace, crashes: pace.crashes + 1, pausedUntil: now + pause };
    }
  }
}

/** Whether a task may be launched now. */
export function mayLaunch(pace: LaunchPace, scaled: number, now: number): boolean {
  return scaled >= pace.backoff.notBefore && now >= pace.pausedUntil;
}
