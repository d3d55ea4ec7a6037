import type { Plan } from '@breakwater/plan';
import type {
  ChaosAnswer,
  ChaosRequest,
  DeploymentSnapshot,
  EngineEventRecord,
  LogLine,
  MetricName,
  MetricSeries,
  ScaleRequest,
  ScalingDecision,
  ServiceSnapshot,
  Snapshot,
  TraceRecord,
  TraceSummary,
} from '@breakwater/protocol';
import { MetricQueryError } from '../metrics/index.ts';
import { EngineError } from '../state/engine-error.ts';
import { readChaosRequest, readRedeployRequest, readScaleRequest } from './read-request.ts';
import type { Answer, ControlHandler, ControlRequest } from './server.ts';

/** What the control API can ask of the engine. */
export interface Controls {
  plan(): Plan;
  snapshot(): Snapshot;
  eventsAfter(seq: number): readonly EngineEventRecord[];
  onEvent(listener: (event: EngineEventRecord) => void): () => void;
  logs(
    filter: { readonly source: string | null; readonly task: string | null },
    lines: number,
  ): readonly LogLine[];
  onLog(
    filter: { readonly source: string | null; readonly task: string | null },
    listener: (line: LogLine) => void,
  ): () => void;
  traces(filter: {
    readonly limit: number;
    readonly service: string | null;
    readonly errors: boolean;
    readonly slowerThanMs: number;
  }): readonly TraceSummary[];
  trace(id: string): TraceRecord | null;
  metrics(query: {
    readonly metric: MetricName;
    readonly statistic: string;
    readonly service: string | null;
    readonly task: string | null;
    readonly route: string | null;
    /** Calls to `service` from this one; `*` for all of them; null for what is no call. */
    readonly caller: string | null;
    readonly seconds: number;
    readonly stepSeconds: number;
  }): readonly MetricSeries[];
  decisions(service: string | null): readonly ScalingDecision[];
  redeploy(service: string): Promise<DeploymentSnapshot>;
  scale(request: ScaleRequest): ServiceSnapshot;
  chaos(request: ChaosRequest): Promise<ChaosAnswer>;
  stop(): void;
}

const DEFAULT_TAIL = 100;
const MOST_LINES = 10_000;
const DEFAULT_TRACES = 20;
const MOST_TRACES = 1_000;
const DEFAULT_SECONDS = 300;

const json = (body: unknown, status = 200): Answer => ({ kind: 'json', status, body });

function number(query: URLSearchParams, name: string, fallback: number, largest: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new EngineError('BAD_REQUEST', `'${name}' is '${text}'; it must be a number of 0 or more.`, null);
  }
  return Math.min(value, largest);
}

function lines<Item>(
  past: readonly Item[],
  subscribe: (listener: (item: Item) => void) => () => void,
  following: boolean,
): Answer {
  return { kind: 'stream', lines: { past, subscribe: following ? subscribe : null } };
}

/** @throws EngineError BAD_REQUEST for a metric or statistic that there is not */
function readMetrics(controls: Controls, query: Parameters<Controls['metrics']>[0]): readonly MetricSeries[] {
  try {
    return controls.metrics(query);
  } catch (error) {
    if (error instanceof MetricQueryError) throw new EngineError('BAD_REQUEST', error.message, null);
    throw error;
  }
}

type Route = (controls: Controls, request: ControlRequest) => Promise<Answer> | Answer;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /v1/plan': (controls) => json(controls.plan()),
  'GET /v1/snapshot': (controls) => json(controls.snapshot()),
  'GET /v1/events': (controls, { query }) =>
    lines(
      controls.eventsAfter(number(query, 'after', 0, Number.MAX_SAFE_INTEGER)),
      (listener) => controls.onEvent(listener),
      query.get('follow') === '1',
    ),
  'GET /v1/logs': (controls, { query }) => {
    const filter = { source: query.get('source'), task: query.get('task') };
    return lines(
      controls.logs(filter, number(query, 'tail', DEFAULT_TAIL, MOST_LINES)),
      (listener) => controls.onLog(filter, listener),
      query.get('follow') === '1',
    );
  },
  'GET /v1/traces': (controls, { query }) =>
    json(
      controls.traces({
        limit: number(query, 'limit', DEFAULT_TRACES, MOST_TRACES),
        service: query.get('service'),
        errors: query.get('errors') === '1',
        slowerThanMs: number(query, 'slowerThan', 0, Number.MAX_SAFE_INTEGER),
      }),
    ),
  'GET /v1/metrics': (controls, { query }) =>
    json(
      readMetrics(controls, {
        // An unknown name finds no series; the store says so.
        metric: (query.get('metric') ?? 'RequestCount') as MetricName,
        statistic: query.get('statistic') ?? 'Sum',
        service: query.get('service'),
        task: query.get('task'),
        route: query.get('route'),
        caller: query.get('caller'),
        seconds: number(query, 'seconds', DEFAULT_SECONDS, 24 * 3_600),
        stepSeconds: Math.max(1, number(query, 'step', 1, 3_600)),
      }),
    ),
  'GET /v1/decisions': (controls, { query }) => json(controls.decisions(query.get('service'))),
  'POST /v1/redeploy': async (controls, { body }) =>
    json(await controls.redeploy(readRedeployRequest(body).service), 202),
  'POST /v1/scale': (controls, { body }) => json(controls.scale(readScaleRequest(body))),
  'POST /v1/chaos': async (controls, { body }) => json(await controls.chaos(readChaosRequest(body))),
  'POST /v1/stop': (controls) => {
    // The answer leaves before the server closes.
    setImmediate(() => controls.stop());
    return json({ stopping: true }, 202);
  },
};

const TRACE = /^\/v1\/traces\/([\w-]{1,64})$/;

/** The methods that a path knows. */
function methodsOf(path: string): readonly string[] {
  if (TRACE.test(path)) return ['GET'];
  return Object.keys(ROUTES).flatMap((route) => {
    const [method = '', known] = route.split(' ');
    return known === path ? [method] : [];
  });
}

/** Answers the control API's requests. */
export function controlRoutes(controls: Controls): ControlHandler {
  return (request) => {
    const { method, path } = request;
    const route = ROUTES[`${method} ${path}`];
    if (route !== undefined) return route(controls, request);
    const [, id] = method === 'GET' ? (TRACE.exec(path) ?? []) : [];
    if (id !== undefined) {
      const record = controls.trace(id);
      if (record !== null) return json(record);
      throw new EngineError(
        'NOT_FOUND',
        `There is no trace ${id}.`,
        'The newest traces are kept; list them.',
      );
    }
    const methods = methodsOf(path);
    if (methods.length > 0) {
      const fix = `Use ${methods.join(' or ')}.`;
      throw new EngineError('METHOD_NOT_ALLOWED', `${path} does not take ${method}.`, fix);
    }
    throw new EngineError('NOT_FOUND', `The control API has no ${method} ${path}.`, null);
  };
}
