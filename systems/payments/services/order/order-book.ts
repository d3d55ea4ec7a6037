import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { lostCondition, type Writes, writeTogether } from '../common/stores.ts';
import { isFinal, nextState, type Outcome, type Step, stepOf } from './machine.ts';
import { type Order, type OrderEvent, shardOf } from './order.ts';

/** The right to work on one order until a time, held by one task. */
export interface Lease {
  readonly orderId: string;
  readonly owner: string;
  /** Attempts at the present step that failed before. */
  readonly attempts: number;
}

/** What waits in the outbox for an order. */
export interface Pending {
  readonly step: Step;
  readonly attempts: number;
  readonly nextAttemptAt: string;
  /** Why the last attempt failed. */
  readonly problem: string | null;
}

export type Acceptance =
  | { readonly kind: 'accepted'; readonly lease: Lease }
  /** The same request came before. */
  | { readonly kind: 'replayed'; readonly order: Order }
  /** The key came before with other content. */
  | { readonly kind: 'reused' };

/** Where orders are kept: state, history, idempotency key and outbox of an order change together or not at all. */
export interface OrderBook {
  /** Takes an order in, with a lease on it for this task. */
  accept(order: Order, key: string, fingerprint: string): Promise<Acceptance>;
  find(id: string): Promise<Order | undefined>;
  history(id: string): Promise<readonly OrderEvent[]>;
  pending(id: string): Promise<Pending | undefined>;
  /** Orders with a message that is due and that nobody works on. */
  due(shard: number, most: number): Promise<readonly string[]>;
  /** Undefined when another task was quicker, or nothing waits any more. */
  claim(id: string): Promise<Lease | undefined>;
  /** Moves an order on; undefined when the lease was lost to another task, and nothing was written. */
  advance(order: Order, lease: Lease, outcome: Outcome, found: Findings): Promise<Order | undefined>;
  /** Gives the lease back after a failed attempt; the order is due again after the pause. */
  postpone(lease: Lease, pauseMs: number, problem: string | null): Promise<void>;
}

/** What an outcome came with. */
export interface Findings {
  readonly reference?: string | null;
  readonly reason?: string | null;
}

export interface OrderBookOptions {
  readonly tables: DynamoDBDocumentClient;
  readonly table: string;
  /** Names this task in its leases. */
  readonly owner: string;
  /** How long a lease holds unless it is renewed: longer than any call. Milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const orderKey = (id: string) => ({ pk: `ORDER#${id}`, sk: 'ORDER' });
const eventKey = (id: string, number: number) => ({
  pk: `ORDER#${id}`,
  sk: `EVENT#${String(number).padStart(6, '0')}`,
});
const outboxKey = (id: string) => ({ pk: `OUTBOX#${shardOf(id)}`, sk: id });
const idempotencyKey = (key: string) => ({ pk: `KEY#${key}`, sk: 'KEY' });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

/**
 * Opens the book in the service's own table. Clocks of tasks may differ by less than a lease: the lease only saves double work.
 * What makes a double change impossible is the version, which every change of an order asks for.
 */
export function openOrderBook({ tables, table, owner, leaseMs, now }: OrderBookOptions): OrderBook {
  const TableName = table;
  // Only this service writes items under these keys, as it reads them.
  const get = async <T>(key: { pk: string; sk: string }): Promise<T | undefined> =>
    (await tables.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item as T | undefined;
  const find = async (id: string): Promise<Order | undefined> => {
    const item = await get<Order & { pk: string; sk: string }>(orderKey(id));
    if (item === undefined) return undefined;
    const { pk: _, sk: __, ...order } = item;
    return order;
  };

  return {
    find,

    async accept(order, key, fingerprint) {
      const at = order.acceptedAt;
      const event: OrderEvent = {
        number: 1,
        at,
        from: null,
        to: order.state,
        outcome: 'accepted',
        reason: null,
      };
      const message = {
        ...outboxKey(order.id),
        step: stepOf(order.state),
        attempts: 0,
        dueAt: now(),
        leaseOwner: owner,
        leaseUntil: now() + leaseMs,
      };
      const written = await writeTogether(tables, [
        {
          Put: {
            TableName,
            Item: { ...idempotencyKey(key), fingerprint, order: order.id, at },
            ...absent,
          },
        },
        { Put: { TableName, Item: { ...orderKey(order.id), ...order }, ...absent } },
        { Put: { TableName, Item: { ...eventKey(order.id, 1), ...event }, ...absent } },
        { Put: { TableName, Item: message, ...absent } },
      ]);
      if (written) return { kind: 'accepted', lease: { orderId: order.id, owner, attempts: 0 } };
      const before = await get<{ fingerprint: string; order: string }>(idempotencyKey(key));
      if (before === undefined) throw new Error('A new order met one with the same id.');
      if (before.fingerprint !== fingerprint) return { kind: 'reused' };
      const first = await find(before.order);
      if (first === undefined) throw new Error(`The order ${before.order} of a known key is gone.`);
      return { kind: 'replayed', order: first };
    },

    async history(id) {
      const { Items = [] } = await tables.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
          ExpressionAttributeValues: { ':pk': orderKey(id).pk, ':event': 'EVENT#' },
          ConsistentRead: true,
        }),
      );
      return Items.map(({ pk: _, sk: __, ...event }) => event as OrderEvent); // As `accept` and `advance` write them.
    },

