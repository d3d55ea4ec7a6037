import {
  countForwardedFor,
  type LoadBalancerErrorKind,
  REQUEST_LIMITS,
  URI_TOO_LONG_BYTES,
} from '@breakwater/behaviour';
import {
  AWS_NAME_CHARACTERS,
  consistsOf,
  listElements,
  TARGET_CHARACTERS,
  TOKEN_CHARACTERS,
  VALUE_CHARACTERS,
} from './syntax.ts';

/** A request that can be forwarded. Strings hold one byte per character (latin1), so nothing is lost on the way. */
export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  /** Origin form, `/path?query`, or `*`. */
  readonly path: string;
  readonly http10: boolean;
  /** Header lines that go to the target as they came, each with its CRLF; hop-by-hop and rewritten ones are left out. */
  readonly fields: string;
  readonly host: string;
  /** Bytes of body announced by Content-Length; 0 when there is none or the body is chunked. */
  readonly contentLength: number;
  readonly chunked: boolean;
  readonly keepAlive: boolean;
  /** The client asks to switch to the WebSocket protocol. */
  readonly webSocket: boolean;
  readonly forwardedFor: string;
  readonly traceId: string;
}

/** A request that the router answers itself because it is not acceptable. */
export interface RefusedRequest {
  readonly kind: 'refused';
  readonly reason: LoadBalancerErrorKind;
  readonly method: string;
  readonly path: string;
}

/** Options of {@link parseRequestHead}. */
export interface RequestHeadOptions {
  readonly dropInvalidHeaderFields: boolean;
  /** Keeps `X-Forwarded-*` and `X-Amzn-Trace-Id` among the fields that go on as they came. Default false. */
  readonly passForwardedFields?: boolean;
}

/**
 * Parses a request head: request line and header lines, the last one's CRLF included, the blank line not.
 * Strict on purpose: what two servers could read differently (bare CR or LF, folded lines, space before the colon,
 * two lengths, unknown codings) is refused and never reaches a target, so requests cannot be smuggled.
 * Rules: RFC 9112 sections 2.2, 3, 5.1, 6.1 and 6.3.
 */
