/**
 * Time as the engine sees it. `now` is wall-clock milliseconds; `scaled` is the same multiplied by the time scale and is
 * what cooldowns, alarm periods and bake times are counted in, so that ten minutes of autoscaling can be watched in one.
 * It is a plain multiple so that periods aligned in one are aligned in the other.
 */
export interface Clock {
  readonly timeScale: number;
  now(): number;
  scaled(): number;
  /** Real milliseconds since the epoch of a scaled moment. */
  real(scaled: number): number;
}

/** @param timeScale 1 is real time; 10 makes ten scaled seconds of each real one. */
export function createClock(timeScale: number, now: () => number = Date.now): Clock {
  return {
    timeScale,
    now,
    scaled: () => now() * timeScale,
    real: (scaled) => scaled / timeScale,
  };
}
