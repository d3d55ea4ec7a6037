/**
 * Time as the engine sees it. `now` is wall-clock milliseconds; `scaled` runs `timeScale` times faster and is what
 * cooldowns, alarm periods and bake times are counted in, so that ten minutes of autoscaling can be watched in one.
 */
export interface Clock {
  readonly timeScale: number;
  now(): number;
  scaled(): number;
  /** Real milliseconds that so many scaled milliseconds take. */
  real(scaledMs: number): number;
}

/** @param timeScale 1 is real time; 10 makes ten scaled seconds of each real one. */
export function createClock(timeScale: number, now: () => number = Date.now): Clock {
  const origin = now();
  return {
    timeScale,
    now,
    scaled: () => origin + (now() - origin) * timeScale,
    real: (scaledMs) => scaledMs / timeScale,
  };
}
