import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestHead } from './request-head.ts';

const options = { dropInvalidHeaderFields: false };

function parse(lines: readonly string[], dropInvalidHeaderFields = false) {
  return parseRequestHead(`${lines.join('\r\n')}\r\n`, { dropInvalidHeaderFields });
}

function outcome(lines: readonly string[]): string {
  const head = parse(lines);
  return head.kind === 'refused' ? head.reason : 'accepted';
}

const HOST = 'Host: a.example';

describe('what is refused so that two servers cannot read it differently', () => {
  it.each<[string, readonly string[], string]>([
    [
      'a length and a transfer coding',
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      'malformed-request',
    ],
    ['the same in the other order', ['Transfer-Encoding: chunked', 'Content-Length: 5'], 'malformed-request'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'malformed-request'],
    ['two equal lengths', ['Content-Length: 5', 'Content-Length: 5'], 'malformed-request'],
    ['a list of lengths', ['Content-Length: 5, 5'], 'malformed-request'],
    ['a signed length', ['Content-Length: +5'], 'malformed-request'],
    ['a negative length', ['Content-Length: -1'], 'malformed-request'],
    ['a hexadecimal length', ['Content-Length: 0x5'], 'malformed-request'],
    ['an empty length', ['Content-Length:'], 'malformed-request'],
    ['a length beyond any integer', ['Content-Length: 99999999999999999999'], 'malformed-request'],
    ['a space before the colon', ['Content-Length : 5'], 'malformed-request'],
    ['a tab before the colon', ['Transfer-Encoding\t: chunked'], 'malformed-request'],
    ['a folded line', ['X-A: b', ' Content-Length: 5'], 'malformed-request'],
    ['a line without a colon', ['nonsense'], 'malformed-request'],
    ['a line without a name', [': value'], 'malformed-request'],
    ['a bare line feed', ['X-A: b\nContent-Length: 5'], 'malformed-request'],
    ['a bare carriage return', ['X-A: b\rContent-Length: 5'], 'malformed-request'],
    ['a NUL', ['X-A: b\0c'], 'malformed-request'],
    ['an unknown coding', ['Transfer-Encoding: gzip'], 'unsupported-transfer-encoding'],
    [
      'a coding that only looks like chunked',
      ['Transfer-Encoding: xchunked'],
      'unsupported-transfer-encoding',
    ],
    ['a list of codings', ['Transfer-Encoding: gzip, chunked'], 'unsupported-transfer-encoding'],
    ['chunked with a vertical tab', ['Transfer-Encoding: \vchunked'], 'malformed-request'],
    [
      'two transfer codings',
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      'malformed-request',
    ],
    ['a second host', ['Host: b.example'], 'malformed-request'],
    [
      '31 forwarded addresses',
      [`X-Forwarded-For: ${Array(31).fill('1.2.3.4').join(', ')}`],
      'too-many-forwarded-for',
    ],
    ['a line over 16 KB', [`X-A: ${'a'.repeat(16 * 1024)}`], 'header-too-large'],
  ])('%s', (_, lines, reason) => {
    expect(outcome(['POST / HTTP/1.1', HOST, ...lines])).toBe(reason);
  });

  it.each<[string, string]>([
    ['GET / HTTP/1.1 ', 'malformed-request'],
    ['GET  / HTTP/1.1', 'malformed-request'],
    [' GET / HTTP/1.1', 'malformed-request'],
    ['GET /a b HTTP/1.1', 'malformed-request'],
    ['GET /\x7f HTTP/1.1', 'malformed-request'],
    ['GET /#part HTTP/1.1', 'malformed-request'],
    ['GET path HTTP/1.1', 'malformed-request'],
    ['GET * HTTP/1.1', 'malformed-request'],
    ['GET /', 'malformed-request'],
    ['GET / HTTP/1.10', 'malformed-request'],
    ['GET / HTTQ/1.1', 'malformed-request'],
    ['G(T / HTTP/1.1', 'malformed-request'],
    ['GET / HTTP/2.0', 'unsupported-http-version'],
    ['GET / HTTP/1.2', 'unsupported-http-version'],
    ['TRACE / HTTP/1.1', 'trace-method'],
    ['CONNECT a:80 HTTP/1.1', 'malformed-request'],
    [`GET /${'a'.repeat(16 * 1024)} HTTP/1.1`, 'uri-too-long'],
  ])('the request line "%s"', (line, reason) => {
    expect(outcome([line, HOST])).toBe(reason);
  });

  it('HTTP/1.1 without a host, but not HTTP/1.0', () => {
    expect(outcome(['GET / HTTP/1.1'])).toBe('malformed-request');
    expect(outcome(['GET / HTTP/1.0'])).toBe('accepted');
  });

  it('chunked from an HTTP/1.0 client', () => {
    expect(outcome(['POST / HTTP/1.0', 'Transfer-Encoding: chunked'])).toBe('malformed-request');
  });
});

