import { Agent, request } from 'node:http';

/** One request of a load. */
export interface LoadRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
}

/** How one request ended. */
export interface LoadOutcome {
  readonly request: LoadRequest;
  /** 0 when no answer came. */
  readonly status: number;
  readonly error: string | null;
  /** Milliseconds from when it was due, so that a stall counts for all it held up. */
  readonly latencyMs: number;
  readonly body: string;
  readonly dueAt: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly requestsPerSecond: number;
  /** The n-th request. */
  readonly next: (n: number) => LoadRequest;
  /** Called for each outcome; default: all are kept. */
  readonly onOutcome?: (outcome: LoadOutcome) => void;
  /** Keep-alive connections; default 32. */
  readonly connections?: number;
  /** A request without an answer for so long has failed; default 10,000 ms. */
  readonly timeoutMs?: number;
}

/** A load that runs until it is stopped. */
export interface Load {
  /** Sends no more, waits for the answers and gives all outcomes. */
  stop(): Promise<readonly LoadOutcome[]>;
  readonly outcomes: readonly LoadOutcome[];
  sent(): number;
}

const TICK_MS = 5;

/**
 * Sends requests at a fixed rate whatever the answers do (open loop), to loopback only.
 * @example
 * const load = startLoad({ url, requestsPerSecond: 500, next: () => ({ path: '/health' }) });
 * // …
 * const outcomes = await load.stop();
 */
export function startLoad(options: LoadOptions): Load {
  const { url, requestsPerSecond, next, connections = 32, timeoutMs = 10_000 } = options;
  const { hostname, port } = new URL(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new Error(`A load goes to loopback only, not to ${hostname}.`);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcomes: LoadOutcome[] = [];
  const record = options.onOutcome ?? ((outcome: LoadOutcome) => void outcomes.push(outcome));
  const started = performance.now();
  const pending = new Set<Promise<void>>();
  let sent = 0;

  function send(what: LoadRequest, dueAt: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (status: number, error: string | null, body: string): void => {
        record({ request: what, status, error, body, latencyMs: performance.now() - dueAt, dueAt });
        resolve();
      };
      const payload = what.body === undefined ? null : JSON.stringify(what.body);
      const outgoing = request(
        {
          agent,
          hostname,
          port,
          method: what.method ?? 'GET',
          path: what.path,
          timeout: timeoutMs,
          ...(payload === null
            ? {}
            : {
                headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
              }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', (error) => finish(0, error.message, ''));
          response.on('end', () =>
            finish(response.statusCode ?? 0, null, Buffer.concat(chunks).toString('utf8')),
          );
          response.on('aborted', () => finish(0, 'the answer broke off', ''));
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      outgoing.on('error', (error) => finish(0, error.message, ''));
      outgoing.end(payload);
    });
  }

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1_000) * requestsPerSecond);
    while (sent < due) {
      const promise = send(next(sent), started + (sent / requestsPerSecond) * 1_000);
      pending.add(promise);
      void promise.then(() => pending.delete(promise));
      sent += 1;
    }
  }, TICK_MS);

  return {
    outcomes,
    sent: () => sent,
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
      return outcomes;
    },
  };
}

/** The value below which so many percent of the numbers lie; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))] ?? Number.NaN;
}
