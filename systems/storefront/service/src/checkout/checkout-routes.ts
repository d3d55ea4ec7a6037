import type { FastifyInstance } from 'fastify';
import { objectBody } from '../http/bodies.ts';
import { Problem } from '../http/problem.ts';
import type { TokenBuckets } from '../http/rate-limit.ts';
import { showMoney, toAmount } from '../money.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type CheckoutRequest, parseCheckout } from './checkout-input.ts';
import type { CheckoutOutcome, Shortage } from './checkout-store.ts';

/** Places an order, or throws why not. */
export type Checkout = (request: CheckoutRequest) => Promise<PlacedOrder>;

/** An order, and whether it was there before. */
export type PlacedOrder = Extract<CheckoutOutcome, { kind: 'placed' | 'repeated' }>;

/** Places orders through the queue, as often as a buyer may. */
export function createCheckout(
  place: (request: CheckoutRequest) => Promise<CheckoutOutcome>,
  bucket: TokenBuckets,
): Checkout {
  return async (request) => {
    const wait = bucket(request.user);
    if (wait !== undefined)
      throw new Problem(429, `You send checkouts too fast: wait ${wait} s. Nothing was bought by this one.`, {
        kind: 'too-many-requests',
        retryAfter: wait,
      });
    const outcome = await place(request);
    if (outcome.kind === 'placed' || outcome.kind === 'repeated') return outcome;
    throw refusal(outcome);
  };
}

/** `POST /api/checkout` */
export function checkoutRoutes(app: FastifyInstance, sessions: Sessions, checkout: Checkout): void {
  app.post('/api/checkout', async (request, reply) => {
    const { user } = await sessions.requireForChange(request, request.headers['x-csrf-token']);
    const wanted = parseCheckout(user, request.headers['idempotency-key'], objectBody(request.body));
    const { kind, order, total } = await checkout(wanted);
    reply.code(kind === 'placed' ? 201 : 200).header('location', `/api/orders/${order}`);
    return { order, total: toAmount(total), charged: toAmount(total), repeated: kind === 'repeated' };
  });
}

/** Why an order was not placed, in words. */
export function refusal(outcome: Exclude<CheckoutOutcome, PlacedOrder>): Problem {
  switch (outcome.kind) {
    case 'sold-out':
      return new Problem(409, `${outcome.short.map(sayShort).join(' ')} Nothing was bought or charged.`, {
        kind: 'sold-out',
        members: { short: outcome.short },
      });
    case 'price-changed':
      return new Problem(
        409,
        `The total is now ${showMoney(outcome.total)}. Nothing was bought or charged: look again and order with the new total.`,
        { kind: 'price-changed', members: { total: toAmount(outcome.total) } },
      );
    case 'unknown-product':
      return new Problem(
        422,
        `There is no product ${outcome.products.join(', ')}. Nothing was bought or charged.`,
        {
          kind: 'unknown-product',
          members: { products: outcome.products },
        },
      );
    case 'key-reused':
      return new Problem(
        422,
        'This idempotency key was used for an order with other content. Nothing was bought or charged by this one: take a new key.',
        { kind: 'key-reused' },
      );
  }
}

function sayShort({ name, available, wanted }: Shortage): string {
  return available === 0
    ? `${name} is sold out.`
    : `Only ${available} of ${name} left, you asked for ${wanted}.`;
}
