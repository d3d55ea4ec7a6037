import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Clients, cleanUp, startStores, type TestStores } from '../gateway/testing.ts';

let stores: TestStores;
let orders: Clients;
let Bucket: string;

beforeAll(async () => {
  buildProgram();
  stores = await startStores();
  orders = await stores.clients('orders');
  Bucket = stores.store('files').connectionFields()['name'] ?? '';
}, 60_000);
afterAll(cleanUp);

type PutInput = ConstructorParameters<typeof PutObjectCommand>[0];
const put = (Key: string, Body: PutInput['Body'], more: Partial<PutInput> = {}) =>
  orders.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more: { Range?: string } = {}) => {
  const answer = await orders.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await answer.Body?.transformToString()) ?? '';
};
const md5 = (data: string | Buffer) => `"${createHash('md5').update(data).digest('hex')}"`;

describe('objects', () => {
  test('come back with their bytes and headers', async () => {
    const { ETag } = await put('receipts/1.json', '{"a":1}', {
      ContentType: 'application/json',
      CacheControl: 'no-store',
      Metadata: { order: 'o-1' },
    });
    expect(ETag).toBe(md5('{"a":1}'));
    const answer = await orders.s3.send(new GetObjectCommand({ Bucket, Key: 'receipts/1.json' }));
    expect(await answer.Body?.transformToString()).toBe('{"a":1}');
    expect(answer).toMatchObject({
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentLength: 7,
      ETag,
      Metadata: { order: 'o-1' },
    });
    expect(await orders.s3.send(new HeadObjectCommand({ Bucket, Key: 'receipts/1.json' }))).toMatchObject({
      ContentLength: 7,
    });
  });

  test('may have any key, and no key leaves its bucket', async () => {
    const keys = [
      'ä ö/ü+&=?#%.txt',
      '../other/escape',
      'a//b/',
      '日本/語',
      "quote'(1)*!.txt",
      `${'long/'.repeat(100)}x`,
      '<&">.xml',
    ];
    for (const key of keys) await put(key, `at ${key}`);
    for (const key of keys) expect(await get(key)).toBe(`at ${key}`);
    const listed = (await orders.s3.send(new ListObjectsCommand({ Bucket }))).Contents?.map(({ Key }) => Key);
    expect(listed).toEqual(expect.arrayContaining(keys));
    await orders.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    await expect(get(keys[0] ?? '')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('are streamed up with unknown hash and checked by the checksum that follows them', async () => {
    const data = randomBytes(3 * 1024 * 1024 + 17);
    const chunks = Array.from({ length: Math.ceil(data.length / 50_000) }, (_, n) =>
      data.subarray(n * 50_000, (n + 1) * 50_000),
    );
    const { ETag } = await put('stream', Readable.from(chunks), {
      ContentLength: data.length,
      ContentType: 'x/y',
    });
    expect(ETag).toBe(md5(data));
    const { Body, ContentEncoding } = await orders.s3.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(data)).toBe(true);
    expect(ContentEncoding).toBeUndefined();
  });

  test('with a wrong checksum are refused and change nothing', async () => {
    await put('sum', 'before');
    await expect(put('sum', 'after', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(put('sum', 'after', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    expect(await get('sum')).toBe('before');
  });

  test('are written on condition: of many at once exactly one is the first', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => put('first', `from ${n}`, { IfNoneMatch: '*' })),
    );
    const won = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await get('first')).toBe(`from ${won[0]}`);
    const lost = results.find((result) => result.status === 'rejected');
    expect(lost?.reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    await expect(put('first', 'x', { IfMatch: md5('other') })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await put('first', 'y', { IfMatch: md5(`from ${won[0]}`) });
    expect(await get('first')).toBe('y');
  });

  test('are read in part', async () => {
    await put('range', '0123456789');
    expect(await get('range', { Range: 'bytes=2-4' })).toBe('234');
    expect(await get('range', { Range: 'bytes=7-' })).toBe('789');
    expect(await get('range', { Range: 'bytes=-3' })).toBe('789');
    await expect(get('range', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
    await put('empty', '');
    expect(await get('empty')).toBe('');
  });

  test('are copied, and deleted as often as one likes', async () => {
    await put('from me', 'text', { ContentType: 'text/x' });
    await orders.s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from%20me` }));
    expect(await orders.s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
      ContentType: 'text/x',
      ContentLength: 4,
    });
    await orders.s3.send(new DeleteObjectCommand({ Bucket, Key: 'to' }));
    await orders.s3.send(new DeleteObjectCommand({ Bucket, Key: 'to' }));
    await expect(get('to')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });

  test('are reached by a signed URL until it expires, and by no other', async () => {
    await put('signed', 'secret');
    const url = await getSignedUrl(orders.s3, new GetObjectCommand({ Bucket, Key: 'signed' }), {
      expiresIn: 60,
    });
    expect(await (await fetch(url)).text()).toBe('secret');
    expect((await fetch(url.replace('signed', 'sum'))).status).toBe(403);
    const old = await getSignedUrl(orders.s3, new GetObjectCommand({ Bucket, Key: 'signed' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    expect(await (await fetch(old)).text()).toContain(
      '<Code>AccessDenied</Code><Message>Request has expired</Message>',
    );
  });
});

test('a bucket is listed page by page and by folder', async () => {
  const keys = Array.from({ length: 25 }, (_, n) => `list/${n % 5}/${String(n).padStart(2, '0')}`).sort();
  await Promise.all(keys.map((key) => put(key, 'x')));
  const found: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: orders.s3, pageSize: 7 },
    { Bucket, Prefix: 'list/' },
  ))
    found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
  expect(found).toEqual(keys);
  const folders: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: orders.s3, pageSize: 2 },
    { Bucket, Prefix: 'list/', Delimiter: '/' },
  ))
    folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
  expect(folders).toEqual(['list/0/', 'list/1/', 'list/2/', 'list/3/', 'list/4/']);
  await orders.s3.send(new HeadBucketCommand({ Bucket }));
});

describe('uploads in parts', () => {
  const begin = async (Key: string) =>
    (await orders.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'x/parts' })))
      .UploadId ?? '';
  const part = (Key: string, UploadId: string, PartNumber: number, Body: Buffer) =>
    orders.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));

  test('become one object when they are completed', async () => {
    const UploadId = await begin('parts');
    const [first, second] = [randomBytes(5 * 1024 * 1024), randomBytes(100)];
    const done = await Promise.all([part('parts', UploadId, 2, second), part('parts', UploadId, 1, first)]);
    await expect(get('parts')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const Parts = [
      { PartNumber: 1, ETag: done[1].ETag },
      { PartNumber: 2, ETag: done[0].ETag },
    ];
    const { ETag } = await orders.s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts } }),
    );
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const answer = await orders.s3.send(new GetObjectCommand({ Bucket, Key: 'parts' }));
    expect(
      Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(Buffer.concat([first, second])),
    ).toBe(true);
    expect(answer.ContentType).toBe('x/parts');
  });

  test('are given up', async () => {
    const UploadId = await begin('never');
    await part('never', UploadId, 1, randomBytes(10));
    await orders.s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'never', UploadId }));
    await expect(part('never', UploadId, 2, randomBytes(10))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
