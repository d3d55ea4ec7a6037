import type { AttemptFailure, HostPool, UpstreamHost } from './host-pool.ts';
import type { RequestHead } from './request-head.ts';
import { MAX_IDLE_FOR_UNSAFE_MS, mayBeSentTwice } from './resending.ts';
import { acquireConnection, type UpstreamConnection, type UpstreamUser } from './upstream-connection.ts';

/** Gets one request to a host, and to another one where the pool says so. */
export class Delivery {
  /** Host that has the request now; counted in its outstanding requests. */
  host: UpstreamHost | undefined;
  connection: UpstreamConnection | undefined;
  sentAt = performance.now();
  retries = 0;
  readonly #pool: HostPool;
  readonly #head: RequestHead;
  readonly #user: UpstreamUser;
  /** Head and beginning of the body. */
  #text = '';
  /** What was sent after it, unless that was too much to be kept. */
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  #replayable = true;

  constructor(pool: HostPool, head: RequestHead, user: UpstreamUser) {
    this.#pool = pool;
    this.#head = head;
    this.#user = user;
  }

  /** Sends the head and what of the body goes with it. */
  begin(host: UpstreamHost, text: string): void {
    this.#text = text;
    this.#attach(host, mayBeSentTwice(this.#head) ? Number.POSITIVE_INFINITY : MAX_IDLE_FOR_UNSAFE_MS);
  }

  /** Sends more of the body. Returns false when the target should be given time. */
  send(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    this.#keep(chunk);
    return this.connection?.socket.write(chunk) !== false;
  }

  /** Sends bytes of a tunnel, which nobody could send again. */
  sendOn(chunk: Buffer): boolean {
    return this.connection?.socket.write(chunk) !== false;
  }

  /** After an attempt that ended without a byte of response. Returns whether the request is on its way again. */
  again(failure: AttemptFailure, served: number): boolean {
    const { host } = this;
    if (host === undefined) return false;
    this.#pool.onAttempt?.(host, 0);
    if (!this.#replayable) return false;
    const ageMs = performance.now() - this.sentAt;
    const next = this.#pool.chooseAgain({
      host,
      head: this.#head,
      failure,
      served,
      ageMs,
      retries: this.retries,
    });
    if (next === undefined) return false;
    this.leave();
    this.retries += 1;
    this.#attach(next, -1);
    return true;
  }

  /** Gives up the connection, open; what happens with it is the caller's to decide. */
  detach(): UpstreamConnection | undefined {
    const { connection } = this;
    this.connection = undefined;
    if (connection !== undefined) connection.user = undefined;
    return connection;
  }

  /** Stops counting as outstanding. */
  leave(): void {
    const { host } = this;
    if (host === undefined) return;
    this.host = undefined;
    host.outstandingRequests -= 1;
    if (host.outstandingRequests === 0) host.drained?.();
  }

  #keep(chunk: Buffer): void {
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > this.#pool.keepBodyBytes) {
      this.#replayable = false;
      this.#kept = undefined;
    } else {
      this.#kept ??= [];
      this.#kept.push(chunk);
    }
  }

  #attach(host: UpstreamHost, maxIdleMs: number): void {
    this.host = host;
    host.outstandingRequests += 1;
    this.sentAt = performance.now();
    this.connection = acquireConnection(host, this.sentAt, maxIdleMs);
    this.connection.user = this.#user;
    this.connection.socket.write(this.#text, 'latin1');
    if (this.#kept !== undefined) for (const chunk of this.#kept) this.connection.socket.write(chunk);
  }
}
