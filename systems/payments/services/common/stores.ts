import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { pauseAfter } from './backoff.ts';

/** A request to a store is broken off after this, and tried again. Milliseconds. */
const timeouts = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
const maxAttempts = 4;

/**
 * A client for the task's table. Region, credentials and, outside of AWS, the endpoint come from the environment.
 * A transaction carries a token of its own, so the client's retries do not carry it out twice.
 */
export function openTables(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts, requestHandler: new NodeHttpHandler(timeouts) });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Objects of one bucket that are written once and never changed. */
export interface Files {
  /** Writes the object unless there is one; `false` when there was. */
  putOnce(key: string, body: string, contentType: string): Promise<boolean>;
  /** Undefined when there is no such object. */
  read(key: string): Promise<string | undefined>;
}

/** The task's bucket. */
export function openFiles(bucket: string): Files {
  const client = new S3Client({ maxAttempts, requestHandler: new NodeHttpHandler(timeouts) });
  return {
    async putOnce(key, body, contentType) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: body,
              ContentType: contentType,
              IfNoneMatch: '*',
            }),
          );
          return true;
        } catch (error) {
          const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
          if (status === 412) return false;
          // Two conditional writes met; S3 asks for another attempt.
          if (status !== 409 || attempt === maxAttempts) throw error;
        }
      }
    },
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToString('utf-8');
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** Whether a write was refused by its condition: somebody else was there before. Anything else is a failure. */
export function lostCondition(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException) return true;
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
}

export type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * Carries out all of the writes or none. Where it meets another transaction on the same items, it tries again.
 *
 * @returns false when a condition did not hold: somebody else was there before, and nothing was written
 */
export async function writeTogether(tables: DynamoDBDocumentClient, writes: Writes): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tables.send(new TransactWriteCommand({ TransactItems: [...writes] }));
      return true;
    } catch (error) {
      if (lostCondition(error)) return false;
      if (!metAnother(error) || attempt === 5) throw error;
      await sleep(pauseAfter(attempt, { firstMs: 20, mostMs: 500 }, Math.random));
    }
  }
}

function metAnother(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'TransactionConflict')
  );
}

const comeAgain =
  /Throttl|LimitExceeded|ThroughputExceeded|TransactionConflict|TransactionInProgress|SlowDown/;

/** Whether a store could not be reached or could not answer; what was asked may or may not have been done. */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError' || comeAgain.test(error.name)) return true;
  // The SDK adds this to whatever happens to a request; without a status there was no answer.
  if ('$metadata' in error) {
    const { $metadata: metadata } = error;
    const status =
      typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
        ? Number(metadata.httpStatusCode)
        : 0;
    return !(status >= 200 && status < 500);
  }
  return 'code' in error && /^E[A-Z]+$/.test(String(error.code));
}
