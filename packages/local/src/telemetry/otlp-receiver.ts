import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenOnLoopback, stopServer } from './listen.ts';
import { decodeJsonLogs, decodeJsonMetrics, decodeJsonTraces } from './otlp-json.ts';
import { decodeProtobufLogs, decodeProtobufMetrics, decodeProtobufTraces } from './otlp-protobuf.ts';
import { type OtlpFormat, sendProblem, sendSuccess } from './otlp-response.ts';
import { HttpProblem, readBody } from './read-body.ts';
import {
  type Decoded,
  MalformedTelemetryError,
  type ReceivedLog,
  type ReceivedMetric,
  type ReceivedSpan,
} from './types.ts';

export interface OtlpReceiverOptions {
  readonly onSpans: (spans: readonly ReceivedSpan[]) => void;
  readonly onLogs?: (logs: readonly ReceivedLog[]) => void;
  readonly onMetrics?: (metrics: readonly ReceivedMetric[]) => void;
  /** Most bytes of a request, compressed and not; default 5 MB, as CloudWatch's OTLP endpoint. */
  readonly limitBytes?: number;
}

/** What came in since the start. */
export interface OtlpCounts {
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
  /** Items that could not be used. */
  readonly rejected: number;
  /** Requests answered with an error. */
  readonly failed: number;
}

/** OTLP over HTTP, JSON and protobuf. */
export interface OtlpReceiver {
  /** Answers `POST /v1/traces`, `/v1/logs` and `/v1/metrics`; 404 for other paths. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Listens on 127.0.0.1 and gives the port; 0 takes a free one. 4318 is where SDKs send by default. */
  readonly listen: (port: number) => Promise<number>;
  readonly close: () => Promise<void>;
  readonly counts: () => OtlpCounts;
}

const LIMIT_BYTES = 5_000_000;

/**
 * Takes in what OpenTelemetry SDKs and collectors send.
 * {@link https://opentelemetry.io/docs/specs/otlp/#otlphttp}
 * @example
 * const receiver = createOtlpReceiver({ onSpans: traces.add });
 * const port = await receiver.listen(0); // OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:<port>
 */
export function createOtlpReceiver(options: OtlpReceiverOptions): OtlpReceiver {
  const { onSpans, onLogs = ignore, onMetrics = ignore, limitBytes = LIMIT_BYTES } = options;
  const counts = { spans: 0, logs: 0, metrics: 0, rejected: 0, failed: 0 };
  let server: Server | null = null;

  const take = <T>(
    decoded: Decoded<T>,
    counter: 'spans' | 'logs' | 'metrics',
    on: (items: readonly T[]) => void,
  ) => {
    counts[counter] += decoded.items.length;
    counts.rejected += decoded.rejected;
    if (decoded.items.length > 0) on(decoded.items);
    return decoded;
  };
  const signals: Readonly<Record<string, Record<OtlpFormat, (body: Buffer) => Decoded<unknown>>>> = {
    '/v1/traces': {
      json: (body) => take(decodeJsonTraces(body), 'spans', onSpans),
      protobuf: (body) => take(decodeProtobufTraces(body), 'spans', onSpans),
    },
    '/v1/logs': {
      json: (body) => take(decodeJsonLogs(body), 'logs', onLogs),
      protobuf: (body) => take(decodeProtobufLogs(body), 'logs', onLogs),
    },
    '/v1/metrics': {
      json: (body) => take(decodeJsonMetrics(body), 'metrics', onMetrics),
      protobuf: (body) => take(decodeProtobufMetrics(body), 'metrics', onMetrics),
    },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const signal = Object.hasOwn(signals, path) ? signals[path] : undefined;
    let format: OtlpFormat = 'json';
    try {
      if (signal === undefined) throw new HttpProblem(404, `${path} is no path of OTLP. Send to /v1/traces.`);
      if (request.method !== 'POST') throw new HttpProblem(405, 'OTLP is sent with POST.');
      format = formatOf(request);
      const decoded = signal[format](await readBody(request, limitBytes));
      sendSuccess(response, path, format, decoded);
    } catch (error) {
      counts.failed += 1;
      // What remains of the body is read and thrown away, so that the client gets to read the answer.
      request.resume();
      sendProblem(response, format, toProblem(error));
    }
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };

  return {
    handle,
    async listen(port) {
      server = createServer({ requestTimeout: 30_000 }, handle);
      return listenOnLoopback(server, port);
    },
    async close() {
      if (server !== null) await stopServer(server);
      server = null;
    },
    counts: () => ({ ...counts }),
  };
}

function formatOf(request: IncomingMessage): OtlpFormat {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  throw new HttpProblem(
    415,
    `Content-Type "${type ?? ''}" is not understood. Send application/x-protobuf or application/json.`,
  );
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof MalformedTelemetryError) return new HttpProblem(400, error.message);
  return new HttpProblem(500, 'The telemetry could not be taken in.');
}

function ignore(): void {}
