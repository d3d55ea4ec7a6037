import { type ClientRequest, request } from 'node:http';
import type { HealthCheckResult } from '@breakwater/behaviour';
import type { Target } from './types.ts';

/** The load balancer's name in health checks. Observed, not documented. */
const USER_AGENT = 'ELB-HealthChecker/2.0';

/** What one health check found. */
export interface ProbeOutcome {
  readonly result: HealthCheckResult;
  /** For people: `status 200`, `connection refused`, `no answer within 5000 ms`. */
  readonly detail: string;
}

/** One health check to make. */
export interface Probe {
  readonly target: Target;
  readonly path: string;
  readonly timeoutMs: number;
  readonly accepts: (statusCode: number) => boolean;
  readonly matcher: string;
}

/**
 * Sends one health check, as the load balancer does: GET, `Host: <ip>:<port>`, connection closed afterwards.
 * `done` is called once, unless the returned function cancels the check before.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function sendProbe(probe: Probe, done: (outcome: ProbeOutcome) => void): () => void {
  const { target, timeoutMs } = probe;
  let finished = false;
  const finish = (result: HealthCheckResult, detail: string): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    outgoing.destroy();
    done({ result, detail });
  };
  const timer = setTimeout(() => finish('timeout', `no answer within ${timeoutMs} ms`), timeoutMs);
  const outgoing: ClientRequest = request(
    {
      host: target.host,
      port: target.port,
      path: probe.path,
      agent: false,
      headers: { Host: `${target.host}:${target.port}`, 'User-Agent': USER_AGENT, Connection: 'close' },
    },
    (response) => {
      const status = response.statusCode ?? 0;
      if (probe.accepts(status)) finish('success', `status ${status}`);
      else finish('response-code-mismatch', `status ${status}, expected ${probe.matcher}`);
    },
  );
  outgoing.on('error', (error: NodeJS.ErrnoException) => finish('failed', sentence(error)));
  outgoing.end();
  return () => {
    finished = true;
    clearTimeout(timer);
    outgoing.destroy();
  };
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connection refused: nothing listens on the port';
  if (error.code === 'ECONNRESET') return 'connection closed without an answer';
  return error.message;
}
