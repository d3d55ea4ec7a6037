import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A request that is answered with an error; the message is for people. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const unzip = promisify(gunzip);

/**
 * The whole body of a request, decompressed.
 * @param limitBytes most bytes, before and after decompression
 * @throws {HttpProblem} 413 beyond the limit, 415 for another content encoding than gzip, 400 for broken gzip or an aborted request
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HttpProblem(415, `Content-Encoding "${encoding}" is not understood. Send gzip or none.`);
  }
  const tooLarge = new HttpProblem(413, `A request may have ${limitBytes} bytes. Send smaller batches.`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge;
  const raw = await collect(request, limitBytes, tooLarge);
  if (encoding === 'identity') return raw;
  try {
    return await unzip(raw, { maxOutputLength: limitBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge;
    throw new HttpProblem(400, 'The body is no valid gzip.');
  }
}

function collect(request: IncomingMessage, limitBytes: number, tooLarge: HttpProblem): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(tooLarge);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new HttpProblem(400, 'The request was cut off.')));
  });
}
