import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { explain, listenOnLoopback, stopServer } from './listen.ts';
import { asObject } from './otlp-json-value.ts';
import { HttpProblem, readBody } from './read-body.ts';
import { createRecentNames } from './recent-names.ts';
import { MalformedTelemetryError, type ReceivedSpan } from './types.ts';
import { createSamplingProxy, type SamplingRule } from './xray-sampling.ts';
import { decodeSegment } from './xray-segment.ts';

export interface XrayReceiverOptions {
  readonly onSpans: (spans: readonly ReceivedSpan[]) => void;
  /** Answers of the sampling proxy; without a default rule, X-Ray's own is added (1 a second, then 5 %). */
  readonly sampling?: readonly SamplingRule[];
  /** Default `us-east-1`; appears in the rules' ARNs. */
  readonly region?: string;
  readonly now?: () => number;
}

export interface XrayCounts {
  readonly datagrams: number;
  readonly spans: number;
  /** Datagrams and documents that could not be used. */
  readonly rejected: number;
  /** Why the last one was rejected, for people; null when none was. */
  readonly problem: string | null;
}

/** The X-Ray daemon's interface: segments by UDP, and the sampling proxy by TCP on the same port. */
export interface XrayReceiver {
  /** Takes one datagram; never throws. */
  readonly receive: (datagram: Buffer) => void;
  /** Answers `POST /GetSamplingRules`, `/SamplingTargets` and `/TraceSegments`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Listens on 127.0.0.1, UDP and TCP, and gives the port; 0 takes a free one. The daemon's is 2000. */
  readonly listen: (port: number) => Promise<number>;
  readonly close: () => Promise<void>;
  readonly counts: () => XrayCounts;
}

const BODY_LIMIT = 1_000_000;
const RECEIVE_BUFFER = 1024 * 1024;
const ATTEMPTS = 10;

/**
 * Takes in what X-Ray's SDKs send to the daemon.
 * {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html}
 * @example
 * const receiver = createXrayReceiver({ onSpans: traces.add });
 * const port = await receiver.listen(0); // AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:<port>
 */
export function createXrayReceiver(options: XrayReceiverOptions): XrayReceiver {
  const { onSpans, sampling = [], region = 'us-east-1', now = Date.now } = options;
  const counts = { datagrams: 0, spans: 0, rejected: 0, problem: null as string | null };
  const proxy = createSamplingProxy(sampling, region);
  const services = createRecentNames(4_096);
  let socket: Socket | null = null;
  let server: Server | null = null;

  /** Whether the document could be used, at least in part. */
  const takeDocument = (text: string): boolean => {
    try {
      const { items, rejected, problem } = decodeSegment(text, services.get);
      counts.spans += items.length;
      counts.rejected += rejected;
      if (problem !== null) counts.problem = problem;
      for (const span of items) services.set(span.spanId, span.service);
      onSpans(items);
      return true;
    } catch (error) {
      counts.rejected += 1;
      counts.problem =
        error instanceof MalformedTelemetryError ? error.message : 'The segment could not be read.';
      return false;
    }
  };

  const receive = (datagram: Buffer): void => {
    counts.datagrams += 1;
    const end = datagram.indexOf(0x0a);
    if (end === -1 || !isDaemonHeader(datagram.toString('utf8', 0, Math.min(end, 200)))) {
      counts.rejected += 1;
      counts.problem = 'A datagram must begin with {"format":"json","version":1} and a line feed.';
      return;
    }
    takeDocument(datagram.toString('utf8', end + 1));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    try {
      if (request.method !== 'POST') throw new HttpProblem(405, 'The sampling proxy is asked with POST.');
      const body = parseJson(await readBody(request, BODY_LIMIT));
      if (path === '/GetSamplingRules') sendJson(response, 200, proxy.rules());
      else if (path === '/SamplingTargets') sendJson(response, 200, proxy.targets(body, now()));
      else if (path === '/TraceSegments') sendJson(response, 200, putTraceSegments(body, takeDocument));
      else throw new HttpProblem(404, `${path} is not answered here.`);
    } catch (error) {
      request.resume();
      const problem = error instanceof HttpProblem ? error : new HttpProblem(500, 'The request failed.');
      if (!response.headersSent) sendJson(response, problem.status, { message: problem.message });
    }
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };

  const open = async (port: number): Promise<number> => {
    const http = createServer({ requestTimeout: 30_000 }, handle);
    const bound = await listenOnLoopback(http, port);
    try {
      socket = await bindUdp(bound, receive);
      server = http;
      return bound;
    } catch (error) {
      await stopServer(http);
      throw error;
    }
  };

  return {
    receive,
    handle,
    async listen(port) {
      // With port 0 the TCP port found may be taken for UDP: then another is tried.
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await open(port);
        } catch (error) {
          if (port !== 0 || attempt === ATTEMPTS) throw error;
        }
      }
    },
    async close() {
      const udp = socket;
      socket = null;
      if (udp !== null) await new Promise<void>((resolve) => udp.close(resolve));
      if (server !== null) await stopServer(server);
      server = null;
    },
    counts: () => ({ ...counts }),
  };
}

function isDaemonHeader(text: string): boolean {
  try {
    const header = asObject<'format' | 'version'>(JSON.parse(text));
    return header?.format === 'json' && header.version === 1;
  } catch {
    return false;
  }
}

function bindUdp(port: number, receive: (datagram: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const udp = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER });
    udp.once('error', (error) => {
      udp.close();
      reject(explain(error, port));
    });
    udp.bind(port, '127.0.0.1', () => {
      udp.removeAllListeners('error');
      udp.on('error', () => {});
      udp.on('message', receive);
      resolve(udp);
    });
  });
}

/** {@link https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html} */
function putTraceSegments(body: unknown, take: (text: string) => boolean): unknown {
  const documents = asObject<'TraceSegmentDocuments'>(body)?.TraceSegmentDocuments;
  if (!Array.isArray(documents)) throw new HttpProblem(400, '"TraceSegmentDocuments" must be an array.');
  const failed = documents.filter((document) => typeof document !== 'string' || !take(document));
  return {
    UnprocessedTraceSegments: failed.map(() => ({ ErrorCode: 'ParseError', Message: 'Invalid segment.' })),
  };
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'The body is no JSON.');
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
