import type { Socket } from 'node:net';
import { type LoadBalancerErrorKind, REQUEST_LIMITS } from '@breakwater/behaviour';
import type { ExchangeClient, RouterContext } from './context.ts';
import { Exchange } from './exchange.ts';
import { renderOwnResponse } from './own-responses.ts';
import { parseRequestHead, type RefusedRequest, type RequestHead } from './request-head.ts';
import type { MatchedAction } from './routes.ts';
import { HEAD_END, TOKEN_CHARACTERS } from './syntax.ts';
import { traceRootOf } from './trace-id.ts';
import type { RequestReason } from './types.ts';

/** How long a closing connection may go on sending what nobody reads, so that it can read our last answer. */
const LINGER_MS = 5000;

const CR = 13;
const LF = 10;

/** One client's connection: finds the requests in it and answers them one after the other. */
export class ClientConnection implements ExchangeClient {
  readonly socket: Socket;
  readonly address: string;
  readonly context: RouterContext;
  exchange: Exchange | undefined;
  readonly #createdAt = performance.now();
  #idleSince = this.#createdAt;
  /** When the first byte of an unfinished head came; 0 when there is none. */
  #headSince = 0;
  #lingeringSince = 0;
  #pending: Buffer | undefined;
  #advancing = false;

  constructor(socket: Socket, context: RouterContext, onClose: (connection: ClientConnection) => void) {
    this.socket = socket;
    this.context = context;
    this.address = plainAddress(socket.remoteAddress ?? '127.0.0.1');
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => {
      this.exchange?.onClientDrain();
      this.#advance();
    });
    socket.on('end', () => {
      if (this.exchange === undefined) socket.end();
      else this.exchange.onClientEnd();
    });
    // 'close' follows and says the same.
    socket.on('error', () => {});
    socket.on('close', () => {
      const { exchange } = this;
      this.exchange = undefined;
      exchange?.onClientClose();
      onClose(this);
    });
  }

  get mayKeepAlive(): boolean {
    return !this.context.closing && performance.now() - this.#createdAt < this.context.clientKeepAliveMs;
  }

  takePending(): Buffer | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    if (this.socket.isPaused()) this.socket.resume();
    return pending;
  }

  exchangeEnded(keepAlive: boolean): void {
    this.exchange = undefined;
    this.#idleSince = performance.now();
    if (this.socket.isPaused()) this.socket.resume();
    if (!keepAlive) this.#linger();
    else if (this.#pending !== undefined) this.#advance();
  }

  /** Ends what has taken too long; called by the router's sweep. */
  check(now: number): void {
    if (this.#lingeringSince > 0) {
      if (now - this.#lingeringSince > LINGER_MS) this.socket.destroy();
    } else if (this.exchange !== undefined) {
      this.exchange.check(now);
    } else if (this.#headSince > 0) {
      if (now - this.#headSince > this.context.headTimeoutMs) this.#refuse(refusal('client-idle'), 0);
    } else if (now - this.#idleSince > this.context.idleTimeoutMs) {
      this.socket.destroy();
    }
  }

  /** Closes the connection if nothing is under way on it. */
  closeIfIdle(): void {
    if (this.exchange === undefined && this.#lingeringSince === 0) this.socket.destroy();
  }

  /** Ends what is under way and closes. */
  abort(): void {
    this.exchange?.abort('router-closing');
    this.socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#lingeringSince > 0) return;
    const { exchange } = this;
    if (exchange?.wantsClientData === true) {
      const end = exchange.onClientData(chunk);
      if (end === chunk.length || this.#lingeringSince > 0) return;
      this.#keepForLater(chunk.subarray(end));
    } else {
      this.#keepForLater(chunk);
    }
    this.#advance();
  }

  #keepForLater(chunk: Buffer): void {
    this.#pending = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    // Pipelined requests wait in the client's send buffer, not in our memory.
    if (this.exchange !== undefined) this.socket.pause();
  }

  /** Answers the requests in `#pending` until one has to wait for a target, or for the rest of itself. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#pending !== undefined && this.exchange === undefined && this.#lingeringSince === 0) {
      if (this.socket.writableNeedDrain) {
        this.socket.pause();
        break;
      }
      if (!this.#takeOne(this.#pending)) break;
    }
    this.#advancing = false;
  }

  /** Handles the first request in `chunk`. Returns whether there may be another one to handle. */
  #takeOne(chunk: Buffer): boolean {
    this.#pending = undefined;
    if (this.socket.isPaused()) this.socket.resume();
    let from = 0;
    // Empty lines before a request line are ignored (RFC 9112 section 2.2).
    while (chunk[from] === CR && chunk[from + 1] === LF) from += 2;
    const end = chunk.indexOf(HEAD_END, from);
    if (end < 0) {
      if (from < chunk.length) this.#wait(from === 0 ? chunk : chunk.subarray(from));
      return false;
    }
    this.#headSince = 0;
    const bodyFrom = end + 4;
    if (end - from > REQUEST_LIMITS.allHeadersBytes) {
      this.#refuse(tooLarge(chunk.subarray(from)), bodyFrom - from);
      return false;
    }
    const head = parseRequestHead(chunk.toString('latin1', from, end + 2), this.context.headOptions);
    if (head.kind === 'refused') {
      this.#refuse(head, bodyFrom - from);
      return false;
    }
    const action = this.context.route(head, this.address);
    let next: number;
    if (action.kind === 'forward') {
      this.exchange = new Exchange(this, head, bodyFrom - from, action.rule, action.group);
      next = this.exchange.start(chunk, bodyFrom);
    } else {
      next = this.#respond(head, action, chunk, from, bodyFrom);
    }
    if (next < chunk.length && this.#lingeringSince === 0) this.#keepForLater(chunk.subarray(next));
    return true;
  }

  /** Keeps the beginning of a head, unless it can already be seen that it will not do. */
  #wait(chunk: Buffer): void {
    const firstByte = chunk[0] ?? 0;
    if (chunk.length > REQUEST_LIMITS.allHeadersBytes || hasTooLongLine(chunk)) {
      this.#refuse(tooLarge(chunk), chunk.length);
    } else if ((TOKEN_CHARACTERS[firstByte] !== 1 && firstByte !== CR) || hasBareLineFeed(chunk)) {
      this.#refuse(refusal('malformed-request'), chunk.length);
    } else {
      this.#pending = chunk;
      if (this.#headSince === 0) this.#headSince = performance.now();
    }
  }

  #respond(
    head: RequestHead,
    action: Extract<MatchedAction, { kind: 'respond' }>,
    chunk: Buffer,
    from: number,
    bodyFrom: number,
  ): number {
    const bodyIsHere = !head.chunked && head.contentLength <= chunk.length - bodyFrom;
    const keepAlive = head.keepAlive && bodyIsHere && this.mayKeepAlive;
    const { response, reason, rule } = action;
    const text = renderOwnResponse(response, Date.now(), keepAlive, head.method === 'HEAD');
    this.socket.write(text, 'latin1');
    const next = bodyIsHere ? bodyFrom + head.contentLength : chunk.length;
    this.#record(head, response.statusCode, reason, next - from, text.length, rule);
    this.#idleSince = performance.now();
    if (!keepAlive) this.#linger();
    return next;
  }

  #refuse(request: RefusedRequest, bytesIn: number): void {
    const response = this.context.dialect.errorResponse(request.reason);
    const text = renderOwnResponse(response, Date.now(), false, request.method === 'HEAD');
    this.socket.write(text, 'latin1');
    this.#record(request, response.statusCode, request.reason, bytesIn, text.length, '');
    this.#linger();
  }

  #record(
    request: RequestHead | RefusedRequest,
    status: number,
    reason: RequestReason,
    bytesIn: number,
    bytesOut: number,
    rule: string,
  ): void {
    const start = Date.now();
    this.context.record({
      start,
      durationMs: 0,
      targetMs: -1,
      method: request.method,
      path: request.path,
      rule,
      group: '',
      target: '',
      status,
      targetStatus: 0,
      bytesIn,
      bytesOut,
      reason,
      traceRoot:
        request.kind === 'request' ? traceRootOf(this.context.dialect.traceId(request.traceId, start)) : '',
      retries: 0,
    });
  }

  /** Closes our side and ignores what still comes: closing at once could destroy our answer before it has been read. */
  #linger(): void {
    this.#lingeringSince = performance.now();
    this.#pending = undefined;
    if (this.socket.isPaused()) this.socket.resume();
    this.socket.end();
  }
}

function refusal(reason: LoadBalancerErrorKind): RefusedRequest {
  return { kind: 'refused', reason, method: '', path: '' };
}

function tooLarge(chunk: Buffer): RefusedRequest {
  return refusal(hasTooLongLine(chunk) ? 'uri-too-long' : 'headers-too-large');
}

function hasTooLongLine(chunk: Buffer): boolean {
  const limit = REQUEST_LIMITS.requestLineBytes;
  return chunk.length > limit && !chunk.subarray(0, limit + 2).includes('\r\n');
}

function hasBareLineFeed(chunk: Buffer): boolean {
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (chunk[at - 1] !== CR) return true;
  }
  return false;
}

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
