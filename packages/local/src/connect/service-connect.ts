import { isEndpoint } from '@breakwater/behaviour';
import type { Plan } from '@breakwater/plan';
import type { CallSnapshot } from '@breakwater/protocol';
import type { Clock } from '../engine/clock.ts';
import type { MetricStore } from '../metrics/index.ts';
import type { RequestRecord } from '../router/types.ts';
import { type CallerTask, createCallerCheck } from './callers.ts';
import { type Edge, openEdge } from './edge.ts';
import { createEdgePool, type Side } from './edge-pool.ts';
import { whenListening } from './listening.ts';

/** Where one service reaches another. */
export interface CallAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** A task that has just started. */
export interface ConnectTask {
  readonly id: string;
  readonly service: string;
  readonly side: Side;
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  /** Where it stands now. */
  readonly standing: () => { readonly running: boolean; readonly leaving: boolean };
}

/** Calls between services, as ECS Service Connect makes them. */
export interface ServiceConnect {
  /** How `from` reaches `to`; undefined when the definition has no such call. */
  address(from: string, to: string): CallAddress | undefined;
  /** A task's process has started: it gets calls once its port takes connections. */
  taskStarted(task: ConnectTask): void;
  /** Sends a task no more calls; resolves when none is under way on it, at the latest after the deregistration delay. */
  taskLeaves(id: string): Promise<void>;
  /** A task's process has ended. */
  taskGone(id: string): void;
  /** Calls under way on a task. */
  inFlight(id: string): number;
  /** Counts the tasks that get calls, for the metrics; call it each second. */
  measure(): void;
  snapshot(): readonly CallSnapshot[];
  close(graceMs: number): Promise<void>;
}

export interface ServiceConnectOptions {
  readonly plan: Plan;
  readonly clock: Clock;
  /** Metrics of calls: by callee, and by caller in the place of routes. */
  readonly metrics: MetricStore;
  /** Tasks of a service that have a process. */
  readonly tasksOf: (service: string) => readonly CallerTask[];
  /** Percent of a service's production traffic on its green tasks. */
  readonly greenPercent: (service: string) => number;
  /** Told of a call that the definition does not allow, at most once in some seconds for each way. */
  readonly onRefused: (from: string, to: string, message: string) => void;
  readonly say: (line: string) => void;
  /** 0 ≤ x < 1; default `Math.random`. */
  readonly random?: () => number;
}

/** How long calls under way on a task that stops are waited for, where no load balancer says it. AWS's default for one here. */
const DRAIN_SECONDS = 30;
/** The same refusal is told once in this time; a caller that retries would fill the log. */
const REPEAT_REFUSAL_MS = 10_000;

/** Opens a proxy for every call that the definition names. */
export async function startServiceConnect(options: ServiceConnectOptions): Promise<ServiceConnect> {
  const { plan, clock, metrics, random = Math.random } = options;
  const wanted = Object.values(plan.services).flatMap(({ key, connect }) =>
    (connect?.calls ?? []).map((to) => ({ from: key, to })),
  );
  const callers = wanted.length === 0 ? null : await createCallerCheck(options.tasksOf);
  if (wanted.length > 0 && callers === null) {
    options.say(
      'This machine does not tell whose process connects: the addresses for calls are given to their callers only, but whoever finds one can use it.',
    );
  }
  const edges: Edge[] = [];
  const waiting = new Map<string, () => void>();
  const told = new Map<string, number>();
  try {
    for (const { from, to } of wanted) edges.push(await open(from, to));
  } catch (error) {
    await Promise.all(edges.map((edge) => edge.close(0)));
    throw error;
  }

  function open(from: string, to: string): Promise<Edge> {
    const { perRequestTimeoutSeconds = 15, idleTimeoutSeconds = 300 } =
      plan.services[to]?.connect?.server ?? {};
    return openEdge({
      from,
      to,
      pool: createEdgePool({
        name: to,
        now: clock.scaled,
        greenPercent: () => options.greenPercent(to),
        random,
      }),
      perRequestTimeoutMs: perRequestTimeoutSeconds * 1_000,
      idleTimeoutMs: idleTimeoutSeconds * 1_000,
      callers,
      others: Object.keys(plan.services).filter((key) => key !== from),
      onRefused: (service) => refused(from, to, service),
      onCall: (record) => metrics.recordRequest(toSample(from, to, record)),
    });
  }

  function refused(from: string, to: string, service: string | null): void {
    const who = service === null ? 'A process that is no task' : `A task of ${service}`;
    const key = `${who} ${from} ${to}`;
    const now = performance.now();
    if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_REFUSAL_MS) return;
    told.set(key, now);
    const hasOwn = wanted.some((call) => call.from === service && call.to === to);
    const allowed = hasOwn ? 'it has one of its own' : `the definition has no call from ${service} to ${to}`;
    const why = service === null ? `it is for tasks of ${from} only` : allowed;
    options.onRefused(
      from,
      to,
      `${who} used the address for calls from ${from} to ${to} and got 403: ${why}.`,
    );
  }

  function stopWaiting(id: string): void {
    waiting.get(id)?.();
    waiting.delete(id);
  }

  const delayMs = (service: string): number =>
    ((plan.services[service]?.ingress?.deregistrationDelaySeconds ?? DRAIN_SECONDS) * 1_000) /
    clock.timeScale;

  return {
    address(from, to) {
      const edge = edges.find((one) => one.from === from && one.to === to);
      if (edge === undefined) return undefined;
      return { url: `http://127.0.0.1:${edge.port}`, host: '127.0.0.1', port: edge.port };
    },
    taskStarted({ id, service, side, host, port, zone, standing }) {
      const called = edges.filter(({ to }) => to === service);
      if (called.length === 0) return;
      const join = (): boolean => {
        // No definition has a health check of the container; a port that takes connections stands for it.
        if (!isEndpoint({ ...standing(), containerHealthy: true })) return false;
        waiting.delete(id);
        for (const { pool } of called) pool.add({ id, host, port, zone }, side);
        return true;
      };
      waiting.set(id, whenListening(host, port, join));
    },
    async taskLeaves(id) {
      stopWaiting(id);
      await Promise.all(edges.map(({ to, pool }) => pool.remove(id, delayMs(to))));
    },
    taskGone(id) {
      stopWaiting(id);
      for (const { pool } of edges) pool.gone(id);
    },
    inFlight: (id) =>
      edges.reduce(
        (sum, { pool }) => sum + (pool.endpoints().find((one) => one.id === id)?.inFlight ?? 0),
        0,
      ),
    measure() {
      for (const { to, pool } of edges)
        metrics.recordCounts({ service: to, healthy: pool.hosts().length, at: clock.now() });
    },
    snapshot: () =>
      edges.map(({ from, to, port, pool }) => {
        const endpoints = pool.endpoints();
        return {
          from,
          to,
          url: `http://127.0.0.1:${port}`,
          ...metrics.serviceSummary(to, clock.now(), from),
          endpoints: endpoints.length,
          ejected: endpoints.filter(({ ejected }) => ejected).map(({ id }) => id),
        };
      }),
    async close(graceMs) {
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await Promise.all(edges.map((edge) => edge.close(graceMs)));
    },
  };
}

/** A call as the metrics take it: the callee is the service, the caller stands in the place of a route. */
function toSample(from: string, to: string, record: RequestRecord) {
  const own = record.targetStatus === 0;
  return {
    service: to,
    task: record.target === '' ? null : record.target,
    route: from,
    status: own ? record.status : record.targetStatus,
    targetMs: record.targetMs,
    elbGenerated: own,
    at: record.start + record.durationMs,
  };
}
