import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { internalOnly } from '../common/app.ts';
import { readIdempotencyKey } from '../common/idempotency.ts';
import { Problem } from '../common/problem.ts';
import { Amount, Currency, Id, IdempotencyHeaders, refusals, Time } from '../common/schemas.ts';
import type { Charges } from './charges.ts';
import type { Charge, ChargeRequest, Ledger } from './ledger.ts';

const fields = {
  order: Id('The order that is paid'),
  amount: Amount("In the currency's smallest unit"),
  currency: Currency,
  paymentMethod: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }),
};
const RequestSchema = Type.Object(fields, { additionalProperties: false });
const Nullable = Type.Union([Type.String(), Type.Null()]);
const ChargeSchema = Type.Object(
  {
    ...fields,
    state: Type.Enum(['pending', 'charged', 'declined', 'void']),
    reference: Nullable,
    reason: Nullable,
    createdAt: Time,
    settledAt: Type.Union([Time, Type.Null()]),
  },
  { description: 'The charge of an order' },
);
const PendingSchema = Type.Object(ChargeSchema.properties, {
  description: 'The provider has not answered yet: ask again with the same key',
});

/** The routes under `/payment`. */
export function paymentRoutes(charges: Charges, ledger: Ledger): (app: FastifyInstance) => void {
  const write = (summary: string, description: string) => ({
    onRequest: [
      internalOnly,
      (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
        readIdempotencyKey(request);
        done();
      },
    ],
    schema: {
      summary,
      description,
      headers: IdempotencyHeaders,
      body: RequestSchema,
      response: { 200: ChargeSchema, 202: PendingSchema, ...refusals(400, 403, 409, 413, 415, 422, 503) },
    },
  });
  const answer = (reply: FastifyReply, charge: Charge) => {
    reply.code(charge.state === 'pending' ? 202 : 200).header('location', `/payment/charges/${charge.order}`);
    return show(charge);
  };

  return (app) => {
    app.post<{ Body: ChargeRequest }>(
      '/payment/charges',
      write(
        'Charge an order',
        'An order is charged once, however often and under whichever key it is asked for.',
      ),
      async (request, reply) =>
        answer(reply, await charges.charge(request.body, readIdempotencyKey(request))),
    );

    app.post<{ Body: ChargeRequest }>(
      '/payment/cancellations',
      write('Call a charge off', 'Afterwards the charge is `void` and never made, or was `charged` before.'),
      async (request, reply) =>
        answer(reply, await charges.cancel(request.body, readIdempotencyKey(request))),
    );

    app.get<{ Params: { readonly order: string } }>(
      '/payment/charges/:order',
      {
        schema: {
          summary: 'The charge of an order',
          params: Type.Object({ order: fields.order }),
          response: { 200: ChargeSchema, ...refusals(400, 404, 503) },
        },
      },
      async ({ params: { order } }) => {
        const charge = await ledger.find(order);
        if (charge === undefined) throw new Problem('not-found', 'This order has no charge.');
        return show(charge);
      },
    );
  };
}

function show(charge: Charge) {
  const { order, state, amount, currency, paymentMethod, reference, reason, createdAt, settledAt } = charge;
  return { order, state, amount, currency, paymentMethod, reference, reason, createdAt, settledAt };
}
