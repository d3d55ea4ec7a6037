import { listElements, TOKEN_CHARACTERS, VALUE_CHARACTERS } from './syntax.ts';

/** A target's response head. Strings hold one byte per character. */
export interface ResponseHead {
  readonly status: number;
  /** Reason phrase, may be empty. */
  readonly phrase: string;
  /** Header lines that go to the client as they came, each with its CRLF; hop-by-hop ones are left out. */
  readonly fields: string;
  /** -1 when the response has no Content-Length. */
  readonly contentLength: number;
  readonly chunked: boolean;
  /** The target keeps the connection open afterwards. */
  readonly keepAlive: boolean;
  /** `Keep-Alive: timeout=…` in milliseconds; 0 when the target does not say. */
  readonly keepAliveMs: number;
  readonly hasDate: boolean;
  /** The target switches to the WebSocket protocol (with status 101). */
  readonly webSocket: boolean;
}

/**
 * Parses a response head: status line and header lines, the last one's CRLF included, the blank line not.
 * Returns undefined when it is malformed, has two lengths, or a length and a transfer coding: the client gets a 502.
 */
export function parseResponseHead(text: string): ResponseHead | undefined {
  // "HTTP/1.1 200" is 12 characters; the phrase, with its space, may be missing altogether.
  const lineEnd = text.indexOf('\r\n');
  if (lineEnd < 12 || !text.startsWith('HTTP/1.') || text.charCodeAt(8) !== 32) return undefined;
  const http10 = text.charCodeAt(7) === 48;
  if (!http10 && text.charCodeAt(7) !== 49) return undefined;
  if (lineEnd > 12 && text.charCodeAt(12) !== 32) return undefined;
  let status = 0;
  for (let index = 9; index < 12; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    status = status * 10 + digit;
  }
  if (status < 100) return undefined;
  for (let index = 13; index < lineEnd; index += 1) {
    if (VALUE_CHARACTERS[text.charCodeAt(index)] !== 1) return undefined;
  }

  let fields = '';
  let runStart = lineEnd + 2;
  let position = lineEnd + 2;
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let upgrade = '';
  let keepAliveMs = 0;
  let hasDate = false;
  const bodiless = status < 200 || status === 204;
  while (position < text.length) {
    const start = position;
    let code = text.charCodeAt(position);
    while (TOKEN_CHARACTERS[code] === 1) {
      position += 1;
      code = text.charCodeAt(position);
    }
    if (code !== 58 || position === start) return undefined;
    const colon = position;
    position += 1;
    code = text.charCodeAt(position);
    while (VALUE_CHARACTERS[code] === 1) {
      position += 1;
      code = text.charCodeAt(position);
    }
    if (code !== 13 || text.charCodeAt(position + 1) !== 10) return undefined;
    const end = position;
    position += 2;

    let keep = true;
    switch (colon - start) {
      // The lengths of the names that need a look.
      case 4:
      case 7:
      case 10:
      case 14:
      case 16:
      case 17:
        switch (text.slice(start, colon).toLowerCase()) {
          case 'date':
            hasDate = true;
            break;
          case 'content-length':
            if (length !== undefined) return undefined;
            length = text.slice(colon + 1, end).trim();
            keep = !bodiless;
            break;
          case 'transfer-encoding':
            if (coding !== undefined) return undefined;
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
          case 'keep-alive': {
            const seconds = /timeout=(\d{1,6})/i.exec(text.slice(colon + 1, end))?.[1];
            if (seconds !== undefined) keepAliveMs = Number(seconds) * 1000;
            keep = false;
            break;
          }
          case 'proxy-connection':
            keep = false;
            break;
          default:
        }
        break;
      default:
    }
    if (!keep) {
      if (start > runStart) fields += text.slice(runStart, start);
      runStart = position;
    }
  }
  if (runStart < text.length) fields += text.slice(runStart);

  if (length !== undefined && (coding !== undefined || !/^\d{1,15}$/.test(length))) return undefined;
  if (coding !== undefined && coding !== 'chunked' && coding !== 'identity') return undefined;
  let keepAlive = !http10;
  let webSocket = false;
  // The leading comma is ours; nearly every target says just this.
  if (connection === ', keep-alive') {
    keepAlive = true;
  } else if (connection !== '') {
    const options = listElements(connection);
    if (options.includes('close')) keepAlive = false;
    else if (options.includes('keep-alive')) keepAlive = true;
    webSocket = options.includes('upgrade') && listElements(upgrade).includes('websocket');
  }
  return {
    status,
    phrase: text.slice(13, lineEnd),
    fields,
    contentLength: length === undefined ? -1 : Number(length),
    chunked: coding === 'chunked',
    keepAlive,
    keepAliveMs,
    hasDate,
    webSocket,
  };
}
