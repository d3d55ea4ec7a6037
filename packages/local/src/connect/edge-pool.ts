import {
  afterAttempt,
  chooseEndpoint,
  chooseSide,
  countsAsFailure,
  type EndpointState,
  isEjected,
  isRetried,
  NEW_ENDPOINT,
  RETRY_BODY_BYTES,
  recordAttempt,
  SERVICE_CONNECT_DEFAULTS,
} from '@breakwater/behaviour';
import { createHost, drainHost, type HostPool, retireHost, type UpstreamHost } from '../router/host-pool.ts';
import type { Target } from '../router/types.ts';

/** Which of a service's two sets of tasks: a staged deployment has both. */
export type Side = 'blue' | 'green';

/** A task that gets calls, as one caller's proxy sees it. */
export interface Endpoint {
  readonly id: string;
  readonly ejected: boolean;
  readonly inFlight: number;
}

/** The callee's tasks as the proxy of one caller knows them. */
export interface EdgePool extends HostPool {
  add(target: Target, side: Side): void;
  /** Sends it nothing more; resolves when nothing is under way on it, at the latest after `delayMs`. */
  remove(id: string, delayMs: number): Promise<void>;
  /** Its process has ended: nothing more is sent, and what is under way ends, or is tried elsewhere, as its connections break. */
  gone(id: string): void;
  endpoints(): readonly Endpoint[];
  /** Hosts that are not gone. */
  hosts(): readonly UpstreamHost[];
  /** Cuts every connection. */
  close(): void;
}

export interface EdgePoolOptions {
  readonly name: string;
  /** Milliseconds in which ejections are counted. */
  readonly now: () => number;
  /** Percent of the callee's production traffic on its green tasks. */
  readonly greenPercent: () => number;
  readonly random: () => number;
}

interface Members {
  readonly hosts: UpstreamHost[];
  /** What is known of each, at the same index. */
  readonly states: EndpointState[];
  cursor: number;
}

/** Makes a pool without tasks: round robin, retries and ejection as Service Connect has them. */
export function createEdgePool({ name, now, greenPercent, random }: EdgePoolOptions): EdgePool {
  const sides: Readonly<Record<Side, Members>> = {
    blue: { hosts: [], states: [], cursor: 0 },
    green: { hosts: [], states: [], cursor: 0 },
  };
  const draining = new Set<UpstreamHost>();

  function next(avoid: UpstreamHost | null): UpstreamHost | undefined {
    const { blue, green } = sides;
    const counts = { blue: blue.hosts.length, green: green.hosts.length };
    const side = sides[chooseSide(greenPercent(), counts, random())];
    const avoided = avoid === null ? -1 : side.hosts.indexOf(avoid);
    const index = chooseEndpoint(side.states, side.cursor, now(), avoided);
    side.cursor = index + 1;
    return side.hosts[index];
  }

  function find(holds: (host: UpstreamHost) => boolean) {
    for (const side of [sides.blue, sides.green]) {
      const index = side.hosts.findIndex(holds);
      const host = side.hosts[index];
      if (host !== undefined) return { side, index, host };
    }
    return undefined;
  }

  function takeOut(id: string): UpstreamHost | undefined {
    const found = find(({ target }) => target.id === id);
    if (found === undefined) return undefined;
    const { side, index, host } = found;
    side.hosts.splice(index, 1);
    side.states.splice(index, 1);
    retireHost(host);
    return host;
  }

  return {
    name,
    keepBodyBytes: RETRY_BODY_BYTES,
    choose: () => next(null),
    chooseAgain({ head, failure, retries, host }) {
      if (!isRetried(head.method, failure === 'closed' ? 'reset' : 'connect')) return undefined;
      // The exchange watches over the request's time itself.
      const call = { startedAt: 0, attempts: retries + 1 };
      return afterAttempt(call, false, 0, SERVICE_CONNECT_DEFAULTS).kind === 'retry' ? next(host) : undefined;
    },
    onAttempt(host, status) {
      if (!countsAsFailure(status)) return;
      const found = find((one) => one === host);
      if (found === undefined) return;
      const { side, index } = found;
      side.states[index] = recordAttempt(side.states[index] ?? NEW_ENDPOINT, false, now());
    },
    add(target, side) {
      sides[side].hosts.push(createHost(target));
      sides[side].states.push(NEW_ENDPOINT);
    },
    gone: (id) => void takeOut(id),
    remove(id, delayMs) {
      const host = takeOut(id);
      if (host === undefined) return Promise.resolve();
      draining.add(host);
      return drainHost(host, delayMs).then(() => void draining.delete(host));
    },
    endpoints: () =>
      [sides.blue, sides.green].flatMap(({ hosts, states }) =>
        hosts.map((host, index) => ({
          id: host.target.id,
          ejected: isEjected(states[index] ?? NEW_ENDPOINT, now()),
          inFlight: host.outstandingRequests,
        })),
      ),
    hosts: () => [...sides.blue.hosts, ...sides.green.hosts],
    close() {
      for (const host of [...sides.blue.hosts, ...sides.green.hosts, ...draining]) {
        retireHost(host);
        for (const connection of [...host.connections]) connection.socket.destroy();
      }
    },
  };
}
