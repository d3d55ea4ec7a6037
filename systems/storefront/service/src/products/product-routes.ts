import type { FastifyInstance } from 'fastify';
import { badField, Problem } from '../http/problem.ts';
import { checkInteger, checkText } from '../http/text.ts';
import { toAmount } from '../money.ts';
import { maxProductId, type Product, type ProductQuery, type ProductStore } from './product-store.ts';

/** `GET /api/products` and `GET /api/products/:id`. */
export function productRoutes(app: FastifyInstance, store: ProductStore): void {
  app.get<{ Querystring: Record<string, unknown> }>('/api/products', async (request) => {
    const query = parseProductQuery(request.query);
    const found = await store.list(query);
    const products = found.slice(0, query.limit);
    return {
      products: products.map(productJson),
      count: products.length,
      ...(found.length > query.limit && { next: String(products.at(-1)?.id) }),
    };
  });

  app.get<{ Params: { readonly id: string } }>('/api/products/:id', async (request) => {
    const product = await store.find(parseProductId(request.params.id));
    if (product === undefined) throw unknownProduct();
    return productJson(product);
  });
}

/** A product as the API shows it. */
export function productJson({ id, name, description, category, price, available }: Product) {
  return { id, name, description, category, price: toAmount(price), available };
}

/**
 * Checks the query of a list.
 *
 * @throws Problem 400 with the first parameter that breaks its rule
 */
export function parseProductQuery(query: Readonly<Record<string, unknown>>): ProductQuery {
  const { limit, cursor, category, q } = query;
  return {
    limit: limit === undefined ? 50 : checkInteger('limit', limit, 1, 100),
    after: cursor === undefined ? 0 : checkInteger('cursor', cursor, 0, maxProductId),
    category: category === undefined || category === '' ? undefined : checkText('category', category, 100),
    search: q === undefined || q === '' ? undefined : checkText('q', q, 100),
  };
}

/** @throws Problem 400 for what is no id, 404 for one that no product can have */
export function parseProductId(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw badField('id', 'id must be a positive whole number.');
  const id = Number(text);
  if (id > maxProductId) throw unknownProduct();
  return id;
}

export function unknownProduct(): Problem {
  return new Problem(404, 'There is no such product.', { kind: 'unknown-product' });
}
