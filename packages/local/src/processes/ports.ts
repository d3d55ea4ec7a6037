import { createServer } from 'node:net';
import { EngineError } from '../state/engine-error.ts';

/** Hands out ports on which nothing listens. */
export interface PortAllocator {
  /** @throws {EngineError} `NO_FREE_PORT` when the whole range is taken. */
  next(): Promise<number>;
}

/**
 * Below the range from which systems take ports for outgoing connections (32768 on Linux, 49152 on macOS), so that one of the
 * router's own connections cannot take a port between its choice and the task's `listen`.
 */
const RANGE = { from: 20_000, to: 29_999 } as const;

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
  return {
    async next() {
      for (let tried = 0; tried < size; tried += 1) {
        const port = range.from + offset;
        offset = (offset + 1) % size;
        // A service may listen on every address, and then collides with whoever has one of them.
        if ((await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'))) return port;
      }
      throw new EngineError(
        'NO_FREE_PORT',
        `No free port is left between ${range.from} and ${range.to}.`,
        'End what listens there.',
      );
    },
  };
}

/** Whether the port can be listened on now. On a wildcard address nothing is accepted: it is closed at once. */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is free now, for one use; prefer {@link createPortAllocator} for several. */
export function findFreePort(): Promise<number> {
  shared ??= createPortAllocator(Math.floor(Math.random() * 10_000));
  return shared.next();
}

let shared: PortAllocator | undefined;
