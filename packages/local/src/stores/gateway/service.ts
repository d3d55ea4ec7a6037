import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principals } from './principals.ts';
import type { ServerEvent, ServerSettings } from './protocol.ts';

/** What a store server serves: one implementation per kind. */
export interface StoreService {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

export interface StoreServiceOptions {
  readonly settings: ServerSettings;
  readonly principals: Principals;
  /** Milliseconds that the store's answers are late, by its name in the definition. */
  readonly delayOf: (store: string) => number;
  readonly tell: (event: ServerEvent) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
