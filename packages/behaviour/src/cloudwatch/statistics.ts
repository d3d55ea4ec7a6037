import type { Datapoint } from './datapoint.ts';

/** A CloudWatch statistic; percentiles as `p50`, `p99`, `p99.9`. */
export type Statistic = 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;

/** One measured value. */
export interface Sample {
  /** When it was measured, in milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** Which datapoints are wanted. */
export interface AggregateOptions {
  readonly periodMs: number;
  readonly statistic: Statistic;
  /** Periods that end after this moment are left out, because they are not complete yet. Default: none is. */
  readonly until?: number;
}

/**
 * Aggregates samples into datapoints aligned to the period. A period without a sample has no datapoint.
 *
 * @param samples in ascending order of time
 * @example aggregateSamples([{ at: 0, value: 1 }, { at: 59_000, value: 3 }], { periodMs: 60_000, statistic: 'Average' })
 *   // [{ timestamp: 0, value: 2 }]
 */
export function aggregateSamples(
  samples: readonly Sample[],
  options: AggregateOptions,
): readonly Datapoint[] {
  const { periodMs, statistic, until = Number.POSITIVE_INFINITY } = options;
  const datapoints: Datapoint[] = [];
  let values: number[] = [];
  let start = Number.NaN;
  const flush = () => {
    const value = statisticOf(values, statistic);
    if (value !== undefined && start + periodMs <= until) datapoints.push({ timestamp: start, value });
  };
  for (const sample of samples) {
    const period = Math.floor(sample.at / periodMs) * periodMs;
    if (period !== start) {
      flush();
      start = period;
      values = [];
    }
    values.push(sample.value);
  }
  flush();
  return datapoints;
}

/** One statistic of some values; undefined when there are none, because missing data is not zero. */
export function statisticOf(values: readonly number[], statistic: Statistic): number | undefined {
  if (values.length === 0) return undefined;
  switch (statistic) {
    case 'SampleCount':
      return values.length;
    case 'Sum':
      return sum(values);
    case 'Average':
      return sum(values) / values.length;
    case 'Minimum':
      return values.reduce((least, value) => Math.min(least, value));
    case 'Maximum':
      return values.reduce((most, value) => Math.max(most, value));
    default:
      return percentile(values, Number(statistic.slice(1)));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Nearest-rank percentile. How CloudWatch interpolates between values is not documented. Inferred;
 * {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html}.
 * @param rank 0 to 100
 */
export function percentile(values: readonly number[], rank: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1));
  return sorted[index];
}

/** How often ECS samples CPU and memory of a service. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html}. */
export const ECS_UTILIZATION_SAMPLE_MS = 20_000;

/** Highest value that ECS reports for the CPU utilization of a service with task-level CPU. Documented (ECS-UTIL). */
export const ECS_CPU_UTILIZATION_MAX = 100;

/**
 * CPUUtilization of a service in percent: used CPU units of all running tasks by their reserved ones, never above 100
 * with task-level CPU (always so on Fargate). Undefined without a running task: then there is no datapoint.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html
 */
export function serviceCpuUtilization(
  usedUnitsByTask: readonly number[],
  unitsPerTask: number,
): number | undefined {
  if (usedUnitsByTask.length === 0) return undefined;
  const used = sum(usedUnitsByTask);
  return Math.min(ECS_CPU_UTILIZATION_MAX, (100 * used) / (unitsPerTask * usedUnitsByTask.length));
}