export function parseRequestHead(text: string, options: RequestHeadOptions): RequestHead | RefusedRequest {
  const lineEnd = text.indexOf('\r\n');
  const line = text.slice(0, lineEnd);
  const methodEnd = line.indexOf(' ');
  const targetEnd = line.lastIndexOf(' ');
  const method = line.slice(0, Math.max(methodEnd, 0));
  const target = line.slice(methodEnd + 1, Math.max(targetEnd, 0));
  const refuse = (reason: LoadBalancerErrorKind): RefusedRequest => ({
    kind: 'refused',
    reason,
    method: consistsOf(TOKEN_CHARACTERS, method) ? method : '',
    path: consistsOf(TARGET_CHARACTERS, target) ? target : '',
  });
  if (target.length > URI_TOO_LONG_BYTES) return refuse('uri-too-long');
  if (lineEnd > REQUEST_LIMITS.requestLineBytes) return refuse('request-line-too-large');
  if (!consistsOf(TOKEN_CHARACTERS, method) || !consistsOf(TARGET_CHARACTERS, target)) {
    return refuse('malformed-request');
  }
  const version = line.slice(targetEnd + 1);
  const http10 = version === 'HTTP/1.0';
  if (!http10 && version !== 'HTTP/1.1') {
    return /^HTTP\/\d\.\d$/.test(version) ? refuse('unsupported-http-version') : refuse('malformed-request');
  }
  if (method === 'TRACE') return refuse('trace-method');
  if (method === 'CONNECT') return refuse('malformed-request');

  let path = target;
  let authority = '';
  if (target.charCodeAt(0) !== 47) {
    if (target !== '*' || method !== 'OPTIONS') {
      const absolute = /^https?:\/\/([^/?@]+)(.*)$/i.exec(target);
      if (absolute === null) return refuse('malformed-request');
      authority = absolute[1] ?? '';
      const rest = absolute[2] ?? '';
      path = rest.startsWith('/') ? rest : `/${rest}`;
    }
  }

  let fields = '';
  let runStart = lineEnd + 2;
  let host: string | undefined;
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let upgrade = '';
  let forwardedFor = '';
  let traceId = '';
  let position = lineEnd + 2;
  while (position < text.length) {
    const start = position;
    let code = text.charCodeAt(position);
    while (TOKEN_CHARACTERS[code] === 1) {
      position += 1;
      code = text.charCodeAt(position);
    }
    if (code !== 58 || position === start) return refuse('malformed-request');
    const colon = position;
    position += 1;
    code = text.charCodeAt(position);
    while (VALUE_CHARACTERS[code] === 1) {
      position += 1;
      code = text.charCodeAt(position);
    }
    if (code !== 13 || text.charCodeAt(position + 1) !== 10) return refuse('malformed-request');
    const end = position;
    position += 2;
    if (end - start > REQUEST_LIMITS.singleHeaderBytes) return refuse('header-too-large');

    let keep = true;
    switch (colon - start) {
      // The lengths of the names that need a look; all others pass without being sliced or lower-cased.
      case 2:
      case 4:
      case 7:
      case 10:
      case 14:
      case 15:
      case 16:
      case 17: {
        const name = text.slice(start, colon).toLowerCase();
        switch (name) {
          case 'host': {
            if (host !== undefined) return refuse('malformed-request');
            host = text.slice(colon + 1, end).trim();
            keep = authority === '' && host !== '';
            break;
          }
          case 'content-length':
            if (length !== undefined) return refuse('malformed-request');
            length = text.slice(colon + 1, end).trim();
            break;
          case 'transfer-encoding':
            if (coding !== undefined) return refuse('malformed-request');
            coding = text
              .slice(colon + 1, end)
              .trim()
              .toLowerCase();
            keep = false;
            break;
          case 'connection':
            connection += `,${text.slice(colon + 1, end)}`;
            keep = false;
            break;
          case 'upgrade':
            upgrade += `,${text.slice(colon + 1, end)}`;
            keep = false;
            break;
          case 'x-forwarded-for': {
            const value = text.slice(colon + 1, end).trim();
            forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
            keep = options.passForwardedFields === true;
            break;
          }
          case 'x-amzn-trace-id':
            traceId = text.slice(colon + 1, end).trim();
            keep = options.passForwardedFields === true;
            break;
          case 'x-forwarded-port':
          case 'x-forwarded-proto':
            keep = options.passForwardedFields === true;
            break;
          case 'te':
          case 'keep-alive':
          case 'proxy-connection':
            keep = false;
            break;
          default:
        }
        break;
      }
      default:
    }
    if (keep && options.dropInvalidHeaderFields)
      keep = consistsOf(AWS_NAME_CHARACTERS, text.slice(start, colon));
    if (!keep) {
      if (start > runStart) fields += text.slice(runStart, start);
      runStart = position;
    }
  }
  if (runStart < text.length) fields += text.slice(runStart);

  if (authority !== '') {
    host = authority;
    fields = `Host: ${authority}\r\n${fields}`;
  }
  if (host === undefined ? !http10 : !/^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/.test(host)) {
    return refuse('malformed-request');
  }
  let chunked = false;
  if (coding !== undefined) {
    if (length !== undefined || http10) return refuse('malformed-request');
    if (coding === 'chunked') chunked = true;
    else if (coding !== 'identity') return refuse('unsupported-transfer-encoding');
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return refuse('malformed-request');
  if (countForwardedFor(forwardedFor) > REQUEST_LIMITS.forwardedForAddresses)
    return refuse('too-many-forwarded-for');
  const contentLength = length === undefined ? 0 : Number(length);

  let keepAlive = !http10;
  let wantsUpgrade = false;
  if (connection !== '') {
    const elements = listElements(connection);
    for (const option of elements) {
      if (option === 'close') keepAlive = false;
      else if (option === 'keep-alive') keepAlive = keepAlive || (http10 && !elements.includes('close'));
      else if (option === 'upgrade') wantsUpgrade = true;
      else fields = withoutField(fields, option);
    }
  }
  // Only WebSocket may switch protocols: `h2c` would open a channel past the rules. An upgrade with a body is ignored.
  const webSocket =
    wantsUpgrade &&
    !http10 &&
    !chunked &&
    contentLength === 0 &&
    method === 'GET' &&
    listElements(upgrade).includes('websocket');
  return {
    kind: 'request',
    method,
    path,
    http10,
    fields,
    host: host ?? '',
    contentLength,
    chunked,
    keepAlive,
    webSocket,
    forwardedFor,
    traceId,
  };
}

/**
 * Fields that a client may not have removed by naming them in `Connection`: the framing, and those whose absence would
 * change what a target believes about the request.
 */
const NOT_REMOVABLE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'authorization',
  'cookie',
  'expect',
]);

function withoutField(fields: string, name: string): string {
  if (NOT_REMOVABLE.has(name)) return fields;
  return fields
    .split('\r\n')
    .filter((line) => line.slice(0, line.indexOf(':')).toLowerCase() !== name)
    .join('\r\n');
}
