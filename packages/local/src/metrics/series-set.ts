import { type Budget, createBudget } from './budget.ts';
import { createGaugeSeries, type GaugeSeries } from './gauge-series.ts';
import { createRequestSeries, type RequestSeries } from './request-series.ts';

/** What is sampled rather than counted. */
export type GaugeName =
  | 'cpu'
  | 'memory'
  | 'running'
  | 'pending'
  | 'desired'
  | 'healthy'
  | 'unhealthy'
  | 'inFlight';

/** Series of a thing: its requests and its gauges, each made when first written. */
export interface SeriesOf {
  readonly requests: RequestSeries;
  readonly gauges: Map<GaugeName, GaugeSeries>;
  /** Of a service only. */
  readonly groups?: Map<string, SeriesOf>;
  lastAtMs: number;
}

export interface ServiceSeries extends SeriesOf {
  readonly tasks: Map<string, SeriesOf>;
  readonly routes: Map<string, SeriesOf>;
  readonly groups: Map<string, SeriesOf>;
}

/** All series of a system. */
export interface SeriesSet {
  readonly system: SeriesOf;
  readonly services: ReadonlyMap<string, ServiceSeries>;
  readonly service: (name: string) => ServiceSeries;
  readonly task: (service: ServiceSeries, task: string) => SeriesOf;
  /** Null when the service has too many already. */
  readonly part: (parts: Map<string, SeriesOf>, name: string) => SeriesOf | null;
  /** Drops what was silent for longer than the finest grain is kept. */
  readonly prune: (nowMs: number) => void;
  readonly budget: Budget;
}

export interface SeriesLimits {
  readonly limitBytes: number;
  readonly maxTasks: number;
  readonly maxRoutes: number;
}

/** A task that was silent so long is gone: its seconds have been dropped, its service keeps the minutes. */
const TASK_KEPT_MS = 15 * 60_000;
const ROUTE_KEPT_MS = 6 * 60 * 60_000;
/** Who wrote within the last minute is in use and is not dropped for the sake of others. */
const IN_USE_MS = 60_000;

export function createSeriesSet(limits: SeriesLimits): SeriesSet {
  const services = new Map<string, ServiceSeries>();
  let newestMs = 0;
  const budget = createBudget(limits.limitBytes, () => dropStalest(services, newestMs - IN_USE_MS));
  const system = createSeriesOf(null);
  return {
    system,
    services,
    budget,
    service(name) {
      const known = services.get(name);
      if (known !== undefined) return known;
      const made = { ...createSeriesOf(null), tasks: new Map(), routes: new Map(), groups: new Map() };
      services.set(name, made);
      return made;
    },
    task(service, task) {
      const known = service.tasks.get(task);
      if (known !== undefined) return known;
      while (countTasks(services) >= limits.maxTasks) {
        if (!dropStalest(services, Number.POSITIVE_INFINITY)) break;
      }
      const made = createSeriesOf(budget);
      service.tasks.set(task, made);
      return made;
    },
    part(parts, name) {
      const known = parts.get(name);
      if (known !== undefined) return known;
      if (parts.size >= limits.maxRoutes) return null;
      const made = createSeriesOf(budget);
      parts.set(name, made);
      return made;
    },
    prune(nowMs) {
      newestMs = nowMs;
      for (const service of services.values()) {
        dropSilent(service.tasks, nowMs - TASK_KEPT_MS);
        dropSilent(service.routes, nowMs - ROUTE_KEPT_MS);
        dropSilent(service.groups, nowMs - ROUTE_KEPT_MS);
      }
    },
  };
}

/** The gauge of a thing, made when it is not there. */
export function gaugeOf(of: SeriesOf, name: GaugeName): GaugeSeries {
  const known = of.gauges.get(name);
  if (known !== undefined) return known;
  const made = createGaugeSeries();
  of.gauges.set(name, made);
  return made;
}

function createSeriesOf(budget: Budget | null): SeriesOf {
  return { requests: createRequestSeries(budget), gauges: new Map(), lastAtMs: 0 };
}

function dropSilent(parts: Map<string, SeriesOf>, beforeMs: number): void {
  for (const [name, part] of parts) {
    if (part.lastAtMs >= beforeMs) continue;
    part.requests.drop();
    parts.delete(name);
  }
}

/** Drops the task that was silent longest, if it was silent since `beforeMs`. */
function dropStalest(services: ReadonlyMap<string, ServiceSeries>, beforeMs: number): boolean {
  let stalest: {
    readonly tasks: Map<string, SeriesOf>;
    readonly task: string;
    readonly of: SeriesOf;
  } | null = null;
  for (const { tasks } of services.values()) {
    for (const [task, of] of tasks) {
      if (of.lastAtMs < beforeMs && (stalest === null || of.lastAtMs < stalest.of.lastAtMs)) {
        stalest = { tasks, task, of };
      }
    }
  }
  if (stalest === null) return false;
  stalest.of.requests.drop();
  stalest.tasks.delete(stalest.task);
  return true;
}

function countTasks(services: ReadonlyMap<string, ServiceSeries>): number {
  let count = 0;
  for (const service of services.values()) count += service.tasks.size;
  return count;
}
