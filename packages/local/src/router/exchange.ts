import type { LoadBalancerErrorKind } from '@breakwater/behaviour';
import type { ExchangeClient, RouterContext } from './context.ts';
import { Delivery } from './delivery.ts';
import type { HostPool } from './host-pool.ts';
import { renderOwnResponse } from './own-responses.ts';
import { RequestBody } from './request-body.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseReader } from './response-reader.ts';
import { type RelayResult, ResponseRelay } from './response-relay.ts';
import { traceRootOf } from './trace-id.ts';
import type { RequestReason, RouterFailure } from './types.ts';
import type { UpstreamUser } from './upstream-connection.ts';

/** Request bodies up to this size that came with their head are sent to the target in one write with it. */
const ONE_WRITE_BYTES = 8 * 1024;

/** One request and its response between a client and a target; after a switch of protocols, a tunnel. */
export class Exchange implements UpstreamUser {
  readonly #client: ExchangeClient;
  readonly #context: RouterContext;
  readonly #head: RequestHead;
  readonly #pool: HostPool;
  readonly #rule: string;
  readonly #start = Date.now();
  readonly #startedAt = performance.now();
  #activityAt = this.#startedAt;
  /** When the last byte of the request came; 0 before. */
  #requestDoneAt = 0;
  #targetMs = -1;
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
  readonly #delivery: Delivery;

  constructor(client: ExchangeClient, head: RequestHead, headBytes: number, rule: string, pool: HostPool) {
    this.#client = client;
    this.#context = client.context;
    this.#head = head;
    this.#rule = rule;
    this.#pool = pool;
    this.#bytesIn = headBytes;
    this.#body = new RequestBody(head);
    this.#delivery = new Delivery(pool, head, this);
  }

  /** The client still has a body to send, or the connection is a tunnel. */
  get wantsClientData(): boolean {
    return this.#tunnel || !this.#body.done;
  }

