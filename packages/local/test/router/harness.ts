import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { createRouter, type RequestRecord, type Router, type RouterOptions } from '../../src/router/index.ts';

/** A router on a free port with one target group `web` behind `/*`, and what it has recorded. */
export interface TestRouter {
  readonly router: Router;
  readonly port: number;
  readonly records: RequestRecord[];
}

/** A server that answers as a target. */
export interface TestTarget {
  readonly port: number;
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

type Cleanup = () => Promise<void> | void;
const cleanups: Cleanup[] = [];

/** Ends everything that was started since the last call; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** Runs at the end of the test. */
export function atEnd(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

export const settings = {
  health: {
    path: '/health',
    intervalMs: 5000,
    timeoutMs: 2000,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    matcher: '200',
  },
  algorithm: 'round_robin',
  deregistrationDelayMs: 10_000,
} as const;

/** Starts a router; `targets` are registered as `t0`, `t1`, … */
export async function startRouter(
  targets: readonly TestTarget[],
  options: RouterOptions = {},
  groupSettings: Parameters<Router['setTargetGroup']>[1] = settings,
): Promise<TestRouter> {
  const records: RequestRecord[] = [];
  const router = createRouter({ onRequest: (record) => records.push(record), ...options });
  router.setTargetGroup('web', groupSettings);
  router.setRules([
    {
      priority: 1,
      name: 'everything',
      conditions: [{ field: 'path-pattern', values: ['*'] }],
      action: { kind: 'forward', targetGroups: [{ targetGroup: 'web', weight: 1 }] },
    },
  ]);
  for (const [index, target] of targets.entries()) {
    router.registerTarget('web', { id: `t${index}`, host: '127.0.0.1', port: target.port, zone: 'a' });
  }
  const port = await router.listen(0);
  atEnd(() => router.close(0));
  return { router, port, records };
}

/** A target on node:http. Health checks are answered before the handler sees them. */
export async function httpTarget(
  handler: RequestListener,
): Promise<TestTarget & { readonly server: HttpServer }> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    if (request.headers['user-agent'] === 'ELB-HealthChecker/2.0') response.end('ok');
    else handler(request, response);
  });
  return { server, ...(await listening(server)) };
}

/** A target that does what `onRequest` does with the bytes of each first chunk. Health checks are answered before. */
export function rawTarget(onRequest: (socket: Socket, bytes: Buffer) => void): Promise<TestTarget> {
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      if (bytes.includes('ELB-HealthChecker')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      } else {
        onRequest(socket, bytes);
      }
    });
  });
  return listening(server);
}

async function listening(server: Server): Promise<TestTarget> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  atEnd(close);
  return { port, sockets, close };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const target = await rawTarget(() => {});
  await target.close();
  return target.port;
}

/** A client that speaks bytes. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far, one character per byte. */
  text(): string;
  send(bytes: string | Buffer): void;
  /** Resolves when what was received satisfies `test`; rejects when the connection ends before. */
  until(test: (text: string) => boolean): Promise<string>;
  /** Resolves with everything when the router has closed the connection. */
  closed(): Promise<string>;
}

/** Connects and optionally sends. */
export function rawClient(port: number, bytes?: string | Buffer): RawClient {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  atEnd(() => void socket.destroy());
  let received = '';
  let over = false;
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const waiter of [...waiters]) waiter();
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    wake();
  });
  socket.on('close', () => {
    over = true;
    wake();
  });
  if (bytes !== undefined) socket.write(bytes);
  const when = (test: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const waiter = (): void => {
        if (test()) resolve(received);
        else if (over) reject(new Error(`The connection ended after: ${received.slice(0, 2000)}`));
        else return;
        waiters.delete(waiter);
      };
      waiters.add(waiter);
      waiter();
    });
  return {
    socket,
    text: () => received,
    send: (more) => void socket.write(more),
    until: (test) => when(() => test(received)),
    closed: () => when(() => over),
  };
}

/** Sends one request on its own connection (`Connection: close` is the caller's to write) and returns all that came. */
export function ask(port: number, bytes: string | Buffer): Promise<string> {
  return rawClient(port, bytes).closed();
}

/** A simple GET that closes its connection. */
export function get(port: number, path = '/', headers = ''): Promise<string> {
  return ask(port, `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${headers}\r\n`);
}

/** The status of a raw response. */
export function statusOf(response: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1] ?? 0);
}

/** Resolves when `test` holds; looks every few milliseconds and gives up after some 15 seconds. */
export async function eventually(test: () => boolean): Promise<void> {
  for (let looks = 0; !test(); looks += 1) {
    if (looks === 3000) throw new Error(`This never came true: ${test}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
