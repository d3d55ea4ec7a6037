import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Answer, keptHeaders, xmlAnswer } from './answer.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './needs.ts';
import type { ObjectStore, StagedContent, Upload } from './object-store.ts';
import { conditionOf, findSource } from './objects.ts';
import { fromXml, listIn, toXml } from './xml.ts';

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

export async function createUpload(
  store: ObjectStore,
  key: string,
  request: S3Request,
  now: number,
): Promise<Answer> {
  const upload: Upload = {
    id: randomBytes(24).toString('hex'),
    key,
    startedAt: now,
    headers: keptHeaders(request.headers),
    parts: {},
  };
  await store.putUpload(upload);
  return xmlAnswer(
    toXml('InitiateMultipartUploadResult', { Bucket: store.name, Key: key, UploadId: upload.id }),
  );
}

/** @throws S3Error NoSuchUpload */
function findUpload(store: ObjectStore, key: string, { query }: S3Request): Upload {
  const upload = store.uploads.get(query['uploadId'] ?? '');
  if (upload?.key === key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: query['uploadId'] ?? '' },
  );
}

/** A part from the request's body, or from another object. */
export async function uploadPart(
  stores: ReadonlyMap<string, ObjectStore>,
  store: ObjectStore,
  key: string,
  request: S3Request,
  body: Readable,
  now: number,
): Promise<Answer> {
  findUpload(store, key, request);
  const number = Number(request.query['partNumber']);
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    );
  const isCopy = request.headers['x-amz-copy-source'] !== undefined;
  const staged = await store.stage(isCopy ? sourceContent(stores, request) : body);
  // It may have been completed or aborted while the part came in.
  let upload: Upload;
  try {
    upload = findUpload(store, key, request);
  } catch (error) {
    await store.discard(staged);
    throw error;
  }
  await store.putUpload({ ...upload, parts: { ...upload.parts, [number]: { ...staged, modifiedAt: now } } });
  const etag = `"${staged.md5}"`;
  if (!isCopy) return { status: 200, headers: { etag } };
  return xmlAnswer(toXml('CopyPartResult', { LastModified: new Date(now).toISOString(), ETag: etag }));
}

function sourceContent(stores: ReadonlyMap<string, ObjectStore>, request: S3Request): Readable {
  const { from, record } = findSource(stores, request);
  const range = request.headers['x-amz-copy-source-range'];
  if (typeof range !== 'string') return from.read(record);
  const [, start = '', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (end === '' || Number(end) >= record.size || Number(start) > Number(end))
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last within the source',
    );
  return from.read(record, { start: Number(start), end: Number(end) });
}

export async function completeUpload(
  store: ObjectStore,
  key: string,
  request: S3Request,
  body: string,
  now: number,
): Promise<Answer> {
  const upload = findUpload(store, key, request);
  const parts: StagedContent[] = [];
  let last = 0;
  for (const { PartNumber, ETag } of listIn(fromXml(body, 'CompleteMultipartUpload'), 'Part')) {
    const number = Number(PartNumber);
    if (number <= last)
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      );
    last = number;
    const part = upload.parts[String(number)];
    if (part === undefined || String(ETag).replaceAll(/"|&quot;/g, '') !== part.md5)
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    parts.push(part);
  }
  if (parts.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  const staged = await store.join(parts);
  const digests = createHash('md5').update(Buffer.from(parts.map(({ md5 }) => md5).join(''), 'hex'));
  const etag = `"${digests.digest('hex')}-${parts.length}"`;
  try {
    await store.commit(
      { key, etag, modifiedAt: now, headers: upload.headers },
      staged,
      conditionOf(key, request),
    );
  } catch (error) {
    await store.discard(staged);
    throw error;
  }
  await store.removeUpload(upload.id);
  return xmlAnswer(
    toXml('CompleteMultipartUploadResult', {
      Location: `http://${request.headers.host}/${store.name}/${encodeURI(key)}`,
      Bucket: store.name,
      Key: key,
      ETag: etag,
    }),
  );
}

export async function abortUpload(store: ObjectStore, key: string, request: S3Request): Promise<Answer> {
  await store.removeUpload(findUpload(store, key, request).id);
  return { status: 204 };
}
