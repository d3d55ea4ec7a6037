import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough, pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.ts';

const MAX_LINE = 16 * 1024;

/**
 * The body of an upload as it is to be stored: `aws-chunked` framing taken off, and checked, as it streams by, against the
 * checksums that the client sent. A body that does not fit fails the stream with an {@link S3Error}.
 *
 * Checked are SHA-256 of `x-amz-content-sha256`, `Content-MD5`, and the checksums CRC32, SHA1 and SHA256; CRC32C and CRC64NVME
 * are not. The signatures of single chunks are not checked either: the request's is.
 */
export function decodeBody(request: Readable, headers: IncomingHttpHeaders): Readable {
  const trailers: Record<string, string> = {};
  const content = text(headers['x-amz-content-sha256']);
  const isChunked =
    content.startsWith('STREAMING-') || text(headers['content-encoding']).includes('aws-chunked');
  const length = text(isChunked ? headers['x-amz-decoded-content-length'] : headers['content-length']);
  const out = new PassThrough();
  const checked = checkContent(headers, trailers, content, length === '' ? null : Number(length));
  const done = (): void => {};
  if (isChunked) pipeline(request, unchunk(trailers), checked, out, done);
  else pipeline(request, checked, out, done);
  return out;
}

const text = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '');

interface Check {
  readonly update: (chunk: Buffer) => void;
  readonly verify: () => void;
}

function checkContent(
  headers: IncomingHttpHeaders,
  trailers: Readonly<Record<string, string>>,
  content: string,
  length: number | null,
): Transform {
  const checks: Check[] = [];
  const hashed = (
    algorithm: string,
    encoding: 'hex' | 'base64',
    expected: () => string,
    error: () => S3Error,
  ): void => {
    const hash = createHash(algorithm);
    checks.push({
      update: (chunk) => void hash.update(chunk),
      verify: () => {
        if (expected() !== '' && hash.digest(encoding) !== expected()) throw error();
      },
    });
  };
  if (/^[0-9a-f]{64}$/i.test(content)) {
    hashed(
      'sha256',
      'hex',
      () => content.toLowerCase(),
      () =>
        new S3Error(
          'XAmzContentSHA256Mismatch',
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
    );
  }
  const announced = text(headers['x-amz-trailer'])
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const wrong = (name: string) => (): S3Error =>
    new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  if (text(headers['content-md5']) !== '')
    hashed('md5', 'base64', () => text(headers['content-md5']), wrong('Content-MD5'));
  for (const [name, algorithm] of [
    ['sha256', 'sha256'],
    ['sha1', 'sha1'],
    ['crc32', 'crc32'],
  ] as const) {
    const header = `x-amz-checksum-${name}`;
    if (text(headers[header]) === '' && !announced.includes(header)) continue;
    const expected = (): string => text(headers[header]) || (trailers[header] ?? '');
    if (algorithm !== 'crc32') {
      hashed(algorithm, 'base64', expected, wrong(name.toUpperCase()));
      continue;
    }
    let value = 0;
    checks.push({
      update: (chunk) => {
        value = crc32(chunk, value);
      },
      verify: () => {
        const sum = Buffer.alloc(4);
        sum.writeUInt32BE(value);
        if (expected() !== '' && sum.toString('base64') !== expected()) throw wrong('CRC32')();
      },
    });
  }
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      seen += chunk.length;
      for (const check of checks) check.update(chunk);
      callback(null, chunk);
    },
    flush(callback) {
      try {
        if (length !== null && seen !== length)
          throw new S3Error(
            'IncompleteBody',
            'You did not provide the number of bytes specified by the Content-Length HTTP header',
          );
        for (const check of checks) check.verify();
        callback();
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

/**
 * Takes off `aws-chunked`: `<hex length>[;chunk-signature=…]`, the bytes, …, a chunk of length 0, and trailing headers.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function unchunk(trailers: Record<string, string>): Transform {
  let state: 'size' | 'data' | 'end-of-data' | 'trailer' = 'size';
  let left = 0;
  let line = '';
  const bad = (): S3Error => new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
  const readLine = (complete: string): void => {
    switch (state) {
      case 'size': {
        const [size = ''] = complete.split(';');
        if (!/^[0-9a-f]+$/i.test(size)) throw bad();
        left = Number.parseInt(size, 16);
        state = left === 0 ? 'trailer' : 'data';
        return;
      }
      case 'end-of-data':
        if (complete !== '') throw bad();
        state = 'size';
        return;
      default: {
        const at = complete.indexOf(':');
        if (at > 0) trailers[complete.slice(0, at).trim().toLowerCase()] = complete.slice(at + 1).trim();
      }
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, callback: TransformCallback) {
      try {
        let at = 0;
        while (at < chunk.length) {
          if (state === 'data') {
            const part = chunk.subarray(at, at + left);
            this.push(part);
            at += part.length;
            left -= part.length;
            if (left === 0) state = 'end-of-data';
            continue;
          }
          const end = chunk.indexOf(0x0a, at);
          line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
          if (line.length > MAX_LINE) throw bad();
          at = end < 0 ? chunk.length : end + 1;
          if (end < 0) continue;
          const complete = line.replace(/\r$/, '');
          line = '';
          readLine(complete);
        }
        callback();
      } catch (error) {
        callback(error instanceof Error ? error : bad());
      }
    },
    flush(callback) {
      callback(state === 'trailer' ? null : bad());
    },
  });
}