  /** Sends the request on its way. Returns the index in `chunk` after what belongs to this request. */
  start(chunk: Buffer, bodyFrom: number): number {
    this.#context.load.requestsInFlight += 1;
    const host = this.#pool.choose();
    const head = this.#head;
    const { dialect } = this.#context;
    this.#traceId = dialect.traceId(head.traceId, this.#start);
    if (host === undefined) {
      const end = this.#body.endIn(chunk, bodyFrom);
      this.#fail('no-targets');
      return Math.max(end, bodyFrom);
    }
    const forwardHead = dialect.renderHead(head, {
      clientAddress: this.#client.address,
      listenerPort: this.#context.port,
      traceId: this.#traceId,
    });
    if (this.#body.done || bodyFrom === chunk.length) {
      if (this.#body.done) this.#requestDoneAt = this.#startedAt;
      this.#delivery.begin(host, forwardHead);
      return bodyFrom;
    }
    const end = this.#body.endIn(chunk, bodyFrom);
    if (end < 0) {
      this.#fail('malformed-request');
      return chunk.length;
    }
    if (this.#body.done) this.#requestDoneAt = this.#startedAt;
    if (end - bodyFrom <= ONE_WRITE_BYTES) {
      this.#delivery.begin(host, forwardHead + chunk.toString('latin1', bodyFrom, end));
    } else {
      this.#delivery.begin(host, forwardHead);
      this.#sendToTarget(chunk.subarray(bodyFrom, end));
    }
    return end;
  }

  /** Takes bytes from the client while {@link wantsClientData}. Returns the index after what belongs to this request. */
  onClientData(chunk: Buffer): number {
    this.#activityAt = performance.now();
    if (this.#tunnel) {
      this.#bytesIn += chunk.length;
      if (!this.#delivery.sendOn(chunk)) this.#client.socket.pause();
      return chunk.length;
    }
    const end = this.#body.endIn(chunk, 0);
    if (end < 0) {
      this.#fail('malformed-request');
      return chunk.length;
    }
    if (this.#body.done) this.#requestDoneAt = this.#activityAt;
    this.#sendToTarget(end === chunk.length ? chunk : chunk.subarray(0, end));
    return end;
  }

  /** The client's socket can take more. */
  onClientDrain(): void {
    if (this.#relay !== undefined) this.#relay.blocked = false;
    this.#delivery.connection?.socket.resume();
  }

  /**
   * The client has sent FIN: in a tunnel only its direction ends, otherwise it has left. A client that only half-closes
   * looks the same; like the load balancer and nginx we stop, or abandoned streams would run on for ever.
   */
  onClientEnd(): void {
    if (this.#tunnel) this.#delivery.connection?.socket.end();
    else this.#client.socket.destroy();
  }

  /** The client's connection is closed. */
  onClientClose(): void {
    if (this.#ended) return;
    this.#delivery.detach()?.socket.destroy();
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
        this.#tell(0);
        this.#fail(result === 'head' ? 'target-malformed-response' : result);
        return;
      }
      if (switches || head.status >= 200) {
        this.#targetMs = this.#activityAt - this.#delivery.sentAt;
        this.#tell(head.status);
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
      this.#delivery.connection?.socket.destroy();
    }
  }

  onUpstreamClose(error: string): void {
    const upstream = this.#delivery.detach();
    if (this.#ended || upstream === undefined) return;
    if (this.#tunnel) {
      this.#end(101, 'none');
      this.#client.socket.destroySoon();
    } else if (this.#relay !== undefined) {
      this.#fail('target-closed-mid-body');
    } else if (!upstream.connected) {
      const refused = error === 'ECONNREFUSED';
      if (this.#delivery.again(refused ? 'refused' : 'unreachable', upstream.served)) return;
      this.#fail(refused ? 'target-connection-refused' : 'target-unreachable');
    } else if (!this.#reader.untouched) {
      this.#tell(0);
      this.#fail('target-closed');
    } else if (!this.#delivery.again('closed', upstream.served)) {
      this.#fail('target-closed');
    }
  }

  /** Ends what has taken too long; called by the router's sweep. */
  check(now: number): void {
    const { idleTimeoutMs, connectTimeoutMs, requestTimeoutMs } = this.#context;
    const upstream = this.#delivery.connection;
    if (upstream !== undefined && !upstream.connected && now - this.#delivery.sentAt > connectTimeoutMs) {
      this.#delivery.detach();
      upstream.socket.destroy();
      if (!this.#delivery.again('connect-timeout', 0)) this.#fail('target-connect-timeout');
      return;
    }
    if (this.#requestDoneAt > 0 && now - this.#requestDoneAt > requestTimeoutMs) {
      if (this.#responseHead === undefined) this.#tell(504);
      this.abort('request-timeout');
      return;
    }
    if (now - this.#activityAt <= idleTimeoutMs) return;
    if (this.#tunnel) {
      this.#delivery.detach()?.socket.destroy();
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
      this.#delivery.detach()?.socket.destroy();
      this.#end(101, reason);
      this.#client.socket.destroy();
    } else {
      this.#fail(reason);
    }
  }

  /** Tells the pool how the attempt ended. */
  #tell(status: number): void {
    const { host } = this.#delivery;
    if (host !== undefined) this.#pool.onAttempt?.(host, status);
  }

  #sendInterim(head: ResponseHead): void {
    if (this.#head.http10) return;
    const text = `HTTP/1.1 ${head.status} ${head.phrase}\r\n${head.fields}\r\n`;
    this.#bytesOut += text.length;
    this.#client.socket.write(text, 'latin1');
  }

  #startResponse(head: ResponseHead, chunk: Buffer, bodyFrom: number): void {
    const isHead = this.#head.method === 'HEAD';
    const relay = new ResponseRelay(this.#client.socket, head, isHead, this.#head.http10);
    this.#relay = relay;
    this.#keepAlive =
      this.#head.keepAlive && this.#body.done && !relay.endsWithConnection && this.#client.mayKeepAlive;
    this.#afterRelay(relay, relay.start(chunk, bodyFrom, this.#keepAlive, Date.now()));
  }

  #afterRelay(relay: ResponseRelay, result: RelayResult): void {
    if (result === 'done') this.#complete(relay);
    else if (result === 'malformed') this.#fail('target-malformed-response');
    else if (relay.blocked) this.#delivery.connection?.socket.pause();
  }

  #complete(relay: ResponseRelay): void {
    const upstream = this.#delivery.detach();
    const head = this.#responseHead;
    const reusable =
      head?.keepAlive === true &&
      relay.exact &&
      !relay.untilTargetCloses &&
      this.#body.done &&
      upstream?.socket.writableLength === 0;
    if (reusable) upstream.release(performance.now(), head.keepAliveMs);
    else upstream?.socket.destroy();
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
    if (!this.#client.socket.write(chunk)) this.#delivery.connection?.socket.pause();
  }

  #sendToTarget(chunk: Buffer): void {
    if (!this.#delivery.send(chunk)) this.#client.socket.pause();
  }

  #fail(reason: LoadBalancerErrorKind | RouterFailure): void {
    if (this.#ended) return;
    const response = this.#context.dialect.errorResponse(reason);
    this.#delivery.detach()?.socket.destroy();
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

  #end(status: number, reason: RequestReason): void {
    this.#ended = true;
    const targetId = this.#delivery.host?.target.id ?? '';
    this.#delivery.leave();
    this.#context.load.requestsInFlight -= 1;
    this.#context.record({
      start: this.#start,
      durationMs: performance.now() - this.#startedAt,
      targetMs: this.#targetMs,
      method: this.#head.method,
      path: this.#head.path,
      rule: this.#rule,
      group: this.#pool.name,
      target: targetId,
      status,
      targetStatus: this.#responseHead?.status ?? 0,
      bytesIn: this.#bytesIn + this.#body.bytes,
      bytesOut: this.#bytesOut + (this.#relay?.bytesOut ?? 0),
      reason,
      traceRoot: traceRootOf(this.#traceId),
      retries: this.#delivery.retries,
    });
  }
}