    async pending(id) {
      const item = await get<{ step: Step; attempts: number; dueAt: number; problem?: string }>(
        outboxKey(id),
      );
      if (item === undefined) return undefined;
      const { step, attempts, dueAt, problem = null } = item;
      return { step, attempts, nextAttemptAt: new Date(dueAt).toISOString(), problem };
    },

    async due(shard, most) {
      const ids: string[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await tables.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            FilterExpression: 'dueAt <= :now AND leaseUntil <= :now',
            ExpressionAttributeValues: { ':pk': `OUTBOX#${shard}`, ':now': now() },
            ProjectionExpression: 'sk',
            ExclusiveStartKey: from,
          }),
        );
        for (const { sk } of page.Items ?? []) ids.push(String(sk));
        from = page.LastEvaluatedKey;
      } while (from !== undefined && ids.length < most);
      return ids.slice(0, most);
    },

    async claim(orderId) {
      try {
        const { Attributes } = await tables.send(
          new UpdateCommand({
            TableName,
            Key: outboxKey(orderId),
            UpdateExpression: 'SET leaseOwner = :me, leaseUntil = :until',
            ConditionExpression: 'attribute_exists(pk) AND dueAt <= :now AND leaseUntil <= :now',
            ExpressionAttributeValues: { ':me': owner, ':until': now() + leaseMs, ':now': now() },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return { orderId, owner, attempts: Number(Attributes?.['attempts'] ?? 0) };
      } catch (error) {
        if (lostCondition(error)) return undefined;
        throw error;
      }
    },

    async advance(order, lease, outcome, { reference = order.reference, reason = order.reason }) {
      const state = nextState(order.state, outcome);
      const at = new Date(now()).toISOString();
      const next: Order = { ...order, state, version: order.version + 1, updatedAt: at, reference, reason };
      const event: OrderEvent = { number: next.version, at, from: order.state, to: state, outcome, reason };
      const mine = { ConditionExpression: 'leaseOwner = :me' };
      const outbox: Writes[number] = isFinal(state)
        ? {
            Delete: {
              TableName,
              Key: outboxKey(order.id),
              ...mine,
              ExpressionAttributeValues: { ':me': lease.owner },
            },
          }
        : {
            Update: {
              TableName,
              Key: outboxKey(order.id),
              UpdateExpression:
                'SET step = :step, attempts = :none, dueAt = :now, leaseUntil = :until REMOVE problem',
              ...mine,
              ExpressionAttributeValues: {
                ':me': lease.owner,
                ':step': stepOf(state),
                ':none': 0,
                ':now': now(),
                ':until': now() + leaseMs,
              },
            },
          };
      const written = await writeTogether(tables, [
        {
          Put: {
            TableName,
            Item: { ...orderKey(order.id), ...next },
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': order.version },
          },
        },
        { Put: { TableName, Item: { ...eventKey(order.id, event.number), ...event }, ...absent } },
        outbox,
      ]);
      return written ? next : undefined;
    },

    async postpone({ orderId, owner: me, attempts }, pauseMs, problem) {
      try {
        await tables.send(
          new UpdateCommand({
            TableName,
            Key: outboxKey(orderId),
            UpdateExpression:
              'SET attempts = :attempts, dueAt = :due, leaseUntil = :free, problem = :problem REMOVE leaseOwner',
            ConditionExpression: 'leaseOwner = :me',
            ExpressionAttributeValues: {
              ':me': me,
              ':attempts': attempts + (problem === null ? 0 : 1),
              ':due': now() + pauseMs,
              ':free': 0,
              ':problem': problem,
            },
          }),
        );
      } catch (error) {
        if (!lostCondition(error)) throw error;
      }
    },
  };
}
