import type { IncomingHttpHeaders } from 'node:http';
import type { Statement } from '../database/database.ts';
import { createSampler } from './sampler.ts';
import type { TraceParent } from './trace-headers.ts';

/** What is known of a request when its span begins. */
export interface RequestStart {
  readonly traceId: string;
  readonly parent: TraceParent | undefined;
  readonly method: string;
  readonly route: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
  readonly clientAddress: string | undefined;
}

/** The span of one request that is being traced. */
export interface RequestTrace {
  readonly spanId: string;
  /** Begins the span of an SQL statement; call the result when it is done, with the error if it failed. */
  statement(statement: Statement): (error?: unknown) => void;
  end(status: number): void;
}

/** Tracing that is switched on. */
export interface Tracing {
  /** `undefined` for a request that is not sampled: nothing more is done for it. */
  start(request: RequestStart): RequestTrace | undefined;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** What traces of this process carry: its name, version and database. */
export interface TracedService {
  readonly service: string;
  readonly version: string;
  readonly database: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Starts tracing when `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) says where to send it, and loads OpenTelemetry only then.
 *
 * @throws ConfigError about a setting that cannot be
 */
export async function openTracing(
  env: Environment,
  service: TracedService,
  onError: (error: unknown) => void,
): Promise<Tracing | undefined> {
  const {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    OTEL_EXPORTER_OTLP_ENDPOINT,
    OTEL_SDK_DISABLED,
    OTEL_TRACES_EXPORTER,
  } = env;
  const { OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG } = env;
  if (!OTEL_EXPORTER_OTLP_TRACES_ENDPOINT && !OTEL_EXPORTER_OTLP_ENDPOINT) return undefined;
  if (OTEL_SDK_DISABLED === 'true' || OTEL_TRACES_EXPORTER === 'none') return undefined;
  const sampler = createSampler(
    OTEL_TRACES_SAMPLER || 'xray',
    OTEL_TRACES_SAMPLER_ARG ?? '',
    Date.now,
    Math.random,
  );
  const { createRecorder } = await import('./recorder.ts');
  const recorder = createRecorder(service, onError);
  return {
    start: (request) =>
      sampler(request.traceId, request.parent?.sampled) ? recorder.record(request) : undefined,
    close: () => recorder.close(),
  };
}
