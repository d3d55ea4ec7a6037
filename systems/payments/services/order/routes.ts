import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { fingerprint, keyReused, readIdempotencyKey } from '../common/idempotency.ts';
import { Problem } from '../common/problem.ts';
import { Amount, Currency, Id, IdempotencyHeaders, Line, Person, refusals, Time } from '../common/schemas.ts';
import type { Driver } from './driver.ts';
import { isFinal, orderStates } from './machine.ts';
import { greatestTotal, type Order, type OrderRequest, totalOf } from './order.ts';
import type { OrderBook } from './order-book.ts';

const ItemSchema = Type.Object(
  {
    sku: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
    name: Line(200, 'As on the receipt'),
    quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
    unitPrice: Amount("In the currency's smallest unit", 0, greatestTotal),
  },
  { additionalProperties: false },
);

const OrderRequestSchema = Type.Object(
  {
    customer: Person,
    items: Type.Array(ItemSchema, { minItems: 1, maxItems: 100 }),
    currency: Currency,
    paymentMethod: Type.String({
      pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
      description: 'A token of the payment provider; `card_ok` and others with the sandbox provider',
    }),
  },
  { additionalProperties: false },
);

const State = Type.Enum([...orderStates]);
const Nullable = Type.Union([Type.String(), Type.Null()]);
const OrderSchema = Type.Object(
  {
    id: Id('The order'),
    state: State,
    final: Type.Boolean(),
    customer: Person,
    items: Type.Array(ItemSchema),
    currency: Currency,
    total: Amount('Sum of quantity × unitPrice'),
    paymentMethod: Type.String(),
    reference: Nullable,
    reason: Nullable,
    acceptedAt: Time,
    updatedAt: Time,
    pending: Type.Optional(
      Type.Object(
        { step: Type.String(), attempts: Type.Integer(), nextAttemptAt: Time, problem: Nullable },
        { description: 'What is to be done next; absent in a final state' },
      ),
    ),
  },
  { description: 'An order' },
);

const HistorySchema = Type.Object(
  {
    order: Id('The order'),
    events: Type.Array(
      Type.Object({
        number: Type.Integer({ minimum: 1 }),
        at: Time,
        from: Type.Union([State, Type.Null()]),
        to: State,
        outcome: Type.String(),
        reason: Nullable,
      }),
    ),
  },
  { description: 'Every change of state, in order' },
);

export interface OrderRoutesOptions {
  readonly book: OrderBook;
  readonly driver: Driver;
  /** How long a charge may be without an outcome. Milliseconds. */
  readonly giveUpAfterMs: number;
  readonly now: () => number;
}

interface ById {
  Params: { readonly id: string };
}

/** The routes under `/order`. */
export function orderRoutes({
  book,
  driver,
  giveUpAfterMs,
  now,
}: OrderRoutesOptions): (app: FastifyInstance) => void {
  async function existing(id: string): Promise<Order> {
    const order = await book.find(id);
    if (order === undefined) throw new Problem('not-found', 'There is no such order.');
    return order;
  }

  return (app) => {
    app.post<{ Body: OrderRequest }>(
      '/order/orders',
      {
        // Before the body is looked at.
        onRequest: (request, _reply, done) => {
          readIdempotencyKey(request);
          done();
        },
        schema: {
          summary: 'Order something',
          description:
            'Answers once the order is safe; it is then driven to a final state whatever happens. Sent again with the same key, it answers with the same order.',
          headers: IdempotencyHeaders,
          body: OrderRequestSchema,
          response: { 202: OrderSchema, 200: OrderSchema, ...refusals(400, 413, 415, 422, 503) },
        },
      },
      async (request, reply) => {
        const key = readIdempotencyKey(request);
        const order = newOrder(request.body, now(), giveUpAfterMs);
        const acceptance = await book.accept(order, key, fingerprint(request.body));
        if (acceptance.kind === 'reused') throw keyReused();
        const replayed = acceptance.kind === 'replayed';
        const stored = replayed ? acceptance.order : order;
        if (!replayed) driver.take(order, acceptance.lease);
        reply.code(replayed ? 200 : 202).header('location', `/order/orders/${stored.id}`);
        if (replayed) reply.header('idempotency-replayed', 'true');
        return show(stored);
      },
    );

    app.get<ById>(
      '/order/orders/:id',
      {
        schema: {
          summary: 'Where an order stands',
          params: Type.Object({ id: Id('The order') }),
          response: { 200: OrderSchema, ...refusals(400, 404, 503) },
        },
      },
      async ({ params: { id } }) => {
        const order = await existing(id);
        const pending = isFinal(order.state) ? undefined : await book.pending(id);
        return { ...show(order), ...(pending && { pending }) };
      },
    );

    app.get<ById>(
      '/order/orders/:id/history',
      {
        schema: {
          summary: 'How an order came to where it stands',
          params: Type.Object({ id: Id('The order') }),
          response: { 200: HistorySchema, ...refusals(400, 404, 503) },
        },
      },
      async ({ params: { id } }) => {
        await existing(id);
        return { order: id, events: await book.history(id) };
      },
    );
  };
}

function newOrder(request: OrderRequest, now: number, giveUpAfterMs: number): Order {
  const total = totalOf(request.items);
  if (total < 1 || total > greatestTotal) {
    const detail = `The total is ${total}; it must be from 1 to ${greatestTotal} of the currency's smallest unit.`;
    throw new Problem('invalid-request', detail, { errors: [{ pointer: '/items', detail }] });
  }
  const { customer, items, currency, paymentMethod } = request;
  const at = new Date(now).toISOString();
  return {
    id: randomUUID(),
    state: 'accepted',
    version: 1,
    customer,
    items,
    currency,
    paymentMethod,
    total,
    acceptedAt: at,
    updatedAt: at,
    giveUpAt: new Date(now + giveUpAfterMs).toISOString(),
    reference: null,
    reason: null,
  };
}

function show(order: Order) {
  const { version: _, giveUpAt: __, ...shown } = order;
  return { ...shown, final: isFinal(order.state) };
}
