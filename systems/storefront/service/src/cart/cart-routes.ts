import type { FastifyInstance } from 'fastify';
import { objectBody } from '../http/bodies.ts';
import { Problem } from '../http/problem.ts';
import { checkInteger } from '../http/text.ts';
import { toAmount } from '../money.ts';
import { parseProductId, unknownProduct } from '../products/product-routes.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type CartLine, type CartStore, cartLimits, cartTotal } from './cart-store.ts';

interface ByProduct {
  Params: { readonly id: string };
}

/** `GET /api/cart`, `PUT` and `DELETE /api/cart/items/:id`. */
export function cartRoutes(app: FastifyInstance, sessions: Sessions, carts: CartStore): void {
  app.get('/api/cart', async (request) => {
    const { user } = await sessions.require(request);
    return cartJson(await carts.read(user));
  });

  app.put<ByProduct>('/api/cart/items/:id', async (request) => {
    const { user } = await sessions.requireForChange(request, request.headers['x-csrf-token']);
    const product = parseProductId(request.params.id);
    const quantity = checkInteger('quantity', objectBody(request.body)['quantity'], 0, cartLimits.quantity);
    requireDone(await carts.set(user, product, quantity));
    return cartJson(await carts.read(user));
  });

  app.delete<ByProduct>('/api/cart/items/:id', async (request, reply) => {
    const { user } = await sessions.requireForChange(request, request.headers['x-csrf-token']);
    await carts.set(user, parseProductId(request.params.id), 0);
    return reply.code(204).send();
  });
}

/** @throws Problem when the cart was not changed */
export function requireDone(result: Awaited<ReturnType<CartStore['set']>>): void {
  if (result === 'unknown') throw unknownProduct();
  if (result === 'full')
    throw new Problem(409, `A cart holds at most ${cartLimits.lines} different products.`, {
      kind: 'invalid-request',
    });
}

function cartJson(lines: readonly CartLine[]) {
  return {
    items: lines.map(({ product, name, quantity, price, available }) => ({
      product,
      name,
      quantity,
      price: toAmount(price),
      available,
    })),
    total: toAmount(cartTotal(lines)),
  };
}
