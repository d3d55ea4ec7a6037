import type { ServerResponse } from 'node:http';
import Pbf from 'pbf';
import type { HttpProblem } from './read-body.ts';
import type { Decoded } from './types.ts';

/** How a request is encoded; its answer is encoded alike. */
export type OtlpFormat = 'json' | 'protobuf';

const CONTENT_TYPES = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

const REJECTED: Readonly<Record<string, string>> = {
  '/v1/traces': 'rejectedSpans',
  '/v1/logs': 'rejectedLogRecords',
  '/v1/metrics': 'rejectedDataPoints',
};

/**
 * Answers 200; when not everything could be used, with a partial success.
 * {@link https://opentelemetry.io/docs/specs/otlp/#partial-success-1}
 */
export function sendSuccess(
  response: ServerResponse,
  path: string,
  format: OtlpFormat,
  decoded: Decoded<unknown>,
): void {
  const { rejected, problem } = decoded;
  const partial = rejected > 0 || problem !== null;
  if (format === 'json') {
    const body = { [REJECTED[path] ?? 'rejected']: String(rejected), errorMessage: problem ?? '' };
    send(response, 200, format, JSON.stringify(partial ? { partialSuccess: body } : {}));
    return;
  }
  const pbf = new Pbf();
  if (partial) {
    pbf.writeMessage(
      1,
      (_, message) => {
        message.writeVarintField(1, rejected);
        message.writeStringField(2, problem ?? '');
      },
      null,
    );
  }
  send(response, 200, format, pbf.finish());
}

/** Answers with an error as a `google.rpc.Status`, whose message is for people. */
export function sendProblem(response: ServerResponse, format: OtlpFormat, problem: HttpProblem): void {
  if (response.headersSent || response.destroyed) return;
  if (problem.status === 405) response.setHeader('allow', 'POST');
  if (format === 'json') {
    send(response, problem.status, format, JSON.stringify({ message: problem.message }));
    return;
  }
  const pbf = new Pbf();
  pbf.writeStringField(2, problem.message);
  send(response, problem.status, format, pbf.finish());
}

function send(response: ServerResponse, status: number, format: OtlpFormat, body: string | Uint8Array): void {
  response.writeHead(status, {
    'content-type': CONTENT_TYPES[format],
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
