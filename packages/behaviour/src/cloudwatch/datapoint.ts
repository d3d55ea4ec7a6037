/** One aggregated value of a metric. */
export interface Datapoint {
  /** Start of its period, in milliseconds; a multiple of the period. */
  readonly timestamp: number;
  readonly value: number;
}

/** What of a series of datapoints is looked at. */
export interface WindowOptions {
  readonly now: number;
  readonly periodMs: number;
  /** Number of periods in the window. */
  readonly periods: number;
  /** How long after the end of its period a datapoint can be seen. Default 0. */
  readonly publishDelayMs?: number;
}

/**
 * The newest `periods` values that can be seen at `now`, oldest first, undefined where a period has no datapoint.
 * @param datapoints in ascending order of time
 */
export function datapointWindow(
  datapoints: readonly Datapoint[],
  options: WindowOptions,
): readonly (number | undefined)[] {
  const { now, periodMs, periods, publishDelayMs = 0 } = options;
  const newest = Math.floor((now - publishDelayMs) / periodMs) * periodMs - periodMs;
  const window = new Array<number | undefined>(periods).fill(undefined);
  for (let i = datapoints.length - 1; i >= 0; i--) {
    const point = datapoints[i];
    if (point === undefined || point.timestamp > newest) continue;
    const age = Math.round((newest - point.timestamp) / periodMs);
    if (age >= periods) break;
    window[periods - 1 - age] = point.value;
  }
  return window;
}
