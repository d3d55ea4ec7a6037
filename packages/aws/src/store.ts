import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { findBootstrap } from './bootstrap.ts';
import { attempt, isNamed } from './failures.ts';
import { clientOptions, type Session } from './session.ts';
import type { SystemId } from './stacks/read.ts';

/** An object with its version, for writes that must not overwrite another's. */
export interface StoredObject {
  readonly body: Uint8Array;
  readonly etag: string;
}

/** What a write depends on: that nothing is there (`absent`), or that it is still the version read before. */
export type WriteCondition = 'absent' | { readonly etag: string };

/** What Breakwater keeps about a system in an environment: objects in the bootstrap bucket, by name under a prefix of the system's. */
export interface Store {
  readonly bucket: string;
  readonly read: (name: string) => Promise<StoredObject | null>;
  /** Whether it was written: false when the condition did not hold. Returns the new version. */
  readonly write: (name: string, body: string, condition?: WriteCondition) => Promise<string | null>;
  readonly remove: (name: string, etag?: string) => Promise<void>;
  /** Names under a folder, in order. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

/** Opens the store of a system. @throws AwsError `not-bootstrapped` */
export async function openStore(session: Session, { system, env }: SystemId): Promise<Store> {
  const { bucket } = await findBootstrap(session);
  const client = s3(session);
  const prefix = `breakwater/${system}/${env}/`;
  const of = (name: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: prefix + name });
  return {
    bucket,
    read: (name) =>
      attempt(`read ${prefix}${name} in the bucket ${bucket}`, async () => {
        try {
          const { Body, ETag } = await client.send(new GetObjectCommand(of(name)));
          if (Body === undefined) return null;
          return { body: await Body.transformToByteArray(), etag: ETag ?? '' };
        } catch (error) {
          if (isNamed(error, 'NoSuchKey', 'NotFound')) return null;
          throw error;
        }
      }),
    write: (name, body, condition) =>
      attempt(`write ${prefix}${name} to the bucket ${bucket}`, async () => {
        const onlyIf =
          condition === undefined
            ? {}
            : condition === 'absent'
              ? { IfNoneMatch: '*' }
              : { IfMatch: condition.etag };
        try {
          const request = { ...of(name), Body: body, ContentType: 'application/json', ...onlyIf };
          const { ETag } = await client.send(new PutObjectCommand(request));
          return ETag ?? '';
        } catch (error) {
          // 409: another write with a condition was faster. 404: the version to replace is gone.
          if (isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return null;
          if (condition !== 'absent' && condition !== undefined && isNamed(error, 'NoSuchKey')) return null;
          throw error;
        }
      }),
    remove: (name, etag) =>
      attempt(`delete ${prefix}${name} from the bucket ${bucket}`, async () => {
        if (etag !== undefined) {
          const { ETag } = await readVersion(client, of(name));
          if (ETag !== etag) return;
        }
        await client.send(new DeleteObjectCommand(of(name)));
      }),
    list: (folder) =>
      attempt(`list the bucket ${bucket}`, async () => {
        const names: string[] = [];
        for await (const page of paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: prefix + folder },
        )) {
          for (const { Key } of page.Contents ?? []) if (Key) names.push(Key.slice(prefix.length));
        }
        return names.sort();
      }),
  };
}

async function readVersion(
  client: S3Client,
  where: { Bucket: string; Key: string },
): Promise<{ ETag: string | null }> {
  try {
    const { ETag } = await client.send(new GetObjectCommand(where));
    return { ETag: ETag ?? null };
  } catch (error) {
    if (isNamed(error, 'NoSuchKey', 'NotFound')) return { ETag: null };
    throw error;
  }
}

/** An S3 client of the session; with an endpoint of one's own, bucket names stand in the path. */
export function s3(session: Session): S3Client {
  const { AWS_ENDPOINT_URL } = process.env;
  return new S3Client({ ...clientOptions(session), forcePathStyle: AWS_ENDPOINT_URL !== undefined });
}
