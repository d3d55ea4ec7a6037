import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { internalOnly } from '../common/app.ts';
import { readIdempotencyKey } from '../common/idempotency.ts';
import { Problem } from '../common/problem.ts';
import { Amount, Currency, Id, IdempotencyHeaders, Line, Person, refusals, Time } from '../common/schemas.ts';
import type { Files } from '../common/stores.ts';
import type { NotificationLog, NotificationRecord } from './notification-log.ts';
import type { Notify } from './notifier.ts';
import type { NotificationRequest } from './render.ts';

const Kind = Type.Enum(['receipt', 'refusal', 'cancellation']);
const Nullable = Type.Union([Line(300, 'As on the receipt'), Type.Null()]);

const RequestSchema = Type.Object(
  {
    order: Id('The order that it is about'),
    kind: Kind,
    customer: Person,
    items: Type.Array(
      Type.Object(
        {
          sku: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
          name: Line(200, 'As on the receipt'),
          quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
          unitPrice: Amount("In the currency's smallest unit", 0),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
    currency: Currency,
    total: Amount("In the currency's smallest unit"),
    acceptedAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$' }),
    reference: Nullable,
    reason: Nullable,
  },
  { additionalProperties: false },
);

const RecordSchema = Type.Object(
  {
    order: Id('The order that it is about'),
    kind: Kind,
    state: Type.Union([Type.Literal('sending'), Type.Literal('sent')]),
    createdAt: Time,
    sentAt: Type.Union([Time, Type.Null()]),
  },
  { description: 'The record of a notification' },
);

const byOrder = Type.Object({ order: Id('The order that it is about') });

interface ByOrder {
  Params: { readonly order: string };
}

/** The routes under `/notification`. */
export function notificationRoutes(
  notify: Notify,
  log: NotificationLog,
  files: Files,
): (app: FastifyInstance) => void {
  async function existing(order: string): Promise<NotificationRecord> {
    const record = await log.find(order);
    if (record === undefined) throw new Problem('not-found', 'This order has no notification.');
    return record;
  }

  return (app) => {
    app.post<{ Body: NotificationRequest }>(
      '/notification/notifications',
      {
        onRequest: [
          internalOnly,
          (request, _reply, done) => {
            readIdempotencyKey(request);
            done();
          },
        ],
        schema: {
          summary: 'Tell the customer of an order how it ended',
          description: 'Each order has one notification, however often it is asked for.',
          headers: IdempotencyHeaders,
          body: RequestSchema,
          response: { 200: RecordSchema, ...refusals(400, 403, 409, 413, 415, 422, 503) },
        },
      },
      async (request, reply) => {
        const record = await notify(request.body, readIdempotencyKey(request));
        reply.header('location', `/notification/notifications/${record.order}`);
        return show(record);
      },
    );

    app.get<ByOrder>(
      '/notification/notifications/:order',
      {
        schema: {
          summary: 'The record of the notification of an order',
          params: byOrder,
          response: { 200: RecordSchema, ...refusals(400, 404, 503) },
        },
      },
      async ({ params: { order } }) => show(await existing(order)),
    );

    app.get<ByOrder>(
      '/notification/documents/:order',
      {
        schema: {
          summary: 'The document that the customer of an order got',
          params: byOrder,
          response: {
            200: {
              description: 'A receipt, or why there is none',
              content: { 'text/plain': { schema: Type.String() } },
            },
            ...refusals(400, 404, 503),
          },
        },
      },
      async ({ params: { order } }, reply) => {
        const { document } = await existing(order);
        const text = await files.read(document);
        if (text === undefined) throw new Problem('not-found', 'The document is not written yet.');
        return reply.type('text/plain; charset=utf-8').serializer(String).send(text);
      },
    );
  };
}

function show({ order, kind, state, createdAt, sentAt }: NotificationRecord) {
  return { order, kind, state, createdAt, sentAt };
}
