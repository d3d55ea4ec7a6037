import { ECS_CPU_UTILIZATION_MAX } from '@breakwater/behaviour';
import { bucketOf, percentileOf } from './histogram.ts';
import { createReader } from './reader.ts';
import { COLUMN, createRequestTotals, type RequestMark } from './request-series.ts';
import { MINUTES, SECONDS } from './ring.ts';
import { createSeriesSet, type GaugeName, gaugeOf, type SeriesOf, type SeriesSet } from './series-set.ts';
import {
  type CountsSample,
  type MetricQuery,
  MetricQueryError,
  type MetricStore,
  type MetricStoreOptions,
  type RequestSample,
  type ServiceTraffic,
  type UsageSample,
} from './types.ts';

const SECONDS_KEPT_MS = 15 * 60_000;
const MOST_POINTS = 20_000;
const RATE_SECONDS = 5;
/** A target never answers in no time; the clock's resolution only makes it look so. */
const LEAST_MS = 1e-6;

/**
 * Metrics of a running system.
 * @example
 * const metrics = createMetricStore();
 * metrics.recordRequest({ service: 'catalog', task: '4f…', route: '/api/*', status: 200, targetMs: 1.8, elbGenerated: false, at: Date.now() });
 * metrics.datapoints({ metric: 'CPUUtilization', service: 'catalog', statistic: 'Average', periodSeconds: 60, count: 3, now: Date.now() });
 */
export function createMetricStore(options: MetricStoreOptions = {}): MetricStore {
  const { limitBytes = 24 * 1024 * 1024, maxTasks = 200, maxRoutes = 100 } = options;
  const set = createSeriesSet({ limitBytes, maxTasks, maxRoutes });
  // One mark for all requests: it lives only during the call.
  const mark: RequestMark = {
    secondRow: 0,
    minuteRow: 0,
    routed: false,
    statusColumn: -1,
    bucket: -1,
    targetMs: 0,
  };
  let prunedAt = 0;
  const pruneSometimes = (at: number): void => {
    if (at - prunedAt < 60_000 && at >= prunedAt) return;
    prunedAt = at;
    set.prune(at);
  };
  return {
    recordRequest(sample) {
      pruneSometimes(sample.at);
      fillMark(mark, sample);
      recordMark(set, sample, mark);
    },
    recordUsage(sample) {
      pruneSometimes(sample.at);
      recordUsage(set, sample);
    },
    recordCounts(sample) {
      pruneSometimes(sample.at);
      recordCounts(set, sample);
    },
    query(query) {
      const { stepSeconds, statistic, metric, service = null, task = null, route = null } = query;
      const { from, values } = readQuery(set, query, prunedAt);
      return { metric, statistic, service, task, route, from, stepSeconds, values };
    },
    datapoints({ periodSeconds, count, now, statistic, ...selection }) {
      if (!(periodSeconds > 0)) throw new MetricQueryError(`A period of ${periodSeconds} s is not possible.`);
      const read = createReader(set, selection, statistic);
      const periodMs = periodSeconds * 1_000;
      const lastEnd = Math.floor(now / periodMs);
      return Array.from({ length: count }, (_, index) => {
        const period = lastEnd - count + index;
        const start = period * periodMs;
        const old = now - start > SECONDS_KEPT_MS && periodMs % MINUTES.stepMs === 0;
        return read(old ? MINUTES : SECONDS, start, (period + 1) * periodMs);
      });
    },
    serviceSummary(name, now, route) {
      const service = set.services.get(name);
      return summarise(route === undefined ? service : service?.routes.get(route), now);
    },
    stats() {
      let tasks = 0;
      let routes = 0;
      for (const service of set.services.values()) {
        tasks += service.tasks.size;
        routes += service.routes.size + service.groups.size;
      }
      const { budget } = set;
      return {
        services: set.services.size,
        tasks,
        routes,
        bytes: budget.bytes(),
        refused: budget.refusals(),
      };
    },
  };
}

function fillMark(mark: RequestMark, sample: RequestSample): void {
  mark.secondRow = Math.floor(sample.at / SECONDS.stepMs);
  mark.minuteRow = Math.floor(sample.at / MINUTES.stepMs);
  mark.routed = sample.task !== null;
  mark.statusColumn = statusColumn(sample.status, sample.elbGenerated);
  mark.bucket = sample.targetMs >= 0 ? bucketOf(sample.targetMs) : -1;
  mark.targetMs = Math.max(LEAST_MS, sample.targetMs);
}

