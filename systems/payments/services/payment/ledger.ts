import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Writes, writeTogether } from '../common/stores.ts';
import type { ProviderOutcome } from './provider.ts';

/** `pending` until the provider's last word is known; the others are final. */
export type ChargeState = 'pending' | 'charged' | 'declined' | 'void';

export interface ChargeRequest {
  readonly order: string;
  /** In the currency's smallest unit. */
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** The one charge of an order. Times in ISO 8601, UTC. */
export interface Charge extends ChargeRequest {
  readonly state: ChargeState;
  readonly fingerprint: string;
  /** The provider's. */
  readonly reference: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

/** One side of a movement of money: the entries of a charge add up to nothing. */
export interface Entry {
  readonly account: string;
  readonly order: string;
  /** In the currency's smallest unit; negative where the money comes from. */
  readonly amount: number;
  readonly currency: string;
  readonly reference: string;
  readonly at: string;
}

export type Opening =
  /** New, or on record from before. */
  | { readonly kind: 'open'; readonly charge: Charge; readonly isNew: boolean }
  /** The key came before with other content. */
  | { readonly kind: 'reused' }
  /** The order has a charge of other content, or under another key. */
  | { readonly kind: 'taken' };

/** The payments' books: at most one charge per order, for the order is its key. */
export interface Ledger {
  /** Puts a charge on record before the provider is asked, so that it can never be made unknown to us. */
  open(request: ChargeRequest, key: string, fingerprint: string): Promise<Opening>;
  find(order: string): Promise<Charge | undefined>;
  entries(order: string): Promise<readonly Entry[]>;
  /**
   * Writes the provider's last word down, once; gives what is on record.
   *
   * @param known the charge as it was read before; saves a read, and is checked
   */
  settle(order: string, outcome: ProviderOutcome, known?: Charge): Promise<Charge>;
}

const chargeKey = (order: string) => ({ pk: `ORDER#${order}`, sk: 'CHARGE' });
const idempotencyKey = (key: string) => ({ pk: `KEY#${key}`, sk: 'KEY' });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

const settledStates = { charged: 'charged', declined: 'declined', cancelled: 'void' } as const;

/** Opens the books in the service's own table. @param now milliseconds since the epoch */
export function openLedger(tables: DynamoDBDocumentClient, table: string, now: () => number): Ledger {
  const TableName = table;
  // Only this service writes items under these keys, as it reads them.
  const get = async <T>(key: { pk: string; sk: string }): Promise<T | undefined> =>
    (await tables.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item as T | undefined;
  const find = (order: string) => get<Charge>(chargeKey(order));

  return {
    find,

    async open(request, key, fingerprint) {
      const createdAt = new Date(now()).toISOString();
      const { order, amount, currency, paymentMethod } = request;
      const charge: Charge = {
        order,
        amount,
        currency,
        paymentMethod,
        state: 'pending',
        fingerprint,
        reference: null,
        reason: null,
        createdAt,
        settledAt: null,
      };
      const keyItem = { ...idempotencyKey(key), fingerprint, order, at: createdAt };
      const isNew = await writeTogether(tables, [
        { Put: { TableName, Item: keyItem, ...absent } },
        { Put: { TableName, Item: { ...chargeKey(order), ...charge }, ...absent } },
      ]);
      if (isNew) return { kind: 'open', charge, isNew };
      const [before, known] = await Promise.all([
        get<{ fingerprint: string }>(idempotencyKey(key)),
        find(order),
      ]);
      if (before !== undefined && before.fingerprint !== fingerprint) return { kind: 'reused' };
      // The cancellation of a charge has a key of its own, but the same content.
      if (known === undefined || known.fingerprint !== fingerprint) return { kind: 'taken' };
      if (before === undefined) {
        const claimed = await writeTogether(tables, [{ Put: { TableName, Item: keyItem, ...absent } }]);
        if (
          !claimed &&
          (await get<{ fingerprint: string }>(idempotencyKey(key)))?.fingerprint !== fingerprint
        )
          return { kind: 'reused' };
      }
      return { kind: 'open', charge: known, isNew };
    },

    async entries(order) {
      const { Items = [] } = await tables.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
          ExpressionAttributeValues: { ':pk': chargeKey(order).pk, ':entry': 'ENTRY#' },
          ConsistentRead: true,
        }),
      );
      return Items as Entry[]; // As `settle` writes them.
    },

    async settle(order, outcome, before) {
      const charge = before ?? (await find(order));
      if (charge === undefined) throw new Error(`There is no charge of order ${order} to settle.`);
      const state = settledStates[outcome.kind];
      if (charge.state !== 'pending') return charge;
      const at = new Date(now()).toISOString();
      const settled: Charge = {
        ...charge,
        state,
        reference: outcome.kind === 'charged' ? outcome.reference : null,
        reason: outcome.kind === 'declined' ? outcome.reason : null,
        settledAt: at,
      };
      const writes: Writes = [
        {
          Put: {
            TableName,
            Item: { ...chargeKey(order), ...settled },
            ConditionExpression: '#state = :pending',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':pending': 'pending' },
          },
        },
      ];
      if (outcome.kind === 'charged') {
        const { amount, currency } = charge;
        const common = { order, currency, reference: outcome.reference, at };
        const sides: readonly Entry[] = [
          { account: 'customer', amount: -amount, ...common },
          { account: 'merchant', amount, ...common },
        ];
        for (const entry of sides) {
          const Item = {
            pk: chargeKey(order).pk,
            sk: `ENTRY#${outcome.reference}#${entry.account}`,
            ...entry,
          };
          writes.push({ Put: { TableName, Item, ...absent } });
        }
      }
      if (await writeTogether(tables, writes)) return settled;
      const known = await find(order);
      if (known === undefined) throw new Error(`The charge of order ${order} is gone.`);
      return known;
    },
  };
}
