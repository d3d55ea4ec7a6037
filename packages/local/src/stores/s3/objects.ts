import type { Readable } from 'node:stream';
import { type Answer, keptHeaders, objectHeaders, xmlAnswer } from './answer.ts';
import { noSuchKey, S3Error } from './errors.ts';
import { copySourceOf, type S3Request } from './needs.ts';
import type { ObjectRecord, ObjectStore } from './object-store.ts';
import { toXml } from './xml.ts';

/** Query parameters of GET that set a header of the answer. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** GET and HEAD of an object. */
export function getObject(store: ObjectStore, key: string, request: S3Request): Answer {
  const record = store.find(key);
  if (record === undefined) throw noSuchKey(key);
  const headers: Record<string, string> = objectHeaders(record);
  for (const name of OVERRIDES) {
    const value = request.query[`response-${name}`];
    if (value !== undefined) headers[name] = value;
  }
  if (isUnchanged(record, request))
    return { status: 304, headers: { etag: record.etag, 'last-modified': headers['last-modified'] ?? '' } };
  const range = readRange(request.headers.range, record.size);
  if (range !== null) {
    headers['content-length'] = String(range.end + 1 - range.start);
    headers['content-range'] = `bytes ${range.start}-${range.end}/${record.size}`;
  }
  const status = range === null ? 200 : 206;
  if (request.method === 'HEAD') return { status, headers };
  return { status, headers, body: store.read(record, range ?? undefined) };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function isUnchanged(record: ObjectRecord, { headers }: S3Request): boolean {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  // HTTP dates have whole seconds.
  const modified = Math.floor(record.modifiedAt / 1_000) * 1_000;
  if (match !== undefined) {
    if (!matches(match, record)) throw failed('If-Match');
  } else if (modified > unmodifiedSince) throw failed('If-Unmodified-Since');
  return noneMatch === undefined ? modified <= modifiedSince : matches(noneMatch, record);
}

function matches(condition: string, { etag }: ObjectRecord): boolean {
  return condition
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === etag || `"${one}"` === etag);
}

/** One range, as S3 serves them; null for the whole object. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  if (start >= size || (from === '' && Number(to) === 0)) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: header ?? '',
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
}

/** PUT of an object, also on condition: `If-None-Match: *`, `If-Match: <etag>`. */
export async function putObject(
  store: ObjectStore,
  key: string,
  request: S3Request,
  body: Readable,
  now: number,
): Promise<Answer> {
  const staged = await store.stage(body);
  const etag = `"${staged.md5}"`;
  try {
    await store.commit(
      { key, etag, modifiedAt: now, headers: keptHeaders(request.headers) },
      staged,
      conditionOf(key, request),
    );
  } catch (error) {
    await store.discard(staged);
    throw error;
  }
  return { status: 200, headers: { etag, ...checksumsOf(request) } };
}

/** S3 says the checksums back that it was given. */
function checksumsOf({ headers }: S3Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^x-amz-checksum-(crc32|sha1|sha256)$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function conditionOf(key: string, { headers }: S3Request): (before: ObjectRecord | undefined) => void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  return (before) => {
    if (noneMatch !== undefined) {
      if (noneMatch !== '*')
        throw new S3Error(
          'NotImplemented',
          'A header you provided implies functionality that is not implemented',
          { Header: 'If-None-Match' },
        );
      if (before !== undefined) throw failed('If-None-Match');
    }
    if (match === undefined) return;
    if (before === undefined) throw noSuchKey(key);
    if (!matches(match, before)) throw failed('If-Match');
  };
}

/** PUT with `x-amz-copy-source`. */
export async function copyObject(
  stores: ReadonlyMap<string, ObjectStore>,
  store: ObjectStore,
  key: string,
  request: S3Request,
  now: number,
): Promise<Answer> {
  const { from, record } = findSource(stores, request);
  const replace = request.headers['x-amz-metadata-directive'] === 'REPLACE';
  if (from === store && record.key === key && !replace) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const staged = await store.stage(from.read(record));
  const { etag, modifiedAt } = await store.commit(
    {
      key,
      etag: `"${staged.md5}"`,
      modifiedAt: now,
      headers: replace ? keptHeaders(request.headers) : record.headers,
    },
    staged,
  );
  return xmlAnswer(
    toXml('CopyObjectResult', { LastModified: new Date(modifiedAt).toISOString(), ETag: etag }),
  );
}

/** The object that a copy comes from. @throws S3Error */
export function findSource(
  stores: ReadonlyMap<string, ObjectStore>,
  request: S3Request,
): { readonly from: ObjectStore; readonly record: ObjectRecord } {
  const source = copySourceOf(request);
  const from = stores.get(source?.bucket ?? '');
  if (source === null || from === undefined) throw noSuchBucket(source?.bucket ?? '');
  const record = from.find(source.key);
  if (record === undefined) throw noSuchKey(source.key);
  return { from, record };
}

export const noSuchBucket = (name: string): S3Error =>
  new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
