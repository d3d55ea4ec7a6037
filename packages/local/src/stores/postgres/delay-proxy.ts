import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** Stands between tasks and the database while it is to be slow, and delays every answer. */
export interface DelayProxy {
  /** Delays what the database sends from now on by so many milliseconds; 0 passes it on at once. */
  setDelay(delayMs: number): void;
  /** Keeps new connections waiting until {@link release}: the server is on its way. */
  hold(): void;
  release(): void;
  /** Ends all connections and gives the port back. */
  close(): Promise<void>;
}

/** More than this waiting for one client, and the database is made to wait, as a slow network would. */
const LARGEST_QUEUE = 1_048_576;

/**
 * Listens on 127.0.0.1 and passes connections on to the database. Each piece of an answer arrives `delayMs` after it
 * was sent, in order, so one round trip takes that much longer; requests pass at once. Rejects with the system's error
 * when the port cannot be had.
 */
export async function startDelayProxy(options: {
  readonly port: number;
  /** Where the database listens now, on 127.0.0.1 unless told otherwise. */
  readonly upstreamPort: () => number;
  readonly upstreamHost?: string;
}): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let gate = Promise.resolve();
  let open = () => {};

  const server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    track(sockets, client);
    void gate.then(() => {
      if (client.destroyed) return;
      const host = options.upstreamHost ?? '127.0.0.1';
      const database = createConnection({ host, port: options.upstreamPort(), noDelay: true });
      track(sockets, database);
      join(client, database, () => delayMs);
    });
  });
  await listen(server, options.port);
  return {
    setDelay: (milliseconds) => {
      delayMs = milliseconds;
    },
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
    close: () =>
      new Promise((resolve) => {
        open();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function join(client: Socket, database: Socket, currentDelay: () => number): void {
  const waiting: { readonly due: number; readonly chunk: Buffer | null }[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | null = null;

  const send = () => {
    timer = null;
    for (;;) {
      const next = waiting[0];
      if (next === undefined) return;
      const left = next.due - performance.now();
      if (left > 0) {
        timer = setTimeout(send, Math.ceil(left));
        return;
      }
      waiting.shift();
      if (next.chunk === null) {
        client.end();
        continue;
      }
      size -= next.chunk.length;
      if (size < LARGEST_QUEUE && !client.writableNeedDrain) database.resume();
      if (!client.write(next.chunk)) database.pause();
    }
  };
  const enqueue = (chunk: Buffer | null) => {
    waiting.push({ due: performance.now() + currentDelay(), chunk });
    size += chunk?.length ?? 0;
    if (size >= LARGEST_QUEUE) database.pause();
    if (timer === null) send();
  };

  database.on('data', enqueue);
  database.on('end', () => enqueue(null));
  client.on('drain', () => {
    if (size < LARGEST_QUEUE) database.resume();
  });
  client.pipe(database);
  client.on('error', () => database.destroy());
  client.on('close', () => {
    if (timer !== null) clearTimeout(timer);
    database.destroy();
  });
  // A server that crashed or cannot be reached takes its connections with it at once.
  database.on('error', () => client.destroy());
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
