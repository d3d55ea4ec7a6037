import type { Socket } from 'node:net';
import type { Dialect } from './dialect.ts';
import type { RequestHead, RequestHeadOptions } from './request-head.ts';
import type { MatchedAction } from './routes.ts';
import type { RequestRecord } from './types.ts';

/** What connections need from the router they belong to. */
export interface RouterContext {
  readonly idleTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly headTimeoutMs: number;
  readonly clientKeepAliveMs: number;
  /** From the end of a request to the end of its response, all attempts included; Infinity for no limit. */
  readonly requestTimeoutMs: number;
  readonly headOptions: RequestHeadOptions;
  readonly dialect: Dialect;
  /** The router finishes what is under way and takes nothing new. */
  readonly closing: boolean;
  /** Port that clients connect to, for `X-Forwarded-Port`. */
  readonly port: number;
  /** Requests under way. */
  readonly load: { requestsInFlight: number };
  /** What the rules say about a request. */
  route(head: RequestHead, clientAddress: string): MatchedAction;
  record(record: RequestRecord): void;
}

/** The client's connection, as an exchange sees it. */
export interface ExchangeClient {
  readonly socket: Socket;
  readonly address: string;
  readonly context: RouterContext;
  /** Whether the connection may serve another request after this one. */
  readonly mayKeepAlive: boolean;
  /** Takes what the client sent beyond the request. */
  takePending(): Buffer | undefined;
  exchangeEnded(keepAlive: boolean): void;
}
