import type { FastifyInstance } from 'fastify';
import { badField, Problem } from '../http/problem.ts';
import { toAmount } from '../money.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Order, OrderStore } from './order-store.ts';

/** `GET /api/orders` and `GET /api/orders/:id`: a buyer's own. */
export function orderRoutes(app: FastifyInstance, sessions: Sessions, orders: OrderStore): void {
  app.get<{ Querystring: { readonly before?: unknown } }>('/api/orders', async (request) => {
    const { user } = await sessions.require(request);
    const { before } = request.query;
    const found = await orders.list(user, before === undefined ? undefined : parseOrderId('before', before));
    return { orders: found.map(orderJson), ...(found.length === 50 && { next: found.at(-1)?.id }) };
  });

  app.get<{ Params: { readonly id: string } }>('/api/orders/:id', async (request) => {
    const { user } = await sessions.require(request);
    return orderJson(await requireOrder(orders, user, request.params.id));
  });
}

/** @throws Problem 404 for an order that is not there or somebody else's, 400 for what is no number */
export async function requireOrder(orders: OrderStore, user: string, id: string): Promise<Order> {
  const order = await orders.find(user, parseOrderId('id', id));
  if (order === undefined) throw new Problem(404, 'You have no such order.');
  return order;
}

/** An order as the API shows it. */
export function orderJson({ id, total, charged, placedAt, items }: Order) {
  return {
    id,
    total: toAmount(total),
    charged: toAmount(charged),
    placedAt,
    items: items.map(({ price, ...item }) => ({ ...item, price: toAmount(price) })),
  };
}

function parseOrderId(field: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[1-9]\d{0,17}$/.test(value))
    throw badField(field, `${field} must be the number of an order.`);
  return value;
}
