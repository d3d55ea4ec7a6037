import type { Socket } from 'node:net';
import { PROXY_ANSWERS, PROXY_CONNECT_TIMEOUT_MS } from '@breakwater/behaviour';
import type { RouterContext } from '../router/context.ts';
import { createFrontDoor, type DoorState } from '../router/front-door.ts';
import type { RequestRecord } from '../router/types.ts';
import type { CallerCheck } from './callers.ts';
import { PROXY_DIALECT, proxyResponse } from './dialect.ts';
import type { EdgePool } from './edge-pool.ts';

/** How long a caller may take to send the head of a call. */
const HEAD_TIMEOUT_MS = 60_000;

/** One service's way to another: a proxy that listens on a port of its own. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly pool: EdgePool;
  readonly port: number;
  close(graceMs: number): Promise<void>;
}

export interface EdgeOptions {
  readonly from: string;
  readonly to: string;
  readonly pool: EdgePool;
  /** Milliseconds; 0 switches it off. */
  readonly perRequestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Who may come in; null where this machine cannot tell. */
  readonly callers: CallerCheck | null;
  /** Told of a connection that was refused, with the service whose task it came from; null when it is no task's. */
  readonly onRefused: (service: string | null) => void;
  /** The other services, whose tasks might try. */
  readonly others: readonly string[];
  /** Called once per call that was let in. Must be cheap. */
  readonly onCall: (record: RequestRecord) => void;
}

/** Opens the way from one service to another, on a free port of 127.0.0.1. */
export async function openEdge(options: EdgeOptions): Promise<Edge> {
  const { from, to, pool, callers } = options;
  const limit = (ms: number): number => (ms === 0 ? Number.POSITIVE_INFINITY : ms);
  const forward = { kind: 'forward' as const, rule: from, group: pool };
  const refuse = {
    kind: 'respond' as const,
    rule: from,
    reason: 'fixed-response' as const,
    response: proxyResponse(
      403,
      'Forbidden',
      `This address is for calls from ${from} to ${to}, and the caller is no task of ${from}. ` +
        `A service may call only what its \`calls\` in the definition name.\n`,
    ),
  };
  const old = PROXY_ANSWERS['old-http'];
  const upgrade = {
    kind: 'respond' as const,
    rule: from,
    reason: 'fixed-response' as const,
    response: proxyResponse(old.statusCode, old.statusText, old.body),
  };
  const context =
    (action: typeof forward | typeof refuse) =>
    (door: DoorState): RouterContext => ({
      idleTimeoutMs: limit(options.idleTimeoutMs),
      connectTimeoutMs: PROXY_CONNECT_TIMEOUT_MS,
      headTimeoutMs: HEAD_TIMEOUT_MS,
      clientKeepAliveMs: Number.POSITIVE_INFINITY,
      requestTimeoutMs: limit(options.perRequestTimeoutMs),
      headOptions: { dropInvalidHeaderFields: false, passForwardedFields: true },
      dialect: PROXY_DIALECT,
      get closing() {
        return door.closing;
      },
      get port() {
        return door.port;
      },
      load: { requestsInFlight: 0 },
      route: (head) => (head.http10 && action === forward ? upgrade : action),
      record: action === forward ? options.onCall : () => {},
    });

  const admit = (socket: Socket): void => {
    // What the socket sends meanwhile waits in the kernel: nobody reads it yet.
    void callers?.check(socket, from).then(async (verdict) => {
      if (verdict === 'stranger') options.onRefused(await ownerOf(callers, socket, options.others));
      if (socket.destroyed) return;
      if (verdict === 'gone') socket.destroy();
      else door.serve(socket, verdict === 'caller' ? allowed : refused);
    });
  };
  const allow = context(forward);
  const door = createFrontDoor({
    context: allow,
    hosts: pool.hosts,
    ...(callers === null ? {} : { admit }),
  });
  const allowed = allow(door);
  const refused = context(refuse)(door);
  const port = await door.listen(0, '127.0.0.1');
  return {
    from,
    to,
    pool,
    port,
    async close(graceMs) {
      await door.close(graceMs);
      pool.close();
    },
  };
}

/** Which of the services has a task at the other end; null when none has. */
async function ownerOf(
  callers: CallerCheck,
  socket: Socket,
  services: readonly string[],
): Promise<string | null> {
  const verdicts = await Promise.all(services.map((service) => callers.check(socket, service)));
  return services.find((_, index) => verdicts[index] === 'caller') ?? null;
}
