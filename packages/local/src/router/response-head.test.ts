import { describe, expect, it } from 'vitest';
import { parseResponseHead } from './response-head.ts';

function parse(...lines: readonly string[]) {
  return parseResponseHead(`${lines.join('\r\n')}\r\n`);
}

describe('a response head', () => {
  it('keeps end-to-end fields and drops those between target and router', () => {
    const head = parse(
      'HTTP/1.1 201 Made it',
      'Content-Length: 3',
      'Connection: keep-alive',
      'Keep-Alive: timeout=5',
      'Date: Sat, 21 Nov 2026 00:00:00 GMT',
      'X-A: 1',
    );
    expect(head).toEqual({
      status: 201,
      phrase: 'Made it',
      fields: 'Content-Length: 3\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nX-A: 1\r\n',
      contentLength: 3,
      chunked: false,
      keepAlive: true,
      keepAliveMs: 5000,
      hasDate: true,
      webSocket: false,
    });
  });

  it('may come without a phrase', () => {
    expect(parse('HTTP/1.1 200')).toMatchObject({ status: 200, phrase: '' });
    expect(parse('HTTP/1.1 200 ')).toMatchObject({ status: 200, phrase: '' });
  });

  it('has no length and no coding with 204', () => {
    expect(
      parse('HTTP/1.1 204 No Content', 'Content-Length: 0', 'Transfer-Encoding: chunked'),
    ).toBeUndefined();
    expect(parse('HTTP/1.1 204 No Content', 'Content-Length: 0')).toMatchObject({ fields: '' });
  });

  it('says that an HTTP/1.0 target closes unless it says otherwise', () => {
    expect(parse('HTTP/1.0 200 OK')).toMatchObject({ keepAlive: false });
    expect(parse('HTTP/1.0 200 OK', 'Connection: keep-alive')).toMatchObject({ keepAlive: true });
    expect(parse('HTTP/1.1 200 OK', 'Connection: close')).toMatchObject({ keepAlive: false });
  });

  it.each([
    [['HTTP/2 200 OK']],
    [['HTTP/1.1 99 Low']],
    [['HTTP/1.1 2000 OK']],
    [['HTTP/1.1  200 OK']],
    [['SSH-2.0-OpenSSH_9.6']],
    [['HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2']],
    [['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked']],
    [['HTTP/1.1 200 OK', 'Content-Length: one']],
    [['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip']],
    [['HTTP/1.1 200 OK', 'Bad Name: 1']],
    [['HTTP/1.1 200 OK', 'X-A: 1', ' folded']],
    [['HTTP/1.1 200 OK', 'X-A: 1\nX-B: 2']],
    [['HTTP/1.1 200 OK\0']],
  ])('is malformed: %j', (lines) => {
    expect(parse(...lines)).toBeUndefined();
  });
});
