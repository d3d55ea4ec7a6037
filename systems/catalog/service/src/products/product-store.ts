import { createBatch } from '../database/batch.ts';
import type { Database, Row, Statement } from '../database/database.ts';
import { encodeCursor } from './cursor.ts';
import type { PriceText } from './price.ts';

/** A product as the client sends it, checked. */
export interface ProductInput {
  readonly name: string;
  readonly price: PriceText;
  readonly category: string;
}

/** What to list: `after` is the id the page begins behind. */
export interface ListQuery {
  readonly limit: number;
  readonly after: string;
  readonly category: string | undefined;
  readonly search: string | undefined;
}

/** A stored product: its id and the JSON text that answers carry. */
export interface StoredProduct {
  readonly id: string;
  readonly json: string;
}

/** The products in the database. What is read comes as the JSON text of the answer, made once for all who asked together. */
export interface ProductStore {
  /** A page: `{"products":[…],"count":n}`, with `next` when there is more. */
  list(query: ListQuery): Promise<string>;
  find(id: string): Promise<string | undefined>;
  create(input: ProductInput): Promise<StoredProduct>;
  replace(id: string, input: ProductInput): Promise<StoredProduct | undefined>;
  remove(id: string): Promise<boolean>;
}

const table = 'products';
const columns = 'id, name, price, category';

/** The statements, also shown in traces (without values). */
export const statements = {
  list: {
    name: 'list',
    text: `SELECT ${columns} FROM products WHERE id > $1 ORDER BY id LIMIT $2`,
    operation: 'SELECT',
    table,
  },
  listCategory: {
    name: 'list-category',
    text: `SELECT ${columns} FROM products WHERE category = $3 AND id > $1 ORDER BY id LIMIT $2`,
    operation: 'SELECT',
    table,
  },
  // Not prepared: whether the index of name parts helps depends on what is searched for.
  search: {
    text: `SELECT ${columns} FROM products WHERE id > $1 AND name ILIKE $3 AND ($4::text IS NULL OR category = $4) ORDER BY id LIMIT $2`,
    operation: 'SELECT',
    table,
  },
  find: {
    name: 'find',
    text: `SELECT ${columns} FROM products WHERE id = ANY($1::bigint[])`,
    operation: 'SELECT',
    table,
  },
  create: {
    name: 'create',
    text: `INSERT INTO products (name, price, category) VALUES ($1, $2, $3) RETURNING ${columns}`,
    operation: 'INSERT',
    table,
  },
  replace: {
    name: 'replace',
    text: `UPDATE products SET name = $2, price = $3, category = $4, updated_at = now() WHERE id = $1 RETURNING ${columns}`,
    operation: 'UPDATE',
    table,
  },
  remove: {
    name: 'remove',
    text: 'DELETE FROM products WHERE id = $1 RETURNING id',
    operation: 'DELETE',
    table,
  },
} as const satisfies Record<string, Statement>;

/** The statement that `list` will use for a query. */
export function listStatement(query: ListQuery): Statement {
  if (query.search !== undefined) return statements.search;
  return query.category === undefined ? statements.list : statements.listCategory;
}

/** Opens the store on a database that has been migrated. */
export function createProductStore(database: Database): ProductStore {
  const find = createBatch<string, string>(async (ids) => {
    const rows = await database.read(statements.find, [`{${ids.join(',')}}`]);
    return new Map(rows.map((row) => [String(row[0]), productJson(row)]));
  }, 500);

  // Lists that are asked for at the same moment are mostly the same list (the first page): it is read once.
  const listBatch = createBatch<string, string>(async (keys) => {
    const pages = await Promise.all(
      // The key was made by `list` below from a query of that very type.
      keys.map(async (key) => [key, await readPage(JSON.parse(key) as ListQuery)] as const),
    );
    return new Map(pages);
  }, 100);

  async function readPage(query: ListQuery): Promise<string> {
    // One more than asked for tells whether there is more.
    const values: (string | number | null)[] = [query.after, query.limit + 1];
    if (query.search !== undefined) values.push(likePattern(query.search), query.category ?? null);
    else if (query.category !== undefined) values.push(query.category);
    const rows = await database.read(listStatement(query), values);
    const shown = rows.length > query.limit ? rows.slice(0, query.limit) : rows;
    const next = shown === rows ? '' : `,"next":"${encodeCursor(String(shown.at(-1)?.[0]))}"`;
    return `{"products":[${shown.map(productJson).join(',')}],"count":${shown.length}${next}}`;
  }

  return {
    find,
    async list(query) {
      const page = await listBatch(JSON.stringify(query));
      if (page === undefined) throw new Error('A page that was asked for was not read.');
      return page;
    },
    async create(input) {
      const row = (await database.write(statements.create, [input.name, input.price, input.category]))[0];
      if (row === undefined) throw new Error('The database stored a product without returning it.');
      return stored(row);
    },
    async replace(id, input) {
      const rows = await database.write(statements.replace, [id, input.name, input.price, input.category]);
      return rows[0] && stored(rows[0]);
    },
    async remove(id) {
      return (await database.write(statements.remove, [id])).length > 0;
    },
  };
}

function stored(row: Row): StoredProduct {
  return { id: String(row[0]), json: productJson(row) };
}

/** The price goes from the database's decimal text into the answer as it is: no float in between. */
function productJson(row: Row): string {
  return `{"id":${row[0]},"name":${JSON.stringify(row[1])},"price":${row[2]},"category":${JSON.stringify(row[3])}}`;
}

function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
