import type { Router } from '../router/index.ts';
import { EngineError } from '../state/engine-error.ts';

/** Where the router listens unless told otherwise; the next free port when it is taken. */
export const DEFAULT_PORT = 8_080;
const PORTS_TO_TRY = 50;

const inUse = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'EADDRINUSE';

/**
 * Makes the router listen on the port asked for, or on the first free one from {@link DEFAULT_PORT} on.
 * @throws EngineError PORT_IN_USE when the port was asked for and is taken
 */
export async function listenOnPort(router: Router, port: number | null): Promise<number> {
  for (let candidate = port ?? DEFAULT_PORT; ; candidate += 1) {
    try {
      return await router.listen(candidate);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const last = port !== null || candidate >= DEFAULT_PORT + PORTS_TO_TRY;
      if (last)
        throw new EngineError(
          'PORT_IN_USE',
          message,
          'Give another one with --port, or none: then a free one is taken.',
          error,
        );
      if (!inUse(error)) throw error;
    }
  }
}
