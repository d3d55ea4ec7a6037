import type { Database, Row } from '../database/database.ts';
import type { Cents } from '../money.ts';

/** A product with what is left of it. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: Cents;
  readonly available: number;
  /** Name of its drawing; empty without one. */
  readonly picture: string;
}

/** Which products to list. */
export interface ProductQuery {
  readonly limit: number;
  /** Only products after this id. */
  readonly after: number;
  readonly category: string | undefined;
  readonly search: string | undefined;
}

/** Reads products. */
export interface ProductStore {
  /** In order of id; one more than the limit when there are more. */
  list(query: ProductQuery): Promise<readonly Product[]>;
  find(id: number): Promise<Product | undefined>;
  categories(): Promise<readonly string[]>;
}

/** Greatest id: a PostgreSQL integer. */
export const maxProductId = 2_147_483_647;

const columns = 'p.id, p.name, p.description, p.category, p.price_cents, s.available, p.picture';
const from = 'FROM products p JOIN stock s ON s.product_id = p.id';

export function createProductStore(database: Database): ProductStore {
  return {
    async list({ limit, after, category, search }) {
      const rows = await database.read(
        {
          name: 'products',
          text: `SELECT ${columns} ${from} WHERE p.id > $1 AND ($2::text IS NULL OR p.category = $2)
            AND ($3::text IS NULL OR strpos(lower(p.name), lower($3)) > 0) ORDER BY p.id LIMIT $4`,
        },
        [after, category ?? null, search ?? null, limit + 1],
      );
      return rows.map(toProduct);
    },
    async find(id) {
      const [row] = await database.read(
        { name: 'product', text: `SELECT ${columns} ${from} WHERE p.id = $1` },
        [id],
      );
      return row && toProduct(row);
    },
    async categories() {
      const rows = await database.read(
        { name: 'categories', text: 'SELECT category FROM products GROUP BY category ORDER BY min(id)' },
        [],
      );
      return rows.map(([category]) => category ?? '');
    },
  };
}

function toProduct([id, name, description, category, price, available, picture]: Row): Product {
  return {
    id: Number(id),
    name: name ?? '',
    description: description ?? '',
    category: category ?? '',
    price: Number(price),
    available: Number(available),
    picture: picture ?? '',
  };
}
