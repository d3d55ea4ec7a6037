import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRefusal, refusalMessage } from '../gateway/authorise.ts';
import type { Principal } from '../gateway/protocol.ts';
import type { StoreService, StoreServiceOptions } from '../gateway/service.ts';
import { createVerifier, type SignatureProblem } from '../gateway/verify-signature.ts';
import { type Answer, xmlAnswer } from './answer.ts';
import { decodeBody } from './body.ts';
import { S3Error, type S3ErrorCode } from './errors.ts';
import { deleteObjects, listObjects } from './listing.ts';
import { abortUpload, completeUpload, createUpload, uploadPart } from './multipart.ts';
import { needsOf, readRequest, type S3Request } from './needs.ts';
import { type ObjectStore, openObjectStore } from './object-store.ts';
import { copyObject, getObject, noSuchBucket, putObject } from './objects.ts';
import { errorXml, toXml } from './xml.ts';

/** A list of a thousand keys of a thousand bytes, and their tags. */
const MAX_XML_BYTES = 4 * 1024 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const SIGNATURE_ERRORS: Readonly<Record<SignatureProblem, readonly [code: S3ErrorCode, message: string]>> = {
  missing: ['AccessDenied', 'Access Denied'],
  incomplete: ['AuthorizationHeaderMalformed', 'The authorization header that you provided is not valid.'],
  'unknown-key': ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  'wrong-token': ['InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  'expired-token': ['ExpiredToken', 'The provided token has expired.'],
  'wrong-scope': [
    'AuthorizationHeaderMalformed',
    'The authorization header is malformed; the region or service is wrong.',
  ],
  skewed: [
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  ],
  'expired-url': ['AccessDenied', 'Request has expired'],
  mismatch: [
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
};

/** S3's API over HTTP, path style: signatures, roles, the operations on objects of the plan's buckets. */
export async function serveBuckets(options: StoreServiceOptions): Promise<StoreService> {
  const { settings, principals, tell, now } = options;
  const stores = new Map<string, ObjectStore>();
  for (const { key, name } of settings.buckets) {
    stores.set(name, await openObjectStore(join(settings.directory, key), name));
  }
  const storeOf = (bucket: string | null): string | null =>
    settings.buckets.find(({ name }) => name === bucket)?.key ?? null;
  const verify = createVerifier({ service: 's3', region: settings.region, principals, now });

  /** @throws S3Error when the request may not be carried out */
  async function admit(message: IncomingMessage, request: S3Request): Promise<Principal> {
    const { method = '', url = '/', headers } = message;
    const verified = await verify({ method, url, headers, body: null });
    if (verified.kind === 'invalid') {
      const [code, text] = SIGNATURE_ERRORS[verified.problem];
      tell({
        kind: 'refused',
        store: storeOf(request.bucket),
        session: null,
        message: `${method} ${url.split('?')[0]} was refused: ${text}`,
      });
      throw new S3Error(code, text);
    }
    const { principal } = verified;
    const refusal = findRefusal(principal, needsOf(request));
    if (refusal === null) return principal;
    const text = refusalMessage(principal, refusal, true);
    tell({ kind: 'refused', store: storeOf(request.bucket), session: principal.arn, message: text });
    throw new S3Error('AccessDenied', text);
  }

  async function answer(message: IncomingMessage): Promise<Answer> {
    const request = readRequest(message.method ?? '', message.url ?? '/', message.headers);
    const principal = await admit(message, request);
    const store = stores.get(request.bucket ?? '');
    if (store === undefined) throw noSuchBucket(request.bucket ?? '');
    const delay = options.delayOf(storeOf(request.bucket) ?? '');
    if (delay > 0) await sleep(delay);
    const { key } = request;
    const body = decodeBody(message, message.headers);
    // Whoever does not read it must not be ended by what is wrong with it.
    body.on('error', () => {});
    if (key === null) return onBucket(store, request, body);
    try {
      return await onObject(stores, store, key, request, body, now());
    } catch (error) {
      // Who may not list must not learn from a 404 which keys there are.
      const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${store.name}` };
      if (error instanceof S3Error && error.code === 'NoSuchKey' && findRefusal(principal, [list]) !== null)
        throw new S3Error('AccessDenied', refusalMessage(principal, list, true));
      throw error;
    }
  }

  return {
    async handle(message, response) {
      const requestId = randomBytes(8).toString('hex').toUpperCase();
      let result: Answer;
      try {
        result = await answer(message);
      } catch (error) {
        if (message.destroyed && !message.complete) return;
        result = errorAnswer(error, requestId);
      }
      await send(message, response, result, requestId);
    },
    async close() {},
  };
}

async function onBucket(store: ObjectStore, { method, query }: S3Request, body: Readable): Promise<Answer> {
  if (method === 'HEAD') return { status: 200 };
  if (method === 'GET' && 'location' in query) return xmlAnswer(toXml('LocationConstraint', {}));
  if (method === 'POST' && 'delete' in query) return deleteObjects(store, await readText(body));
  const others = Object.keys(query).filter((name) => OTHER_LISTS.includes(name));
  if (method === 'GET' && others.length === 0)
    return listObjects(store, { method, query, bucket: store.name, key: null, headers: {} });
  throw notImplemented();
}

const OTHER_LISTS = ['uploads', 'versions', 'acl', 'policy', 'tagging', 'versioning', 'lifecycle'];

async function onObject(
  stores: ReadonlyMap<string, ObjectStore>,
  store: ObjectStore,
  key: string,
  request: S3Request,
  body: Readable,
  now: number,
): Promise<Answer> {
  const { method, query, headers } = request;
  const inParts = 'uploadId' in query;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (inParts) throw notImplemented();
      return getObject(store, key, request);
    case 'PUT':
      if (inParts) return uploadPart(stores, store, key, request, body, now);
      if (headers['x-amz-copy-source'] !== undefined) return copyObject(stores, store, key, request, now);
      return putObject(store, key, request, body, now);
    case 'POST':
      if ('uploads' in query) return createUpload(store, key, request, now);
      if (inParts) return completeUpload(store, key, request, await readText(body), now);
      throw notImplemented();
    case 'DELETE':
      if (inParts) return abortUpload(store, key, request);
      await store.remove(key);
      return { status: 204 };
    default:
      throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
}

const notImplemented = (): S3Error =>
  new S3Error('NotImplemented', 'The local S3 server does not have this operation.');

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    // No encoding was set, so chunks are buffers.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > MAX_XML_BYTES) throw new S3Error('EntityTooLarge', 'Your request is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorAnswer(error: unknown, requestId: string): Answer {
  const known =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  if (known !== error) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return {
    status: known.status,
    headers: { 'content-type': 'application/xml' },
    body: errorXml(known, requestId),
  };
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Answer,
  requestId: string,
): Promise<void> {
  const base = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId, server: 'AmazonS3', ...headers };
  // A body that nobody read: a client that is still sending it hears the answer, and the connection ends.
  if (!message.complete && status >= 400) response.shouldKeepAlive = false;
  if (body instanceof Readable) {
    response.writeHead(status, base);
    await pipeline(body, response);
    return;
  }
  const bytes = Buffer.from(message.method === 'HEAD' ? '' : (body ?? ''));
  const length =
    'content-length' in base || status === 204 || status === 304
      ? {}
      : { 'content-length': String(bytes.length) };
  response.writeHead(status, { ...base, ...length });
  response.end(bytes);
}
