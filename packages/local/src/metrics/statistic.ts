import type { Statistic } from '@breakwater/behaviour';
import type { GaugeTotals } from './gauge-series.ts';
import { percentileOf } from './histogram.ts';
import type { RequestTotals } from './request-series.ts';
import { MetricQueryError } from './types.ts';

/** 0.99 of `p99`; null for the statistics that are not percentiles. */
export function fractionOf(statistic: Statistic): number | null {
  switch (statistic) {
    case 'Average':
    case 'Sum':
    case 'Minimum':
    case 'Maximum':
    case 'SampleCount':
      return null;
    default: {
      const percent = /^p\d{1,2}(\.\d{1,10})?$|^p100$/.test(statistic)
        ? Number(statistic.slice(1))
        : Number.NaN;
      if (Number.isNaN(percent)) {
        throw new MetricQueryError(
          `"${String(statistic)}" is no statistic. Use Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p99.`,
        );
      }
      return percent / 100;
    }
  }
}

/**
 * A statistic of a count. Each request is a sample of 1, so that all but Sum and SampleCount are 1; a count of zero
 * is not published.
 * {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html}
 */
export function statisticOfCount(count: number, statistic: Statistic): number | null {
  if (count === 0) return null;
  return statistic === 'Sum' || statistic === 'SampleCount' ? count : 1;
}

/** A statistic of latencies, in seconds. */
export function statisticOfLatency(totals: RequestTotals, statistic: Statistic): number | null {
  if (totals.answered === 0) return null;
  switch (statistic) {
    case 'Average':
      return totals.sumMs / totals.answered / 1_000;
    case 'Sum':
      return totals.sumMs / 1_000;
    case 'Minimum':
      return totals.minMs / 1_000;
    case 'Maximum':
      return totals.maxMs / 1_000;
    case 'SampleCount':
      return totals.answered;
    default: {
      const ms = percentileOf(totals.buckets, fractionOf(statistic) ?? 0, totals.minMs, totals.maxMs);
      return ms === null ? null : ms / 1_000;
    }
  }
}

/** A statistic of a gauge's samples. ECS publishes sets of statistics, of which CloudWatch has no percentiles. */
export function statisticOfGauge(totals: GaugeTotals, statistic: Statistic): number | null {
  if (totals.count === 0) return null;
  switch (statistic) {
    case 'Average':
      return totals.sum / totals.count;
    case 'Sum':
      return totals.sum;
    case 'Minimum':
      return totals.min;
    case 'Maximum':
      return totals.max;
    case 'SampleCount':
      return totals.count;
    default:
      throw new MetricQueryError(
        `Percentiles are kept of TargetResponseTime only. Use Average, Minimum or Maximum instead of ${statistic}.`,
      );
  }
}
