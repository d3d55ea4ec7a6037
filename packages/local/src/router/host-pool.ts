import type { RequestHead } from './request-head.ts';
import type { Target } from './types.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** One address that requests are sent to, with its connections. */
export interface UpstreamHost {
  readonly target: Target;
  /** Requests and tunnels on it at this moment. */
  outstandingRequests: number;
  /** No request is sent to it any more. */
  gone: boolean;
  readonly connections: Set<UpstreamConnection>;
  /** Kept-alive connections without a request; the last one was used last. */
  readonly idle: UpstreamConnection[];
  /** Called when `outstandingRequests` falls to 0 while draining. */
  drained: (() => void) | undefined;
}

/** How an attempt ended without one byte of a response. */
export type AttemptFailure =
  /** Nothing listens on its port. */
  | 'refused'
  /** The connection could not be made for another reason. */
  | 'unreachable'
  | 'connect-timeout'
  /** The connection was there, and ended after the request had been sent. */
  | 'closed';

/** An attempt after which the request may be sent once more. */
export interface FailedAttempt {
  readonly host: UpstreamHost;
  readonly head: RequestHead;
  readonly failure: AttemptFailure;
  /** Requests that were answered on the same connection before. */
  readonly served: number;
  /** Milliseconds since this attempt began. */
  readonly ageMs: number;
  /** How often the request had been sent again before. */
  readonly retries: number;
}

/** Where the requests of a route go: hosts, the choice among them, and what follows a failure. */
export interface HostPool {
  readonly name: string;
  /** Bytes of a request's body, beyond what came with its head, that are kept for another attempt. */
  readonly keepBodyBytes: number;
  /** The host for a request, or undefined when there is none. */
  choose(): UpstreamHost | undefined;
  /** The host for another attempt; undefined when the failure is the answer. */
  chooseAgain(failed: FailedAttempt): UpstreamHost | undefined;
  /** Told how each attempt ended: by the status of its response, 0 when there was none. */
  readonly onAttempt: ((host: UpstreamHost, status: number) => void) | undefined;
}

/** A host that nothing was sent to yet. */
export function createHost(target: Target): UpstreamHost {
  return {
    target,
    outstandingRequests: 0,
    gone: false,
    connections: new Set(),
    idle: [],
    drained: undefined,
  };
}

/** Sends a host nothing more; what is under way goes on. */
export function retireHost(host: UpstreamHost): void {
  host.gone = true;
  for (const connection of [...host.idle]) connection.socket.destroy();
}

/**
 * Resolves when nothing is under way on a retired host, at the latest after `delayMs`, when what remains is cut off with
 * a 502 or 503.
 */
export function drainHost(host: UpstreamHost, delayMs: number): Promise<void> {
  if (host.outstandingRequests === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      host.drained = undefined;
      resolve();
    };
    const timer = setTimeout(() => {
      host.drained = undefined;
      for (const connection of [...host.connections]) connection.abort('deregistration-delay-expired');
      finish();
    }, delayMs);
    host.drained = finish;
  });
}
