import type { LoadBalancerErrorKind } from '@breakwater/behaviour';
import type { ExchangeClient, RouterContext } from './context.ts';
import { renderForwardHead } from './forward-head.ts';
import { errorResponse, renderOwnResponse } from './own-responses.ts';
import { RequestBody } from './request-body.ts';
import type { RequestHead } from './request-head.ts';
import { KEEP_ALIVE_RACE_MS, MAX_IDLE_FOR_UNSAFE_MS, MAX_REFUSALS, mayBeSentTwice } from './resending.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseReader } from './response-reader.ts';
import { type RelayResult, ResponseRelay } from './response-relay.ts';
import { chooseEntry, type TargetEntry, type TargetGroup } from './target-group.ts';
import { forwardedTraceId, traceRootOf } from './trace-id.ts';
import type { RequestReason, RouterFailure } from './types.ts';
import { acquireConnection, type UpstreamConnection, type UpstreamUser } from './upstream-connection.ts';

/** Request bodies up to this size that came with their head are sent to the target in one write with it. */
const ONE_WRITE_BYTES = 8 * 1024;

/** One request and its response between a client and a target; after a switch of protocols, a tunnel. */
export class Exchange implements UpstreamUser {
  readonly #client: ExchangeClient;
  readonly #context: RouterContext;
  readonly #head: RequestHead;
  readonly #group: TargetGroup;
  readonly #rule: string;
  readonly #start = Date.now();
  readonly #startedAt = performance.now();
  #activityAt = this.#startedAt;
  #sentAt = this.#startedAt;
  #targetMs = -1;
  #entry: TargetEntry | undefined;
  #upstream: UpstreamConnection | undefined;
  /** What has been sent to the target so far, if that was little enough to be kept and sent again. */
  #sent = '';
  #replayable = true;
  #traceId = '';
  readonly #body: RequestBody;
  readonly #reader = new ResponseReader();
  #responseHead: ResponseHead | undefined;
  #relay: ResponseRelay | undefined;
  #keepAlive = false;
  #tunnel = false;
  #ended = false;
  #bytesIn: number;
  #bytesOut = 0;
  #retries = 0;

  constructor(
    client: ExchangeClient,
    head: RequestHead,
    headBytes: number,
    rule: string,
    group: TargetGroup,
  ) {
    this.#client = client;
    this.#context = client.context;
    this.#head = head;
    this.#rule = rule;
    this.#group = group;
    this.#bytesIn = headBytes;
    this.#body = new RequestBody(head);
  }

  /** The client still has a body to send, or the connection is a tunnel. */
  get wantsClientData(): boolean {
    return this.#tunnel || !this.#body.done;
  }

