import type { Statistic } from '@breakwater/behaviour';
import type { MetricName, MetricSeries, Timestamp } from '@breakwater/protocol';

/** One request that has ended. */
export interface RequestSample {
  /** Null when no rule led to a service. */
  readonly service: string | null;
  /** Task that was chosen; null when none was: such a request is no `RequestCount`. */
  readonly task: string | null;
  /** Target group, for services with two (`blue`, `green`); left out, nothing is kept per group. */
  readonly group?: string | null;
  /** First path of the listener rule. */
  readonly route: string | null;
  /** Status that the target answered with, or that the load balancer made up. */
  readonly status: number;
  /** Milliseconds until the target's response head; -1 when no target answered. */
  readonly targetMs: number;
  /** Whether the load balancer made up the answer. */
  readonly elbGenerated: boolean;
  readonly at: Timestamp;
}

/** What a task used at a moment. */
export interface UsageSample {
  readonly service: string;
  readonly task: string;
  /** Percent of the task's CPU units; more than 100 counts as 100, which Fargate would not let it exceed. */
  readonly cpuPercent: number;
  readonly memoryMiB: number;
  /** Memory of the task's size, for `MemoryUtilization`. */
  readonly memoryLimitMiB: number;
  readonly at: Timestamp;
}

/** How many tasks a service has at a moment; what is left out is not recorded. */
export interface CountsSample {
  readonly service: string;
  /** Target group that `healthy` and `unhealthy` belong to, for services with two; null or left out: the service as a whole. */
  readonly group?: string | null;
  readonly running?: number;
  readonly pending?: number;
  readonly desired?: number;
  readonly healthy?: number;
  readonly unhealthy?: number;
  readonly inFlight?: number;
  readonly at: Timestamp;
}

/** Which series. At most one of `task`, `route` and `group`; without a service: the whole load balancer. */
export interface SeriesSelection {
  readonly metric: MetricName;
  readonly service?: string | null;
  readonly task?: string | null;
  readonly route?: string | null;
  readonly group?: string | null;
}

export interface MetricQuery extends SeriesSelection {
  readonly statistic: Statistic;
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Length of each value's period; a second or more. */
  readonly stepSeconds: number;
}

export interface DatapointsQuery extends SeriesSelection {
  readonly statistic: Statistic;
  /** Already divided by the time scale; need not be whole. */
  readonly periodSeconds: number;
  /** How many periods, the last of which ended at or before `now`. */
  readonly count: number;
  readonly now: Timestamp;
}

/** What a snapshot shows of a service's traffic. */
export interface ServiceTraffic {
  /** Mean over the last five full seconds. */
  readonly requestsPerSecond: number;
  /** Milliseconds, over the last minute; null without answers. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Answers with 5xx in the last minute, by targets and by the load balancer. */
  readonly errors: number;
}

export interface MetricStoreOptions {
  /** Memory for series of tasks, routes and target groups; default 24 MiB. Series of services come on top. */
  readonly limitBytes?: number;
  /** Most tasks whose series are kept; default 200. The one that was silent longest goes first. */
  readonly maxTasks?: number;
  /** Most routes and target groups of a service; default 100. Further ones count for the service only. */
  readonly maxRoutes?: number;
}

export interface MetricStoreStats {
  readonly services: number;
  readonly tasks: number;
  readonly routes: number;
  /** Memory of the series of tasks, routes and target groups. */
  readonly bytes: number;
  /** Minutes of a task's or route's series that were not recorded because memory may not grow. */
  readonly refused: number;
}

/**
 * Metrics of a running system: one-second grain for 15 minutes, one-minute grain for 6 hours, per task, route,
 * target group and service, and for the load balancer as a whole. Memory is bounded; time is always passed in.
 */
export interface MetricStore {
  /** Called for every request: cheap. */
  readonly recordRequest: (sample: RequestSample) => void;
  /** Sample every task at the same moments, at least once a second of the shortest period: the service's average is over samples. */
  readonly recordUsage: (sample: UsageSample) => void;
  readonly recordCounts: (sample: CountsSample) => void;
  /**
   * A series in CloudWatch's units (`TargetResponseTime` in seconds) with null where nothing was measured.
   * `from` is aligned down to the step. Within the last 15 minutes any step from 1 s works; further back
   * the step must be a multiple of 60 s.
   * @throws {MetricQueryError} for a question that has no answer
   */
  readonly query: (query: MetricQuery) => MetricSeries;
  /**
   * Values of the last complete periods, oldest first, aligned to multiples of the period since the epoch, null
   * where nothing was measured: what alarms and the autoscaler look at. A period shorter than a second takes the
   * second in which it begins.
   * @throws {MetricQueryError} for a question that has no answer
   */
  readonly datapoints: (query: DatapointsQuery) => readonly (number | null)[];
  /** @param route one route of the service; default: all of it */
  readonly serviceSummary: (service: string, now: Timestamp, route?: string) => ServiceTraffic;
  readonly stats: () => MetricStoreStats;
}

/** A question about metrics that has no answer, with the reason for people. */
export class MetricQueryError extends Error {
  override readonly name = 'MetricQueryError';
}
