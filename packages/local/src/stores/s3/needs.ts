import type { IncomingHttpHeaders } from 'node:http';
import type { Need } from '../gateway/authorise.ts';
import { splitUrl } from '../gateway/verify-signature.ts';
import { S3Error } from './errors.ts';

/** What a request asks of S3. */
export interface S3Request {
  readonly method: string;
  /** Null for the service itself: the list of buckets. */
  readonly bucket: string | null;
  /** Null for the bucket itself. */
  readonly key: string | null;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** Reads a path-style request. @throws S3Error for a key that S3 would not take */
export function readRequest(method: string, url: string, headers: IncomingHttpHeaders): S3Request {
  const { path, query } = splitUrl(url);
  const [, rawBucket = '', rawKey = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  const key = decode(rawKey);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new S3Error('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: String(MAX_KEY_BYTES) });
  return {
    method,
    bucket: rawBucket === '' ? null : decode(rawBucket),
    key: key === '' ? null : key,
    query: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value]),
    ),
    headers,
  };
}

/** Where a copy comes from; null for a request that copies nothing. @throws S3Error */
export function copySourceOf({
  headers,
}: Pick<S3Request, 'headers'>): { bucket: string; key: string } | null {
  const source = headers['x-amz-copy-source'];
  if (typeof source !== 'string') return null;
  const [path = ''] = source.split('?');
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (key === '')
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument', "Couldn't parse the specified URI.");
  }
}

/** Parts of a bucket or object that are asked for by name in the query, and their actions' names. */
const SUBRESOURCES: Readonly<Record<string, string>> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'Acl',
  analytics: 'AnalyticsConfiguration',
  cors: 'BucketCORS',
  encryption: 'EncryptionConfiguration',
  lifecycle: 'LifecycleConfiguration',
  logging: 'BucketLogging',
  notification: 'BucketNotification',
  policy: 'BucketPolicy',
  replication: 'ReplicationConfiguration',
  tagging: 'Tagging',
  versioning: 'BucketVersioning',
  versions: 'BucketVersions',
  website: 'BucketWebsite',
};

/**
 * What IAM asks of the caller.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function needsOf(request: S3Request): readonly Need[] {
  const { method, bucket, key, query } = request;
  if (bucket === null) return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const arn = `arn:aws:s3:::${bucket}`;
  const verb = { GET: 'Get', HEAD: 'Get', PUT: 'Put', POST: 'Put', DELETE: 'Delete' }[method] ?? 'Do';
  const subresource = Object.keys(SUBRESOURCES).find((name) => name in query);
  if (subresource !== undefined) {
    const name = SUBRESOURCES[subresource] ?? '';
    const kind = key === null ? (name.startsWith('Bucket') ? name : `Bucket${name}`) : `Object${name}`;
    return [{ action: `s3:${verb}${kind}`, resource: key === null ? arn : `${arn}/${key}` }];
  }
  if (key === null) return [bucketNeed(method, query, arn)];
  const resource = `${arn}/${key}`;
  if ('versionId' in query) return [{ action: `s3:${verb}ObjectVersion`, resource }];
  if (method === 'DELETE')
    return [{ action: 'uploadId' in query ? 's3:AbortMultipartUpload' : 's3:DeleteObject', resource }];
  if (method === 'GET' || method === 'HEAD')
    return [{ action: 'uploadId' in query ? 's3:ListMultipartUploadParts' : 's3:GetObject', resource }];
  const source = copySourceOf(request);
  const put: Need = { action: 's3:PutObject', resource };
  if (source === null) return [put];
  return [put, { action: 's3:GetObject', resource: `arn:aws:s3:::${source.bucket}/${source.key}` }];
}

function bucketNeed(method: string, query: S3Request['query'], resource: string): Need {
  if (method === 'GET' || method === 'HEAD') {
    if ('location' in query) return { action: 's3:GetBucketLocation', resource };
    return { action: 'uploads' in query ? 's3:ListBucketMultipartUploads' : 's3:ListBucket', resource };
  }
  // Keys are in the body; a role that may delete in a bucket may delete all of it.
  if (method === 'POST' && 'delete' in query) return { action: 's3:DeleteObject', resource: `${resource}/*` };
  if (method === 'PUT') return { action: 's3:CreateBucket', resource };
  if (method === 'DELETE') return { action: 's3:DeleteBucket', resource };
  return { action: 's3:PutObject', resource: `${resource}/` };
}
