import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { FastifyBaseLogger } from 'fastify';
import { tryAgain } from '../http/problem.ts';
import { createLookupBatch } from './lookup-batch.ts';

/** A session as the table has it. */
export interface StoredSession {
  /** Hash of the cookie's secret. */
  readonly id: string;
  readonly user: string;
  readonly name: string;
  /** Seconds since the epoch from which on it is void, whether or not it is still in the table. */
  readonly expiry: number;
}

/**
 * The table `user-sessions`. Every method rejects with a `Problem` 503 when it cannot be used.
 */
export interface SessionTable {
  /** Reads it as it is now; an expired one is not found. */
  find(id: string): Promise<StoredSession | undefined>;
  put(session: StoredSession): Promise<void>;
  remove(id: string): Promise<void>;
  /** Counts an event and gives how many there have been in this window of time, over all tasks, and when it ends. */
  count(
    key: string,
    windowSeconds: number,
  ): Promise<{ readonly attempts: number; readonly secondsLeft: number }>;
  close(): void;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const maxKeysPerRead = 100;

/** Longest waits of one try. Milliseconds. */
const timeouts = { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true };

/** Longest wait for a call with all its tries. Milliseconds. */
const giveUp = 4000;

/** @param now milliseconds since the epoch */
export function openSessionTable(
  table: string,
  region: string | null,
  logger: Pick<FastifyBaseLogger, 'warn'>,
  now: () => number,
): SessionTable {
  const client = new DynamoDBClient({
    ...(region !== null && { region }),
    maxAttempts: 3,
    requestHandler: new NodeHttpHandler(timeouts),
  });

  const inTime = () => ({ abortSignal: AbortSignal.timeout(giveUp) });

  async function ask<T>(work: () => Promise<T>, meanwhile = 'Nothing was changed.'): Promise<T> {
    try {
      return await work();
    } catch (error) {
      logger.warn(
        { cause: error instanceof Error ? error.message : String(error) },
        'the session table failed',
      );
      throw tryAgain(`The shop cannot reach its sessions at the moment. ${meanwhile} Try again in a moment.`);
    }
  }

  async function load(ids: readonly string[]): Promise<ReadonlyMap<string, StoredSession>> {
    const found = new Map<string, StoredSession>();
    let keys = ids.map((id) => ({ id: { S: id } }));
    for (let pause = 20; keys.length > 0; pause *= 2) {
      const answer = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
        inTime(),
      );
      for (const { id, user, name, expiry } of answer.Responses?.[table] ?? []) {
        if (id?.S && user?.S && name?.S && expiry?.N)
          found.set(id.S, { id: id.S, user: user.S, name: name.S, expiry: Number(expiry.N) });
      }
      const left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      if (left.length > 0 && pause > 500) throw new Error(`${left.length} keys were left unread`);
      keys = left.flatMap(({ id }) => (id?.S ? [{ id: { S: id.S } }] : []));
      if (keys.length > 0) await sleep(pause);
    }
    return found;
  }
  const lookup = createLookupBatch(load, { lanes: 2, maxKeys: maxKeysPerRead });

  return {
    find: (id) =>
      ask(async () => {
        const session = await lookup(id);
        return session !== undefined && isLive(session, now()) ? session : undefined;
      }),
    put: ({ id, user, name, expiry }) =>
      ask(async () => {
        const Item = { id: { S: id }, user: { S: user }, name: { S: name }, expiry: { N: String(expiry) } };
        await client.send(new PutItemCommand({ TableName: table, Item }), inTime());
      }, 'An account that you have just made is kept.'),
    remove: (id) =>
      ask(async () => {
        await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }), inTime());
      }, 'You may still be signed in.'),
    count: (key, windowSeconds) =>
      ask(async () => {
        const seconds = now() / 1000;
        const window = Math.floor(seconds / windowSeconds);
        const end = (window + 1) * windowSeconds;
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            // No session has such an id: theirs are 64 hexadecimal digits.
            Key: { id: { S: `count#${key}#${window}` } },
            UpdateExpression: 'ADD attempts :one SET expiry = :end',
            ExpressionAttributeValues: {
              ':one': { N: '1' },
              ':end': { N: String(end) },
            },
            ReturnValues: 'UPDATED_NEW',
          }),
          inTime(),
        );
        return {
          attempts: Number(Attributes?.['attempts']?.N ?? 1),
          secondsLeft: Math.max(1, Math.ceil(end - seconds)),
        };
      }),
    close: () => client.destroy(),
  };
}

/** Time to Live deletes late, on AWS within days: the service looks itself. `now` in milliseconds. */
export function isLive(session: Pick<StoredSession, 'expiry'>, now: number): boolean {
  return Number.isFinite(session.expiry) && session.expiry * 1000 > now;
}
