import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';
import { EngineError } from '../state/engine-error.ts';

/** Hands out ports on which nothing listens, and keeps them from other engines until they are given back. */
export interface PortAllocator {
  /** A port that is ours from now on. @throws {EngineError} `NO_FREE_PORT` when the whole range is taken. */
  next(): Promise<number>;
  /** Takes this very port, where it is in the range and free; false where it is not. */
  take(port: number): Promise<boolean>;
  /** Gives a port back, when whoever listened there has ended. Nothing happens where it is not ours. */
  release(port: number): void;
  /** Gives all of them back. */
  close(): void;
}

/**
 * Below the range from which systems take ports for outgoing connections (32768 on Linux, 49152 on macOS), so that one of the
 * router's own connections cannot take a port between its choice and the task's `listen`.
 */
const RANGE = { from: 20_000, to: 29_999 } as const;

/**
 * From a port to its claim: a UDP socket on loopback, this far below it. Nobody listens on a port that was just chosen, and the
 * process that will is not ours, so engines that start at the same time would choose the same. A bound socket is exclusive from
 * the moment it exists, for every engine and user of this machine, and the kernel frees it however the engine ends. It is not
 * bound to the port's own number, which a task may want for UDP itself.
 */
const CLAIM_OFFSET = -10_000;

/**
 * Chooses ports one after the other, so that the same is not handed out again before the whole range has been gone through.
 * @param seed any number; engines of different folders begin at different places.
 */
export function createPortAllocator(
  seed: number,
  range: { from: number; to: number } = RANGE,
): PortAllocator {
  const size = range.to - range.from + 1;
  let offset = Math.abs(Math.trunc(seed)) % size;
  const claims = new Map<number, Socket>();
  let closed = false;

  async function take(port: number): Promise<boolean> {
    if (port < range.from || port > range.to || claims.has(port)) return false;
    const claim = await bind(port + CLAIM_OFFSET);
    if (claim === null) return false;
    // A service may listen on every address, and then collides with whoever has one of them.
    const free = (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
    if (!free || closed) claim.close();
    else claims.set(port, claim);
    return free;
  }

  return {
    take,
    async next() {
      for (let tried = 0; tried < size; tried += 1) {
        const port = range.from + offset;
        offset = (offset + 1) % size;
        if (await take(port)) return port;
      }
      throw new EngineError(
        'NO_FREE_PORT',
        `No free port is left between ${range.from} and ${range.to}.`,
        'End what listens there.',
      );
    },
    release(port) {
      claims.get(port)?.close();
      claims.delete(port);
    },
    close() {
      closed = true;
      for (const claim of claims.values()) claim.close();
      claims.clear();
    },
  };
}

/** A socket that holds the port; null when somebody has it. It keeps no process alive. */
function bind(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => {
      socket.close();
      resolve(null);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      // Whoever sends something here means somebody else.
      socket.removeAllListeners('error').on('error', () => {});
      resolve(socket);
    });
  });
}

/** Whether the port can be listened on now. On a wildcard address nothing is accepted: it is closed at once. */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is free now, ours until this process ends; prefer an engine's {@link createPortAllocator}. */
export function findFreePort(): Promise<number> {
  shared ??= createPortAllocator(Math.floor(Math.random() * 10_000));
  return shared.next();
}

let shared: PortAllocator | undefined;
