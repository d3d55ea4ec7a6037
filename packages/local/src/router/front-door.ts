import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ClientConnection } from './client-connection.ts';
import type { RouterContext } from './context.ts';
import type { UpstreamHost } from './host-pool.ts';
import { listenError } from './listen-error.ts';

/** What a context reads of the door that it belongs to. */
export interface DoorState {
  readonly port: number;
  readonly closing: boolean;
}

/** A listening port with the connections of its clients. */
export interface FrontDoor extends DoorState {
  readonly clients: ReadonlySet<ClientConnection>;
  /** Starts listening and resolves with the bound port; port 0 takes a free one. */
  listen(port: number, host: string): Promise<number>;
  /** Takes over a connection; what `admit` held back comes in this way. */
  serve(socket: Socket, context: RouterContext): void;
  /** Stops accepting, waits for requests under way for up to `graceMs`, then cuts them off. Hosts stay as they are. */
  close(graceMs: number): Promise<void>;
}

export interface FrontDoorOptions {
  /** What connections need; made once. */
  readonly context: (door: DoorState) => RouterContext;
  /** Hosts whose idle connections grow old. */
  readonly hosts: () => Iterable<UpstreamHost>;
  /** Decides over a new connection and passes it to {@link FrontDoor.serve}; default: each is served. */
  readonly admit?: (socket: Socket) => void;
}

/** Makes a door that is not open yet. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const clients = new Set<ClientConnection>();
  const held = new Set<Socket>();
  let port = 0;
  let closing = false;
  let sweep: NodeJS.Timeout | undefined;

  const serve = (socket: Socket, context: RouterContext): void => {
    clients.add(new ClientConnection(socket, context, (connection) => clients.delete(connection)));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const { admit } = options;
    if (admit === undefined) {
      serve(socket, context);
      return;
    }
    held.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => held.delete(socket));
    admit(socket);
  });
  // After listening, an error concerns one connection that could not be accepted; the next one may be.
  server.on('error', () => {});

  const door: FrontDoor = {
    clients,
    get port() {
      return port;
    },
    get closing() {
      return closing;
    },
    serve,
    listen: (wanted, host) =>
      new Promise((resolve, reject) => {
        const failed = (error: NodeJS.ErrnoException): void => reject(listenError(error, wanted, host));
        server.once('error', failed);
        server.listen({ port: wanted, host, backlog: 4096 }, () => {
          server.off('error', failed);
          // A TCP server's address is an object; only pipes have a string.
          port = (server.address() as AddressInfo).port;
          sweep = startSweep(context, clients, options.hosts);
          resolve(port);
        });
      }),
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.closeIfIdle();
      const timer = setTimeout(() => {
        for (const client of clients) client.abort();
        for (const socket of held) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
      clearInterval(sweep);
      // Destroyed sockets say so a little later; who waits for us wants to find nothing left.
      while (clients.size > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const context = options.context(door);
  return door;
}

/** Ends what has taken too long, now and then. */
function startSweep(
  context: RouterContext,
  clients: ReadonlySet<ClientConnection>,
  hosts: () => Iterable<UpstreamHost>,
): NodeJS.Timeout {
  const { idleTimeoutMs, connectTimeoutMs, headTimeoutMs, requestTimeoutMs } = context;
  const shortest = Math.min(idleTimeoutMs, connectTimeoutMs, headTimeoutMs, requestTimeoutMs);
  const sweep = setInterval(
    () => {
      const now = performance.now();
      for (const client of clients) client.check(now);
      for (const host of hosts()) {
        for (const connection of [...host.idle]) {
          if (now - connection.idleSince > idleTimeoutMs || now > connection.usableUntil) {
            connection.socket.destroy();
          }
        }
      }
    },
    Math.min(1000, Math.max(10, shortest / 4)),
  );
  sweep.unref();
  return sweep;
}
