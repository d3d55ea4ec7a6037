import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireDone } from '../cart/cart-routes.ts';
import { cartLimits } from '../cart/cart-store.ts';
import { parseCheckout, readItems } from '../checkout/checkout-input.ts';
import { readFormBodies } from '../http/bodies.ts';
import { answerErrors } from '../http/error-handler.ts';
import { Problem } from '../http/problem.ts';
import { checkInteger } from '../http/text.ts';
import { requireOrder } from '../orders/order-routes.ts';
import { parseProductId, parseProductQuery, unknownProduct } from '../products/product-routes.ts';
import { maxProductId } from '../products/product-store.ts';
import { newToken } from '../sessions/tokens.ts';
import { accountPageRoutes } from './account-page-routes.ts';
import type { Frame } from './layout.ts';
import { cartPage, orderPage, ordersPage } from './order-pages.ts';
import type { Form, ShopParts } from './page-parts.ts';
import { pictures, picturesName } from './pictures.ts';
import { problemWriter } from './problem-pages.ts';
import { productPage, shopPage } from './product-pages.ts';
import { style, styleName } from './style.ts';

/** How many products a page shows. */
const pageSize = '48';

/** The pages below `base`: everything works without a script, by links and forms. */
export function pageRoutes(app: FastifyInstance, parts: ShopParts, base: string): void {
  const { sessions, products, carts, orders, checkout } = parts;
  readFormBodies(app);
  answerErrors(app, problemWriter(base, sessions));

  const frame = async (request: FastifyRequest): Promise<Frame> => ({
    base,
    session: await sessions.find(request),
  });
  const send = (reply: FastifyReply, page: string) =>
    reply.header('content-type', 'text/html; charset=utf-8').send(page);

  /** What never changes under its name. */
  const forEver = (name: string, type: string, content: string) =>
    app.get(`${base}/${name}`, (_request, reply) =>
      reply
        .headers({ 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' })
        .send(content),
    );
  forEver(styleName, 'text/css; charset=utf-8', style);
  forEver(picturesName, 'image/svg+xml', pictures);

  const shop = async (request: FastifyRequest, reply: FastifyReply) => {
    // Fastify gives the parameters of a query as an object.
    const { category, cursor, q } = request.query as Readonly<Record<string, unknown>>;
    const query = parseProductQuery({ category, cursor, q, limit: pageSize });
    const [around, found, categories] = await Promise.all([
      frame(request),
      products.list(query),
      products.categories(),
    ]);
    // What is no category of ours must not become a headline of ours.
    if (query.category !== undefined && !categories.includes(query.category))
      throw new Problem(404, 'There is no such category.');
    const shown = found.slice(0, query.limit);
    const next = found.length > query.limit ? String(shown.at(-1)?.id) : undefined;
    const { category: chosen, search } = query;
    return send(reply, shopPage(around, { products: shown, categories, category: chosen, search, next }));
  };
  app.get(base || '/', shop);
  if (base !== '') app.get(`${base}/`, (_request, reply) => reply.redirect(base, 308));

  app.get<{ Params: { readonly id: string } }>(`${base}/products/:id`, async (request, reply) => {
    const [around, product] = await Promise.all([
      frame(request),
      products.find(parseProductId(request.params.id)),
    ]);
    if (product === undefined) throw unknownProduct();
    return send(reply, productPage(around, product));
  });

  app.get(`${base}/cart`, async (request, reply) => {
    const session = await sessions.require(request);
    const lines = await carts.read(session.user);
    return send(reply, cartPage({ base, session }, session.csrf, lines, newToken()));
  });

  app.post<{ Body: Form | undefined }>(`${base}/cart`, async (request, reply) => {
    const { csrf, product, quantity, set } = request.body ?? {};
    const { user } = await sessions.requireForChange(request, csrf);
    const id = checkInteger('product', product, 1, maxProductId);
    const wanted = checkInteger('quantity', quantity, set === undefined ? 1 : 0, cartLimits.quantity);
    requireDone(await carts[set === undefined ? 'add' : 'set'](user, id, wanted));
    return reply.redirect(`${base}/cart`, 303);
  });

  app.post<{ Body: Form | undefined }>(`${base}/checkout`, async (request, reply) => {
    const { csrf, key, items, total } = request.body ?? {};
    const { user } = await sessions.requireForChange(request, csrf);
    const { order } = await checkout(parseCheckout(user, key, { items: readItems(items), total }));
    return reply.redirect(`${base}/orders/${order}?placed`, 303);
  });

  app.get<{ Querystring: { readonly before?: unknown } }>(`${base}/orders`, async (request, reply) => {
    const session = await sessions.require(request);
    const { before } = request.query;
    const valid = typeof before === 'string' && /^[1-9]\d{0,17}$/.test(before) ? before : undefined;
    const found = await orders.list(session.user, valid);
    const next = found.length === 50 ? found.at(-1)?.id : undefined;
    return send(reply, ordersPage({ base, session }, found, next));
  });

  app.get<{ Params: { readonly id: string }; Querystring: { readonly placed?: unknown } }>(
    `${base}/orders/:id`,
    async (request, reply) => {
      const session = await sessions.require(request);
      const order = await requireOrder(orders, session.user, request.params.id);
      return send(reply, orderPage({ base, session }, order, request.query.placed !== undefined));
    },
  );

  accountPageRoutes(app, parts, base);
}
