import type {
  ChaosAnswer,
  ChaosRequest,
  ControlError,
  DeploymentSnapshot,
  EngineEventRecord,
  EngineFile,
  LogLine,
  RedeployRequest,
  ScaleRequest,
  ScalingDecision,
  ServiceSnapshot,
  Snapshot,
  TraceRecord,
  TraceSummary,
} from '@breakwater/protocol';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Which log lines are wanted. */
export interface LogQuery {
  readonly source?: string;
  readonly task?: string;
  /** How many of the last lines first. */
  readonly tail?: number;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Which traces are wanted. */
export interface TraceQuery {
  readonly limit?: number;
  readonly service?: string;
  readonly errors?: boolean;
  readonly slowerThanMs?: number;
}

/** The control API of one engine, as functions. Each throws a {@link CliError}; exit 7 when the engine does not answer. */
export interface ControlClient {
  snapshot(): Promise<Snapshot>;
  events(after: number, signal?: AbortSignal): AsyncGenerator<EngineEventRecord>;
  logs(query: LogQuery): AsyncGenerator<LogLine>;
  traces(query: TraceQuery): Promise<readonly TraceSummary[]>;
  trace(id: string): Promise<TraceRecord>;
  /** The autoscaler's decisions on a service, newest last. */
  decisions(service: string): Promise<readonly ScalingDecision[]>;
  redeploy(request: RedeployRequest): Promise<DeploymentSnapshot>;
  scale(request: ScaleRequest): Promise<ServiceSnapshot>;
  chaos(request: ChaosRequest): Promise<ChaosAnswer>;
  stop(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** A client for the engine that the file describes. The token travels in a header and is never printed. */
export function createControlClient(file: EngineFile): ControlClient {
  const send = async (path: string, body?: unknown, signal?: AbortSignal): Promise<Response> => {
    const request: RequestInit = {
      headers: {
        authorization: `Bearer ${file.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    };
    const response = await fetch(new URL(path, file.controlUrl), request).catch((error: unknown) => {
      throw unreachable(error, file);
    });
    if (!response.ok) throw await refused(response, path);
    return response;
  };
  const read = async <TAnswer>(path: string, body?: unknown): Promise<TAnswer> => {
    const response = await send(path, body);
    // The protocol says what each path answers; engine and command line are of one version.
    return (await response.json()) as TAnswer;
  };
  return {
    snapshot: () => read('/v1/snapshot'),
    decisions: (service) => read(`/v1/decisions?service=${encodeURIComponent(service)}`),
    events: (after, signal) =>
      records(send(`/v1/events?after=${after}&follow=1`, undefined, signal ?? neverAborted())),
    logs: ({ source, task, tail, follow, signal }) =>
      records(
        send(
          `/v1/logs${query({ source, task, tail, follow: follow ? 1 : undefined })}`,
          undefined,
          signal ?? (follow ? neverAborted() : undefined),
        ),
      ),
    traces: ({ limit, service, errors, slowerThanMs }) =>
      read(
        `/v1/traces${query({ limit, service, errors: errors ? 1 : undefined, slowerThan: slowerThanMs })}`,
      ),
    trace: (id) => read(`/v1/traces/${encodeURIComponent(id)}`),
    redeploy: (request) => read('/v1/redeploy', request),
    scale: (request) => read('/v1/scale', request),
    chaos: (request) => read('/v1/chaos', request),
    stop: async () => {
      await (await send('/v1/stop', {})).body?.cancel();
    },
  };
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The records of an NDJSON answer, as they come. Ends quietly when the engine ends or the signal aborts. */
async function* records<TRecord>(answer: Promise<Response>): AsyncGenerator<TRecord> {
  const { body } = await answer;
  if (!body) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      // Each line is one record of the kind that the path answers.
      for (const line of lines) if (line !== '') yield JSON.parse(line) as TRecord;
    }
  } catch (error) {
    if (!isConnectionEnd(error)) throw error;
  }
}

function isConnectionEnd(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.message === 'terminated');
}

function unreachable(error: unknown, file: EngineFile): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error;
  if (error.name === 'TimeoutError') {
    return new CliError(`The engine (process ${file.pid}) does not answer`, {
      why: `it was silent for ${ANSWER_TIMEOUT_MS / 1000} s`,
      fix: 'End it with `breakwater stop --force`, then start it again.',
    });
  }
  return new CliError('The engine cannot be reached', {
    why: error.cause instanceof Error ? error.cause.message : error.message,
    fix: 'It may just have stopped: start it with `breakwater start`.',
    exitCode: EXIT.notRunning,
  });
}

async function refused(response: Response, path: string): Promise<CliError> {
  const text = await response.text();
  const answer = parseControlError(text);
  if (answer) return new CliError(answer.error.message, { fix: answer.error.fix });
  return new CliError(`The engine answered ${response.status} to ${path.replace(/\?.*/, '')}`, {
    why:
      response.status === 401 || response.status === 403
        ? 'it refuses the token of .breakwater/engine.json'
        : null,
    fix: 'Engine and command line may be of different versions: `breakwater stop`, then start again.',
  });
}

function parseControlError(text: string): ControlError | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('error' in value)) return null;
    const { error } = value;
    if (
      typeof error !== 'object' ||
      error === null ||
      !('message' in error) ||
      typeof error.message !== 'string'
    )
      return null;
    const fix = 'fix' in error && typeof error.fix === 'string' ? error.fix : null;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    return { error: { code, message: error.message, fix } };
  } catch {
    return null;
  }
}
