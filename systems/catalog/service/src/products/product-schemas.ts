import { Type } from 'typebox';
import { limits } from './product-input.ts';

// These describe the API (/api/openapi.json). Requests are checked by product-input.ts, whose sentences are part of the contract.

const price = Type.Number({ minimum: 0, maximum: 9_999_999_999.99, multipleOf: 0.01, examples: [29.99] });

export const ProductSchema = Type.Object(
  { id: Type.Integer({ minimum: 1 }), name: Type.String(), price, category: Type.String() },
  { description: 'A product' },
);

export const ProductBodySchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: limits.name }),
  price: Type.Union([price, Type.String({ pattern: '^\\d{1,10}(\\.\\d{1,2})?$' })], {
    description: 'Exact to the cent: a number, or the same as text',
  }),
  category: Type.Optional(Type.String({ minLength: 1, maxLength: limits.category, default: 'General' })),
});

export const ListQuerySchema = Type.Object({
  category: Type.Optional(Type.String({ description: 'Only this category' })),
  q: Type.Optional(
    Type.String({ maxLength: limits.search, description: 'Only names that contain this, in any case' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.page.max, default: limits.page.default })),
  cursor: Type.Optional(Type.String({ description: 'The `next` of the page before' })),
});

export const PageSchema = Type.Object(
  {
    products: Type.Array(ProductSchema),
    count: Type.Integer({ description: 'How many products this page has' }),
    next: Type.Optional(Type.String({ description: 'The cursor of the next page; absent on the last' })),
  },
  { description: 'A page of products, in order of id' },
);

export const IdParamsSchema = Type.Object({ id: Type.Integer({ minimum: 1 }) });

export const problem = (description: string) =>
  Type.Object({ error: Type.String(), field: Type.Optional(Type.String()) }, { description });
