import type { Statistic } from '@breakwater/behaviour';
import { createGaugeTotals } from './gauge-series.ts';
import { METRIC_SOURCES } from './metric-table.ts';
import { COLUMN, clearRequestTotals, createRequestTotals } from './request-series.ts';
import { type Grain, rowsBetween } from './ring.ts';
import type { GaugeName, SeriesOf, SeriesSet } from './series-set.ts';
import { fractionOf, statisticOfCount, statisticOfGauge, statisticOfLatency } from './statistic.ts';
import { MetricQueryError, type SeriesSelection } from './types.ts';

/** Reads one statistic of a stretch of time, [fromMs, toMs). */
export type ReadStretch = (grain: Grain, fromMs: number, toMs: number) => number | null;

/** A reader of the selected series; one that finds nothing when the series does not exist (yet). */
export function createReader(set: SeriesSet, selection: SeriesSelection, statistic: Statistic): ReadStretch {
  const source = METRIC_SOURCES[selection.metric];
  if (source === undefined) {
    throw new MetricQueryError(
      `There is no metric "${selection.metric}". There are: ${Object.keys(METRIC_SOURCES).join(', ')}.`,
    );
  }
  // Refused also while the series does not exist yet.
  fractionOf(statistic);
  const of = findSeries(set, selection);
  if (of === null) return () => null;
  switch (source.kind) {
    case 'gauge':
      return (grain, fromMs, toMs) => gaugeBetween(of, source.gauge, statistic, grain, fromMs, toMs);
    case 'count':
      return (grain, fromMs, toMs) =>
        statisticOfCount(countBetween(of, source.column, grain, fromMs, toMs), statistic);
    case 'requests-per-target':
      return (grain, fromMs, toMs) => requestsPerTarget(of, grain, fromMs, toMs);
    case 'latency': {
      const totals = createRequestTotals();
      return (grain, fromMs, toMs) => {
        clearRequestTotals(totals);
        of.requests.sum(grain, ...rowsBetween(grain, fromMs, toMs), totals);
        return statisticOfLatency(totals, statistic);
      };
    }
  }
}

function findSeries(set: SeriesSet, selection: SeriesSelection): SeriesOf | null {
  const { service = null, task = null, route = null, group = null } = selection;
  const parts = [task, route, group].filter((part) => part !== null);
  if (parts.length > 1) {
    throw new MetricQueryError(
      'Series are kept per task, per route or per target group. Ask for one of them.',
    );
  }
  if (service === null) {
    if (parts.length > 0) {
      throw new MetricQueryError('A task, route or target group belongs to a service. Name the service too.');
    }
    return set.system;
  }
  const of = set.services.get(service);
  if (of === undefined) return null;
  if (task !== null) return of.tasks.get(task) ?? null;
  if (route !== null) return of.routes.get(route) ?? null;
  if (group !== null) return of.groups.get(group) ?? null;
  return of;
}

/** A gauge that is kept per target group only is, for the service, the sum over its groups. */
function gaugeBetween(
  of: SeriesOf,
  gauge: GaugeName,
  statistic: Statistic,
  grain: Grain,
  fromMs: number,
  toMs: number,
): number | null {
  const groups = of.gauges.has(gauge) ? [] : [...(of.groups?.values() ?? [])];
  let sum: number | null = null;
  for (const part of groups.length === 0 ? [of] : groups) {
    const totals = createGaugeTotals();
    part.gauges.get(gauge)?.sum(grain, ...rowsBetween(grain, fromMs, toMs), totals);
    const value = statisticOfGauge(totals, statistic);
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}

function countBetween(of: SeriesOf, column: number, grain: Grain, fromMs: number, toMs: number): number {
  const totals = createRequestTotals();
  of.requests.sum(grain, ...rowsBetween(grain, fromMs, toMs), totals);
  return totals.counts[column] ?? 0;
}

/** `RequestCountPerTarget`: requests by the healthy targets, on average over the stretch; whatever the statistic, AWS knows Sum only. */
function requestsPerTarget(of: SeriesOf, grain: Grain, fromMs: number, toMs: number): number | null {
  const requests = countBetween(of, COLUMN.routed, grain, fromMs, toMs);
  const healthy = gaugeBetween(of, 'healthy', 'Average', grain, fromMs, toMs);
  return requests === 0 || healthy === null || healthy === 0 ? null : requests / healthy;
}
