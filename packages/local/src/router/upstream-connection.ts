import { connect, type Socket } from 'node:net';
import type { LoadBalancerErrorKind } from '@breakwater/behaviour';
import type { UpstreamHost } from './host-pool.ts';

/** What a connection to a target tells the request (or tunnel) that uses it. */
export interface UpstreamUser {
  onUpstreamData(chunk: Buffer): void;
  onUpstreamDrain(): void;
  /** The target has sent FIN. */
  onUpstreamEnd(): void;
  /** The connection is closed; `error` is the system's code, such as `ECONNREFUSED`, or empty. */
  onUpstreamClose(error: string): void;
  /** End now, for this reason. */
  abort(reason: LoadBalancerErrorKind): void;
}

/** Idle connections kept per target; more are closed after use. */
const MAX_IDLE_PER_TARGET = 512;

/** How long before a target's own keep-alive time-out (as it announces it) a connection is no longer used. */
const KEEP_ALIVE_MARGIN_MS = 1000;

/** One connection to a target, kept alive between requests. */
export class UpstreamConnection {
  readonly socket: Socket;
  readonly host: UpstreamHost;
  /** The TCP connection has been established. */
  connected = false;
  /** Requests answered on it before the present one. */
  served = 0;
  idleSince = 0;
  /** Not to be used again after this moment. */
  usableUntil = 0;
  user: UpstreamUser | undefined;
  #error = '';

  constructor(host: UpstreamHost) {
    this.host = host;
    const socket = connect({
      host: host.target.host,
      port: host.target.port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
    });
    this.socket = socket;
    host.connections.add(this);
    socket.on('connect', () => {
      this.connected = true;
    });
    socket.on('data', (chunk: Buffer) => {
      // A target that speaks without being asked is not to be trusted with another request.
      if (this.user === undefined) socket.destroy();
      else this.user.onUpstreamData(chunk);
    });
    socket.on('drain', () => this.user?.onUpstreamDrain());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message;
    });
    socket.on('end', () => {
      if (this.user === undefined) socket.destroy();
      else this.user.onUpstreamEnd();
    });
    socket.on('close', () => {
      host.connections.delete(this);
      const position = host.idle.indexOf(this);
      if (position >= 0) host.idle.splice(position, 1);
      const user = this.user;
      this.user = undefined;
      user?.onUpstreamClose(this.#error);
    });
  }

  /** Ends the request or tunnel on it with a 502, or closes it when there is none. */
  abort(reason: LoadBalancerErrorKind): void {
    if (this.user === undefined) this.socket.destroy();
    else this.user.abort(reason);
  }

  /** Gives the connection back after a complete response; it is kept when the target allows. */
  release(now: number, keepAliveMs: number): void {
    this.user = undefined;
    this.served += 1;
    const { host, socket } = this;
    if (host.gone || host.idle.length >= MAX_IDLE_PER_TARGET || socket.destroyed) {
      socket.destroy();
      return;
    }
    this.idleSince = now;
    this.usableUntil = keepAliveMs > 0 ? now + keepAliveMs - KEEP_ALIVE_MARGIN_MS : Number.POSITIVE_INFINITY;
    if (socket.isPaused()) socket.resume();
    host.idle.push(this);
  }
}

/**
 * A kept-alive connection that has been idle for at most `maxIdleMs`, or a new one. The connection used last is taken
 * first, so surplus ones grow old and are closed.
 */
export function acquireConnection(host: UpstreamHost, now: number, maxIdleMs: number): UpstreamConnection {
  for (let connection = host.idle.pop(); connection !== undefined; connection = host.idle.pop()) {
    if (connection.socket.destroyed || now >= connection.usableUntil) {
      connection.socket.destroy();
      continue;
    }
    if (now - connection.idleSince <= maxIdleMs) return connection;
    host.idle.push(connection);
    break;
  }
  return new UpstreamConnection(host);
}
