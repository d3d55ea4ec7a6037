import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Snapshot } from '@breakwater/protocol';
import type { DrivenEngine } from '@breakwater/testkit';
import pg from 'pg';
import { csrfToken, newToken, tokenHash } from '../service/src/sessions/tokens.ts';

/** Somebody who is signed in. */
export interface Buyer {
  readonly user: string;
  /** The value of the `Cookie` header. */
  readonly cookie: string;
  readonly csrf: string;
}

/** The stores of the running system, reached with the keys of one of its tasks. */
export interface Stores {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Makes accounts and signs them in, without the price of hashing a password for each. */
  createBuyers(count: number): Promise<readonly Buyer[]>;
  /** Puts a session into the table; `expiry` in seconds since the epoch. */
  plantSession(user: string, token: string, expiry: number): Promise<void>;
  /** Whether the session's item is in the table. */
  hasSession(token: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Tasks that run. */
export function running(snapshot: Snapshot) {
  return snapshot.tasks.filter(({ state, health }) => state === 'RUNNING' && health === 'healthy');
}

/** Speaks to the stores as the first task does: Linux shows the environment of one's own processes. */
export async function openStores(engine: DrivenEngine): Promise<Stores> {
  const [task] = running(await engine.snapshot());
  const env = Object.fromEntries(
    readFileSync(`/proc/${task?.pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const table = env['SESSIONS_TABLE'] ?? '';
  const answer = await fetch(env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
    headers: { authorization: env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' },
  });
  // The format of the container credentials provider.
  const keys = (await answer.json()) as { AccessKeyId: string; SecretAccessKey: string; Token: string };
  const dynamodb = new DynamoDBClient({
    region: env['AWS_REGION'] ?? '',
    endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    credentials: {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.Token,
    },
  });
  const pool = new pg.Pool({ connectionString: env['DB_URL'], max: 2 });
  pool.on('error', () => {});

  const query = async <Row>(sql: string, values: readonly unknown[] = []) =>
    // The caller names the columns that it asks for.
    (await pool.query(sql, [...values])).rows as Row[];

  async function putSessions(sessions: readonly { token: string; user: string; expiry: number }[]) {
    for (let at = 0; at < sessions.length; at += 25) {
      const puts = sessions.slice(at, at + 25).map(({ token, user, expiry }) => ({
        PutRequest: {
          Item: {
            id: { S: tokenHash(token) },
            user: { S: user },
            name: { S: 'Buyer' },
            expiry: { N: String(expiry) },
          },
        },
      }));
      const { UnprocessedItems } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: puts } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('A session was not written.');
    }
  }

  return {
    query,
    async createBuyers(count) {
      const users = await query<{ id: string }>(
        `INSERT INTO users (email, name, password) SELECT 'buyer-' || n || '-${randomUUID()}@example.com', 'Buyer', 'none'
         FROM generate_series(1, $1) n RETURNING id`,
        [count],
      );
      const expiry = Math.floor(Date.now() / 1000) + 3600;
      const sessions = users.map(({ id }) => ({ token: newToken(), user: id, expiry }));
      await putSessions(sessions);
      return sessions.map(({ token, user }) => ({
        user,
        cookie: `session=${token}`,
        csrf: csrfToken(token),
      }));
    },
    plantSession: (user, token, expiry) => putSessions([{ token, user, expiry }]),
    async hasSession(token) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: table, Key: { id: { S: tokenHash(token) } }, ConsistentRead: true }),
      );
      return Item !== undefined;
    },
    async close() {
      dynamodb.destroy();
      await pool.end();
    },
  };
}