describe('what is forwarded', () => {
  it('keeps end-to-end fields byte for byte and drops those between client and router', () => {
    const head = parse([
      'GET /a?b=c HTTP/1.1',
      HOST,
      'X-First:  odd   spacing ',
      'Connection: keep-alive, X-Private',
      'Keep-Alive: timeout=5',
      'X-Private: 1',
      'TE: trailers',
      'Proxy-Connection: close',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 1',
      'x-last: \xe9',
    ]);
    expect(head).toMatchObject({
      kind: 'request',
      path: '/a?b=c',
      host: 'a.example',
      fields: 'Host: a.example\r\nX-First:  odd   spacing \r\nx-last: \xe9\r\n',
    });
  });

  it('does not let Connection remove the framing or the host', () => {
    const head = parse(['POST / HTTP/1.1', HOST, 'Connection: Host, Content-Length', 'Content-Length: 3']);
    expect(head).toMatchObject({ fields: 'Host: a.example\r\nContent-Length: 3\r\n', contentLength: 3 });
  });

  it('takes path and host from an absolute target', () => {
    const head = parse(['GET http://b.example:81/x?y HTTP/1.1', HOST]);
    expect(head).toMatchObject({ path: '/x?y', host: 'b.example:81', fields: 'Host: b.example:81\r\n' });
  });

  it('joins several X-Forwarded-For fields in order', () => {
    const head = parse(['GET / HTTP/1.1', 'X-Forwarded-For: 1.1.1.1', HOST, 'X-Forwarded-For: 2.2.2.2']);
    expect(head).toMatchObject({ forwardedFor: '1.1.1.1, 2.2.2.2' });
  });

  it('drops names outside [-A-Za-z0-9] only when asked to', () => {
    const lines = ['GET / HTTP/1.1', HOST, 'under_score: 1', 'fine: 2'];
    expect(parse(lines)).toMatchObject({ fields: 'Host: a.example\r\nunder_score: 1\r\nfine: 2\r\n' });
    expect(parse(lines, true)).toMatchObject({ fields: 'Host: a.example\r\nfine: 2\r\n' });
  });

  it.each<[string, readonly string[], boolean]>([
    ['HTTP/1.1', ['GET / HTTP/1.1', HOST], true],
    ['HTTP/1.1 with close', ['GET / HTTP/1.1', HOST, 'Connection: Close'], false],
    ['HTTP/1.0', ['GET / HTTP/1.0', HOST], false],
    ['HTTP/1.0 with keep-alive', ['GET / HTTP/1.0', HOST, 'Connection: keep-alive'], true],
    ['both options', ['GET / HTTP/1.1', HOST, 'Connection: close, keep-alive'], false],
  ])('keeps the connection as the client asks: %s', (_, lines, keepAlive) => {
    expect(parse(lines)).toMatchObject({ keepAlive });
  });

  it('lets only WebSocket switch protocols', () => {
    const upgrade = (protocol: string) =>
      parse(['GET / HTTP/1.1', HOST, 'Connection: Upgrade', `Upgrade: ${protocol}`]);
    expect(upgrade('websocket')).toMatchObject({ webSocket: true, fields: 'Host: a.example\r\n' });
    expect(upgrade('h2c')).toMatchObject({ webSocket: false, fields: 'Host: a.example\r\n' });
  });

  it('never throws, whatever the bytes', () => {
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const text = fc
      .array(fc.oneof(byte, fc.constantFrom('\r\n', 'GET ', ' HTTP/1.1\r\n', ': ', 'Host')))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (bytes) => {
        const head = parseRequestHead(`${bytes}\r\n`, options);
        if (head.kind === 'request') expect(head.fields).not.toMatch(/(^|[^\r])\n|\r(?!\n)|\r\n\r\n/);
      }),
      { numRuns: 2000 },
    );
  });
});
