import type { StoreSnapshot } from '@breakwater/protocol';
import { EngineError } from '../../state/engine-error.ts';
import { checkDelay } from '../postgres/delay-proxy.ts';
import type { Store } from '../store.ts';
import type { StoreServer } from './store-server.ts';

/**
 * One table or bucket. All of a kind live in one server: stopping one stops the others too, as an outage of the service would;
 * a delay is its own.
 */
export function createServerStore(
  kind: 'dynamodb' | 's3',
  key: string,
  name: string,
  server: StoreServer,
): Store {
  let delayMs = 0;
  return {
    key,
    kind,
    snapshot(): StoreSnapshot {
      return {
        name: key,
        kind,
        state: server.state === 'running' && delayMs > 0 ? 'slow' : server.state,
        address: `${server.endpoint}/${name}`,
        version: null,
        pid: server.pid,
        problem: server.problem,
      };
    },
    connectionFields: () => ({ endpoint: server.endpoint, name }),
    start: () => server.start(),
    stop: () => server.stop(),
    crash: () => server.crash(),
    async setDelay(milliseconds) {
      checkDelay(milliseconds);
      if (server.state !== 'running')
        throw new EngineError(
          'CONFLICT',
          `${key} is not running, so it cannot be slowed.`,
          'Start it first.',
        );
      await server.setDelay(key, milliseconds);
      delayMs = milliseconds;
    },
  };
}
