import { type Answer, xmlAnswer } from './answer.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './needs.ts';
import type { ObjectRecord, ObjectStore } from './object-store.ts';
import { fromXml, listIn, toXml } from './xml.ts';

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1_000;

interface Page {
  readonly contents: readonly ObjectRecord[];
  readonly prefixes: readonly string[];
  /** Key or prefix after which the next page begins; null on the last. */
  readonly next: string | null;
}

/** ListObjectsV2, and ListObjects for clients that still use it. */
export function listObjects(store: ObjectStore, { query }: S3Request): Answer {
  const prefix = query['prefix'] ?? '';
  const delimiter = query['delimiter'] ?? '';
  const given = query['max-keys'] ?? String(MAX_KEYS);
  if (!/^\d+$/.test(given))
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
      ArgumentValue: given,
    });
  const limit = Math.min(Number(given), MAX_KEYS);
  const isSecond = query['list-type'] === '2';
  const token = query['continuation-token'];
  const after = isSecond
    ? token === undefined
      ? (query['start-after'] ?? '')
      : readToken(token)
    : (query['marker'] ?? '');
  const { contents, prefixes, next } = pageOf(store.list(), { prefix, delimiter, after, limit });
  const isUrl = query['encoding-type'] === 'url';
  const shown = (text: string): string => (isUrl ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
  return xmlAnswer(
    toXml('ListBucketResult', {
      Name: store.name,
      Prefix: shown(prefix),
      ...(isSecond
        ? {
            ...(token === undefined ? {} : { ContinuationToken: token }),
            ...(query['start-after'] === undefined ? {} : { StartAfter: shown(query['start-after']) }),
            ...(next === null ? {} : { NextContinuationToken: writeToken(next) }),
            KeyCount: contents.length + prefixes.length,
          }
        : {
            Marker: shown(after),
            ...(next === null || delimiter === '' ? {} : { NextMarker: shown(next) }),
          }),
      MaxKeys: limit,
      ...(delimiter === '' ? {} : { Delimiter: shown(delimiter) }),
      ...(isUrl ? { EncodingType: 'url' } : {}),
      IsTruncated: next !== null,
      Contents: contents.map(({ key, modifiedAt, etag, size, headers }) => ({
        Key: shown(key),
        LastModified: new Date(modifiedAt).toISOString(),
        ETag: etag,
        Size: size,
        StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
      })),
      CommonPrefixes: prefixes.map((one) => ({ Prefix: shown(one) })),
    }),
  );
}

function pageOf(
  records: readonly ObjectRecord[],
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Page {
  const contents: ObjectRecord[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const record of records) {
    const { key } = record;
    if (!key.startsWith(prefix) || key <= after) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? null : key.slice(0, cut + delimiter.length);
    // What a page before has summed up, or this one already.
    if (common !== null && (common === after || common === prefixes.at(-1))) continue;
    if (contents.length + prefixes.length === limit)
      return { contents, prefixes, next: limit === 0 ? null : last };
    if (common === null) contents.push(record);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { contents, prefixes, next: null };
}

const writeToken = (key: string): string => Buffer.from(key).toString('base64');
const readToken = (token: string): string => Buffer.from(token, 'base64').toString('utf8');

/** DeleteObjects. A key that is not there counts as deleted. */
export async function deleteObjects(store: ObjectStore, body: string): Promise<Answer> {
  const request = fromXml(body, 'Delete');
  const keys = listIn(request, 'Object').map(({ Key }) => String(Key));
  if (keys.length === 0 || keys.length > MAX_KEYS)
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  for (const key of keys) await store.remove(key);
  const Deleted = request['Quiet'] === 'true' ? [] : keys.map((Key) => ({ Key }));
  return xmlAnswer(toXml('DeleteResult', { Deleted }));
}