  /** Sends the request on its way. Returns the index in `chunk` after what belongs to this request. */
  start(chunk: Buffer, bodyFrom: number): number {
    this.#context.requestsInFlight += 1;
    const entry = chooseEntry(this.#group);
    const head = this.#head;
    this.#traceId = forwardedTraceId(head.traceId, this.#start);
    if (entry === undefined) {
      const end = this.#body.endIn(chunk, bodyFrom);
      this.#fail('no-targets');
      return Math.max(end, bodyFrom);
    }
    const forwardHead = renderForwardHead(head, {
      clientAddress: this.#client.address,
      listenerPort: this.#context.port,
      traceId: this.#traceId,
    });
    this.#attach(entry, mayBeSentTwice(head) ? Number.POSITIVE_INFINITY : MAX_IDLE_FOR_UNSAFE_MS);
    if (this.#body.done || bodyFrom === chunk.length) {
      this.#sendFirst(forwardHead);
      return bodyFrom;
    }
    const end = this.#body.endIn(chunk, bodyFrom);
    if (end < 0) {
      this.#fail('malformed-request');
      return chunk.length;
    }
    if (end - bodyFrom <= ONE_WRITE_BYTES) {
      this.#sendFirst(forwardHead + chunk.toString('latin1', bodyFrom, end));
    } else {
      this.#sendFirst(forwardHead);
      this.#sendToTarget(chunk.subarray(bodyFrom, end));
    }
    return end;
  }

  /** Takes bytes from the client while {@link wantsClientData}. Returns the index after what belongs to this request. */
  onClientData(chunk: Buffer): number {
    this.#activityAt = performance.now();
    if (this.#tunnel) {
      this.#bytesIn += chunk.length;
      this.#sendToTarget(chunk);
      return chunk.length;
    }
    const end = this.#body.endIn(chunk, 0);
    if (end < 0) {
      this.#fail('malformed-request');
      return chunk.length;
    }
    this.#sendToTarget(end === chunk.length ? chunk : chunk.subarray(0, end));
    return end;
  }

  /** The client's socket can take more. */
  onClientDrain(): void {
    if (this.#relay !== undefined) this.#relay.blocked = false;
    this.#upstream?.socket.resume();
  }

  /**
   * The client has sent FIN: in a tunnel only its direction ends, otherwise it has left. A client that only half-closes
   * looks the same; like the load balancer and nginx we stop, or abandoned streams would run on for ever.
   */
  onClientEnd(): void {
    if (this.#tunnel) this.#upstream?.socket.end();
    else this.#client.socket.destroy();
  }

  /** The client's connection is closed. */
  onClientClose(): void {
    if (this.#ended) return;
    this.#dropUpstream();
    if (this.#tunnel) this.#end(101, 'none');
    else if (this.#body.done) this.#end(460, 'client-closed');
    else this.#end(400, 'client-closed-before-body');
  }

  onUpstreamData(chunk: Buffer): void {
    this.#activityAt = performance.now();
    if (this.#tunnel) {
      this.#sendToClient(chunk);
      return;
    }
    if (this.#relay !== undefined) {
      this.#afterRelay(this.#relay, this.#relay.relay(chunk, 0));
      return;
    }
    const reader = this.#reader;
    let result = reader.read(chunk);
    for (;;) {
      if (result === 'more') return;
      const { head } = reader;
      const switches = head?.status === 101;
      if (
        result !== 'head' ||
        head === undefined ||
        (switches && !(this.#head.webSocket && head.webSocket))
      ) {
        this.#fail(result === 'head' ? 'target-malformed-response' : result);
        return;
      }
      if (switches || head.status >= 200) {
        this.#targetMs = this.#activityAt - this.#sentAt;
        this.#responseHead = head;
        if (switches) this.#startTunnel(head, reader.chunk.subarray(reader.bodyFrom));
        else this.#startResponse(head, reader.chunk, reader.bodyFrom);
        return;
      }
      this.#sendInterim(head);
      if (reader.bodyFrom === reader.chunk.length) return;
      result = reader.read(reader.chunk.subarray(reader.bodyFrom));
    }
  }

  onUpstreamDrain(): void {
    this.#client.socket.resume();
  }

  onUpstreamEnd(): void {
    const relay = this.#relay;
    if (this.#tunnel) {
      this.#client.socket.end();
    } else if (relay?.untilTargetCloses === true) {
      relay.finishAtClose();
      this.#complete(relay);
    } else {
      this.#upstream?.socket.destroy();
    }
  }

  onUpstreamClose(error: string): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (this.#ended || upstream === undefined) return;
    if (this.#tunnel) {
      this.#end(101, 'none');
      this.#client.socket.destroySoon();
    } else if (this.#relay !== undefined) {
      this.#fail('target-closed-mid-body');
    } else if (!upstream.connected) {
      if (error === 'ECONNREFUSED' && this.#sendElsewhere()) return;
      this.#fail(error === 'ECONNREFUSED' ? 'target-connection-refused' : 'target-unreachable');
    } else if (!this.#sendAgain(upstream)) {
      this.#fail('target-closed');
    }
  }

  /** Ends what has taken too long; called by the router's sweep. */
  check(now: number): void {
    const { idleTimeoutMs, connectTimeoutMs } = this.#context;
    const upstream = this.#upstream;
    if (upstream !== undefined && !upstream.connected && now - this.#sentAt > connectTimeoutMs) {
      this.#fail('target-connect-timeout');
      return;
    }
    if (now - this.#activityAt <= idleTimeoutMs) return;
    if (this.#tunnel) {
      this.#dropUpstream();
      this.#end(101, 'tunnel-idle');
      this.#client.socket.destroy();
    } else if (this.#relay?.blocked === true) {
      this.#fail('client-stalled');
    } else if (!this.#body.done && this.#relay === undefined && upstream?.socket.writableNeedDrain !== true) {
      this.#fail('client-idle');
    } else {
      this.#fail('target-response-timeout');
    }
  }

  /** Ends the request with a 502, or cuts it off when its response has begun. */
  abort(reason: LoadBalancerErrorKind | RouterFailure): void {
    if (this.#tunnel && !this.#ended) {
      this.#dropUpstream();
      this.#end(101, reason);
      this.#client.socket.destroy();
    } else {
      this.#fail(reason);
    }
  }

  #attach(entry: TargetEntry, maxIdleMs: number): void {
    this.#entry = entry;
    entry.outstandingRequests += 1;
    this.#sentAt = performance.now();
    this.#upstream = acquireConnection(entry, this.#sentAt, maxIdleMs);
    this.#upstream.user = this;
  }

  /** After a kept-alive connection has turned out to be closed. */
  #sendAgain(closed: UpstreamConnection): boolean {
    const untouched = closed.served > 0 && this.#reader.untouched;
    if (!untouched || !mayBeSentTwice(this.#head) || this.#retries > 0) return false;
    if (performance.now() - this.#sentAt > KEEP_ALIVE_RACE_MS) return false;
    return this.#sendTo(chooseEntry(this.#group));
  }

  /** After a refused connection: nothing has reached the target, so any request may go to another one. */
  #sendElsewhere(): boolean {
    if (!this.#replayable || this.#retries === MAX_REFUSALS) return false;
    const refused = this.#entry;
    for (let left = this.#group.routable.length; left > 0; left -= 1) {
      const entry = chooseEntry(this.#group);
      if (entry !== refused) return this.#sendTo(entry);
    }
    return false;
  }

  #sendTo(entry: TargetEntry | undefined): boolean {
    if (entry === undefined) return false;
    this.#leaveEntry();
    this.#retries += 1;
    this.#attach(entry, -1);
    this.#sendFirst(this.#sent);
    return true;
  }

  #sendFirst(text: string): void {
    this.#sent = text;
    this.#upstream?.socket.write(text, 'latin1');
  }

  #sendInterim(head: ResponseHead): void {
    if (this.#head.http10) return;
    const text = `HTTP/1.1 ${head.status} ${head.phrase}\r\n${head.fields}\r\n`;
    this.#bytesOut += text.length;
    this.#client.socket.write(text, 'latin1');
  }

  #startResponse(head: ResponseHead, chunk: Buffer, bodyFrom: number): void {
    const relay = new ResponseRelay(
      this.#client.socket,
      head,
      this.#head.method === 'HEAD',
      this.#head.http10,
    );
    this.#relay = relay;
    this.#keepAlive =
      this.#head.keepAlive && this.#body.done && !relay.endsWithConnection && this.#client.mayKeepAlive;
    this.#afterRelay(relay, relay.start(chunk, bodyFrom, this.#keepAlive, Date.now()));
  }

  #afterRelay(relay: ResponseRelay, result: RelayResult): void {
    if (result === 'done') this.#complete(relay);
    else if (result === 'malformed') this.#fail('target-malformed-response');
    else if (relay.blocked) this.#upstream?.socket.pause();
  }

  #complete(relay: ResponseRelay): void {
    const upstream = this.#upstream;
    const head = this.#responseHead;
    if (upstream !== undefined && head !== undefined) {
      const reusable =
        head.keepAlive &&
        relay.exact &&
        !relay.untilTargetCloses &&
        this.#body.done &&
        upstream.socket.writableLength === 0;
      this.#upstream = undefined;
      if (reusable) {
        upstream.release(performance.now(), head.keepAliveMs);
      } else {
        upstream.user = undefined;
        upstream.socket.destroy();
      }
    }
    this.#end(head?.status ?? 502, 'none');
    this.#client.exchangeEnded(this.#keepAlive);
  }

  #startTunnel(head: ResponseHead, rest: Buffer): void {
    this.#tunnel = true;
    const text = `HTTP/1.1 101 ${head.phrase}\r\n${head.fields}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    this.#bytesOut += text.length;
    this.#client.socket.write(text, 'latin1');
    if (rest.length > 0) this.#sendToClient(rest);
    const early = this.#client.takePending();
    if (early !== undefined) this.onClientData(early);
  }

  #sendToClient(chunk: Buffer): void {
    this.#bytesOut += chunk.length;
    if (!this.#client.socket.write(chunk)) this.#upstream?.socket.pause();
  }

  #sendToTarget(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#replayable = false;
    if (this.#upstream?.socket.write(chunk) === false) this.#client.socket.pause();
  }

  #fail(reason: LoadBalancerErrorKind | RouterFailure): void {
    if (this.#ended) return;
    const response = errorResponse(reason);
    this.#dropUpstream();
    const { socket } = this.#client;
    const relay = this.#relay;
    if (relay !== undefined) {
      // The status is sent already; only cutting the connection tells the client that something is missing.
      this.#end(this.#responseHead?.status ?? response.statusCode, reason);
      if (relay.endsWithConnection) socket.resetAndDestroy();
      else socket.destroy();
      return;
    }
    const keepAlive = this.#head.keepAlive && this.#body.done && this.#client.mayKeepAlive;
    const text = renderOwnResponse(response, Date.now(), keepAlive, this.#head.method === 'HEAD');
    this.#bytesOut += text.length;
    socket.write(text, 'latin1');
    this.#end(response.statusCode, reason);
    this.#client.exchangeEnded(keepAlive);
  }

  #dropUpstream(): void {
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    this.#upstream = undefined;
    upstream.user = undefined;
    upstream.socket.destroy();
  }

  #leaveEntry(): void {
    const entry = this.#entry;
    if (entry === undefined) return;
    this.#entry = undefined;
    entry.outstandingRequests -= 1;
    if (entry.outstandingRequests === 0) entry.drained?.();
  }

  #end(status: number, reason: RequestReason): void {
    this.#ended = true;
    const targetId = this.#entry?.target.id ?? '';
    this.#leaveEntry();
    this.#context.requestsInFlight -= 1;
    this.#context.record({
      start: this.#start,
      durationMs: performance.now() - this.#startedAt,
      targetMs: this.#targetMs,
      method: this.#head.method,
      path: this.#head.path,
      rule: this.#rule,
      group: this.#group.name,
      target: targetId,
      status,
      targetStatus: this.#responseHead?.status ?? 0,
      bytesIn: this.#bytesIn + this.#body.bytes,
      bytesOut: this.#bytesOut + (this.#relay?.bytesOut ?? 0),
      reason,
      traceRoot: traceRootOf(this.#traceId),
      retries: this.#retries,
    });
  }
}
