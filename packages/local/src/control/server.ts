import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ControlError } from '@breakwater/protocol';
import { EngineError } from '../state/engine-error.ts';
import { refusalOf } from './guard-request.ts';
import { type LineSource, streamLines } from './stream.ts';

/** What a route gives back: JSON, or a stream of NDJSON lines that ends when the reader or the engine goes. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'stream'; readonly lines: LineSource };

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export type ControlHandler = (request: ControlRequest) => Promise<Answer> | Answer;

const LARGEST_BODY = 64 * 1024;

const STATUS: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  TOO_LARGE: 413,
};

export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the control API on loopback, on a free port. */
export async function startControlServer(token: string, handle: ControlHandler): Promise<ControlServer> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 });
  const port = await listen(server);
  server.on('request', (request, response) => {
    const refusal = refusalOf(request, port, token);
    if (refusal !== null) {
      request.resume();
      sendError(response, refusal.status, { code: refusal.code, message: refusal.message, fix: null });
      return;
    }
    void answer(request, response, handle);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A TCP server that listens has an AddressInfo; a string or null only belongs to pipes and closed servers.
  return (server.address() as AddressInfo).port;
}

function parseUrl(target: string): URL {
  try {
    return new URL(target, 'http://127.0.0.1');
  } catch {
    throw new EngineError('BAD_REQUEST', `'${target.slice(0, 100)}' is no path.`, null);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: ControlHandler,
): Promise<void> {
  try {
    const url = parseUrl(request.url ?? '/');
    const body = request.method === 'POST' ? await readJson(request) : null;
    const result = await handle({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body,
    });
    if (result.kind === 'json') {
      sendJson(response, result.status, result.body);
      return;
    }
    await streamLines(response, result.lines);
  } catch (error) {
    if (error instanceof EngineError) {
      // What is left of a body that was not read would be taken for the next request.
      if (error.code === 'TOO_LARGE') response.setHeader('connection', 'close');
      sendError(response, STATUS[error.code] ?? 500, {
        code: error.code,
        message: error.message,
        fix: error.fix,
      });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    sendError(response, 500, { code: 'internal', message, fix: null });
  }
}

/**
 * Reads a body to its end. One that is too large is read no further, but its connection stays long enough for the
 * client to get the answer.
 */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request);
  const text = bytes.toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new EngineError('BAD_REQUEST', 'The body is not JSON.', 'Send JSON.');
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.removeAllListeners('data');
      request.pause();
      reject(new EngineError('TOO_LARGE', `The body is larger than ${LARGEST_BODY} bytes.`, null));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new EngineError('BAD_REQUEST', 'The request was broken off.', null)));
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function sendError(response: ServerResponse, status: number, error: ControlError['error']): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, { error } satisfies ControlError);
}
