import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { EngineError } from '../../state/engine-error.ts';

/** Stands between tasks and the database while it is to be slow, and delays every answer. */
export interface DelayProxy {
  /** Delays what the database sends by so many milliseconds; 0 passes on at once also what is waiting. */
  setDelay(delayMs: number): void;
  /** Keeps new connections waiting until {@link release}: the server is on its way. */
  hold(): void;
  release(): void;
  /** Ends all connections and gives the port back. */
  close(): Promise<void>;
}

/** Longer than any client waits. */
const LONGEST_DELAY_MS = 600_000;

/** Throws {@link EngineError} `BAD_REQUEST` for a delay that cannot be. */
export function checkDelay(delayMs: number): void {
  if (delayMs >= 0 && delayMs <= LONGEST_DELAY_MS) return; // NaN is neither.
  throw new EngineError(
    'BAD_REQUEST',
    `The database cannot be delayed by ${delayMs} ms: it must be 0 to ${LONGEST_DELAY_MS}.`,
    null,
  );
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
  const delayListeners = new Set<() => void>();
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
      const delayChanged = join(client, database, () => delayMs);
      delayListeners.add(delayChanged);
      client.on('close', () => delayListeners.delete(delayChanged));
    });
  });
  await listen(server, options.port);
  return {
    setDelay: (milliseconds) => {
      delayMs = milliseconds;
      for (const delayChanged of delayListeners) delayChanged();
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

/** Joins a client and the database; returns what to call when the delay has changed. */
function join(client: Socket, database: Socket, currentDelay: () => number): () => void {
  const waiting: { readonly arrivedAt: number; readonly chunk: Buffer | null }[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | null = null;

  const send = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const left = next.arrivedAt + currentDelay() - performance.now();
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
  const enqueue = (chunk: Buffer | null): void => {
    waiting.push({ arrivedAt: performance.now(), chunk });
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
  return send;
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
