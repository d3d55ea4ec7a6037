/** `routing.http.xff_header_processing.mode`. Default `append`. Documented: API_LoadBalancerAttribute. */
export type ForwardedForMode = 'append' | 'preserve' | 'remove';

/** What the X-Forwarded headers are made of. */
export interface ForwardedInput {
  /** The X-Forwarded-For header the client sent, if any. */
  readonly existing?: string | undefined;
  /** Address of the last hop: the connection's remote address. */
  readonly clientIp: string;
  readonly protocol: 'http' | 'https';
  /** Port of the listener. */
  readonly listenerPort: number;
  /** Default `append`. */
  readonly mode?: ForwardedForMode;
  /** Set when `routing.http.xff_client_port.enabled`: the client's port is then written too. */
  readonly clientPort?: number;
}

/** The three headers a target gets. `forwardedFor` is undefined when there is none to send. */
export interface ForwardedHeaders {
  readonly forwardedFor: string | undefined;
  readonly forwardedProto: string;
  readonly forwardedPort: string;
}

/**
 * The X-Forwarded-For, -Proto and -Port headers. In `append` mode the client's address goes to the end of the list.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function forwardedHeaders(input: ForwardedInput): ForwardedHeaders {
  return {
    forwardedFor: forwardedFor(input),
    forwardedProto: input.protocol,
    forwardedPort: String(input.listenerPort),
  };
}

function forwardedFor(input: ForwardedInput): string | undefined {
  const { existing, clientIp, clientPort } = input;
  switch (input.mode ?? 'append') {
    case 'remove':
      return undefined;
    case 'preserve':
      return existing;
    case 'append': {
      const host = clientPort !== undefined && clientIp.includes(':') ? `[${clientIp}]` : clientIp;
      const hop = clientPort === undefined ? host : `${host}:${clientPort}`;
      return existing === undefined || existing === '' ? hop : `${existing}, ${hop}`;
    }
  }
}

/** What a new trace identifier is made of. */
export interface TraceSeed {
  /** Seconds since 1970. */
  readonly epochSeconds: number;
  /** 24 random hexadecimal digits. */
  readonly randomHex: string;
}

/**
 * The X-Amzn-Trace-Id header a target gets. Without `Root` a new one is created; with `Root` it is kept and
 * `Self=…` is put in front, replacing an earlier `Self`. All other fields stay in their order.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 * @example traceHeader(undefined, { epochSeconds: 1, randomHex: 'a'.repeat(24) }) // 'Root=1-00000001-aaaaaaaaaaaaaaaaaaaaaaaa'
 */
export function traceHeader(existing: string | undefined, seed: TraceSeed): string {
  const id = traceId(seed);
  if (existing === undefined || existing.trim() === '') return `Root=${id}`;
  let hasRoot = false;
  const kept: string[] = [];
  for (const part of existing.split(';')) {
    const field = part.trim();
    if (field === '' || field.startsWith('Self=')) continue;
    if (field.startsWith('Root=')) hasRoot = true;
    kept.push(field);
  }
  return [`${hasRoot ? 'Self' : 'Root'}=${id}`, ...kept].join(';');
}

/** A trace identifier: `1-<8 hexadecimal digits of the time>-<24 random ones>`. */
export function traceId(seed: TraceSeed): string {
  const time = (Math.floor(seed.epochSeconds) >>> 0).toString(16).padStart(8, '0');
  return `1-${time}-${seed.randomHex}`;
}