function statusColumn(status: number, elbGenerated: boolean): number {
  const hundreds = Math.floor(status / 100);
  if (elbGenerated) return hundreds === 4 ? COLUMN.elb4xx : hundreds === 5 ? COLUMN.elb5xx : -1;
  return hundreds >= 2 && hundreds <= 5 ? COLUMN.target2xx + hundreds - 2 : -1;
}

function recordMark(set: SeriesSet, sample: RequestSample, mark: RequestMark): void {
  addMark(set.system, sample.at, mark);
  if (sample.service === null) return;
  const service = set.service(sample.service);
  addMark(service, sample.at, mark);
  if (sample.task !== null) addMark(set.task(service, sample.task), sample.at, mark);
  if (sample.route !== null) addMark(set.part(service.routes, sample.route), sample.at, mark);
  if (sample.group !== undefined && sample.group !== null) {
    addMark(set.part(service.groups, sample.group), sample.at, mark);
  }
}

function addMark(of: SeriesOf | null, at: number, mark: RequestMark): void {
  if (of === null) return;
  if (at > of.lastAtMs) of.lastAtMs = at;
  of.requests.add(mark);
}

function addGauge(of: SeriesOf, gauge: GaugeName, at: number, value: number): void {
  if (!Number.isFinite(value)) return;
  if (at > of.lastAtMs) of.lastAtMs = at;
  gaugeOf(of, gauge).add(at, value);
}

/**
 * Average of a service's utilization is all used by (units × tasks), which is the mean over its tasks' percentages.
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html}
 */
function recordUsage(set: SeriesSet, sample: UsageSample): void {
  const service = set.service(sample.service);
  const cpu = Math.min(ECS_CPU_UTILIZATION_MAX, Math.max(0, sample.cpuPercent));
  const memory = Math.min(100, Math.max(0, (100 * sample.memoryMiB) / sample.memoryLimitMiB));
  for (const of of [service, set.task(service, sample.task)]) {
    addGauge(of, 'cpu', sample.at, cpu);
    addGauge(of, 'memory', sample.at, memory);
  }
}

const COUNTS = ['running', 'pending', 'desired', 'healthy', 'unhealthy', 'inFlight'] as const;

function recordCounts(set: SeriesSet, sample: CountsSample): void {
  const service = set.service(sample.service);
  const group = sample.group ?? null;
  const of = group === null ? service : set.part(service.groups, group);
  if (of === null) return;
  for (const name of COUNTS) {
    const value = sample[name];
    if (value !== undefined) addGauge(of, name, sample.at, value);
  }
}

function readQuery(
  set: SeriesSet,
  query: MetricQuery,
  newestMs: number,
): { from: number; values: (number | null)[] } {
  const { statistic, stepSeconds, from, to, ...selection } = query;
  if (!(stepSeconds >= 1))
    throw new MetricQueryError(`A step of ${stepSeconds} s is too short; the least is 1 s.`);
  const stepMs = stepSeconds * 1_000;
  const start = Math.floor(from / stepMs) * stepMs;
  const points = Math.max(0, Math.ceil((to - start) / stepMs));
  if (!(points <= MOST_POINTS)) {
    throw new MetricQueryError(
      `${points} values are too many; the most is ${MOST_POINTS}. Take a longer step.`,
    );
  }
  const read = createReader(set, selection, statistic);
  const old = Math.max(to, newestMs) - start > SECONDS_KEPT_MS && stepMs % MINUTES.stepMs === 0;
  const grain = old ? MINUTES : SECONDS;
  const values = Array.from({ length: points }, (_, index) =>
    read(grain, start + index * stepMs, start + (index + 1) * stepMs),
  );
  return { from: start, values };
}

function summarise(service: SeriesOf | undefined, now: number): ServiceTraffic {
  if (service === undefined) return { requestsPerSecond: 0, p50: null, p99: null, errors: 0 };
  const end = Math.floor(now / 1_000);
  const recent = createRequestTotals();
  service.requests.sum(SECONDS, end - RATE_SECONDS, end, recent);
  const minute = createRequestTotals();
  service.requests.sum(SECONDS, end - 59, end + 1, minute);
  const { counts, buckets, minMs, maxMs } = minute;
  return {
    requestsPerSecond: (recent.counts[COLUMN.all] ?? 0) / RATE_SECONDS,
    p50: percentileOf(buckets, 0.5, minMs, maxMs),
    p99: percentileOf(buckets, 0.99, minMs, maxMs),
    errors: (counts[COLUMN.target5xx] ?? 0) + (counts[COLUMN.elb5xx] ?? 0),
  };
}
