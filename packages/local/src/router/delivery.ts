import type { RequestHead } from './request-head.ts';
import { KEEP_ALIVE_RACE_MS, MAX_IDLE_FOR_UNSAFE_MS, MAX_REFUSALS, mayBeSentTwice } from './resending.ts';
import { chooseEntry, type TargetEntry, type TargetGroup } from './target-group.ts';
import { acquireConnection, type UpstreamConnection, type UpstreamUser } from './upstream-connection.ts';

/** Gets one request to a target, and to another one where that loses nothing and does nothing twice. */
export class Delivery {
  /** Target that has the request now; counted in its outstanding requests. */
  entry: TargetEntry | undefined;
  connection: UpstreamConnection | undefined;
  sentAt = performance.now();
  retries = 0;
  readonly #group: TargetGroup;
  readonly #head: RequestHead;
  readonly #user: UpstreamUser;
  /** All that has been sent, unless the body was too large to be kept. */
  #text = '';
  #replayable = true;

  constructor(group: TargetGroup, head: RequestHead, user: UpstreamUser) {
    this.#group = group;
    this.#head = head;
    this.#user = user;
  }

  /** Sends the head and what of the body goes with it. */
  begin(entry: TargetEntry, text: string): void {
    this.#text = text;
    this.#attach(entry, mayBeSentTwice(this.#head) ? Number.POSITIVE_INFINITY : MAX_IDLE_FOR_UNSAFE_MS);
  }

  /** Sends more of the body. Returns false when the target should be given time. */
  send(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    this.#replayable = false;
    return this.connection?.socket.write(chunk) !== false;
  }

  /** After a kept-alive connection has turned out to be closed, without a byte of response. */
  sendAgain(closed: UpstreamConnection): boolean {
    if (closed.served === 0 || !mayBeSentTwice(this.#head) || this.retries > 0) return false;
    if (performance.now() - this.sentAt > KEEP_ALIVE_RACE_MS) return false;
    return this.#sendTo(chooseEntry(this.#group));
  }

  /** After a refused connection: nothing has reached the target, so any request may go to another one. */
  sendElsewhere(): boolean {
    if (!this.#replayable || this.retries === MAX_REFUSALS) return false;
    const refused = this.entry;
    for (let left = this.#group.routable.length; left > 0; left -= 1) {
      const entry = chooseEntry(this.#group);
      if (entry !== refused) return this.#sendTo(entry);
    }
    return false;
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
    const { entry } = this;
    if (entry === undefined) return;
    this.entry = undefined;
    entry.outstandingRequests -= 1;
    if (entry.outstandingRequests === 0) entry.drained?.();
  }

  #sendTo(entry: TargetEntry | undefined): boolean {
    if (entry === undefined) return false;
    this.leave();
    this.retries += 1;
    this.#attach(entry, -1);
    return true;
  }

  #attach(entry: TargetEntry, maxIdleMs: number): void {
    this.entry = entry;
    entry.outstandingRequests += 1;
    this.sentAt = performance.now();
    this.connection = acquireConnection(entry, this.sentAt, maxIdleMs);
    this.connection.user = this.#user;
    this.connection.socket.write(this.#text, 'latin1');
  }
}
