import type { Datapoint } from '@breakwater/behaviour';
import type { DatapointsQuery, MetricStore, SeriesSelection } from '../metrics/index.ts';
import type { Clock } from './clock.ts';

/** AlarmLow of a target tracking policy looks back the longest: 15 minutes and its evaluation range. */
export const MOST_PERIODS_60_S = 20;

/** The last complete periods of a metric as alarms and scaling policies see them: periods and timestamps in scaled time. */
export function readDatapoints(
  metrics: MetricStore,
  clock: Clock,
  selection: SeriesSelection,
  query: {
    readonly statistic: DatapointsQuery['statistic'];
    readonly periodSeconds: number;
    readonly count: number;
  },
): readonly Datapoint[] {
  const periodMs = query.periodSeconds * 1_000;
  const realPeriodMs = periodMs / clock.timeScale;
  const now = clock.now();
  const values = metrics.datapoints({
    ...selection,
    statistic: query.statistic,
    periodSeconds: realPeriodMs / 1_000,
    count: query.count,
    now,
  });
  const newest = Math.floor((now * clock.timeScale) / periodMs) * periodMs;
  const points: Datapoint[] = [];
  values.forEach((value, index) => {
    if (value !== null) points.push({ timestamp: newest - (values.length - index) * periodMs, value });
  });
  return points;
}
