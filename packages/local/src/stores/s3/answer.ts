import type { Readable } from 'node:stream';
import type { ObjectRecord } from './object-store.ts';

/** What an operation answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** XML as text, content as a stream; none for HEAD. */
  readonly body?: string | Readable;
}

export const xmlAnswer = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});

/** Headers of an upload that are kept and come back with the object. */
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
] as const;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
export function keptHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { 'content-type': 'application/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') continue;
    if (name.startsWith('x-amz-meta-') || KEPT.some((known) => known === name)) kept[name] = value;
  }
  // The framing of the upload is not part of the object.
  const encoding = (kept['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '');
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  else delete kept['content-encoding'];
  return kept;
}

export function objectHeaders(record: ObjectRecord): Record<string, string> {
  return {
    ...record.headers,
    etag: record.etag,
    'last-modified': new Date(record.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    'content-length': String(record.size),
  };
}
