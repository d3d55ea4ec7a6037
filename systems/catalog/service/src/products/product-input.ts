import { badField, Problem } from '../http/problem.ts';
import { decodeCursor, maxId } from './cursor.ts';
import { parsePrice, priceRule } from './price.ts';
import type { ListQuery, ProductInput } from './product-store.ts';

/** Limits that the checks, the database and the API description share. */
export const limits = { name: 200, category: 100, search: 200, page: { default: 50, max: 100 } } as const;

const defaultCategory = 'General';

/**
 * Checks the body of POST and PUT. Unknown fields are ignored.
 *
 * @throws Problem 400 with the first field that breaks its rule
 */
export function parseProduct(body: unknown): ProductInput {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw new Problem(400, 'Request body must be a JSON object');
  }
  // An object that JSON made: every field may be there, with any value.
  const { name, price, category } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (name == null || price == null) throw new Problem(400, 'Missing required fields');
  const exactPrice = parsePrice(price);
  if (exactPrice === undefined) throw badField('price', priceRule);
  return {
    name: checkText('name', name, limits.name),
    price: exactPrice,
    category: category == null ? defaultCategory : checkText('category', category, limits.category),
  };
}

/**
 * Checks the query of a list.
 *
 * @throws Problem 400 with the first parameter that breaks its rule
 */
export function parseListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  const { limit, cursor, category, q } = query;
  return {
    limit: limit === undefined ? limits.page.default : checkLimit(limit),
    after: cursor === undefined ? '0' : checkCursor(cursor),
    category: category === undefined ? undefined : checkText('category', category, limits.category),
    search: q === undefined || q === '' ? undefined : checkText('q', q, limits.search),
  };
}

/**
 * Checks the id in a path.
 *
 * @returns `undefined` for a positive integer that no product can have
 * @throws Problem 400 for anything else
 */
export function parseId(text: string): string | undefined {
  if (!/^\d+$/.test(text) || /^0+$/.test(text)) throw badField('id', 'id must be a positive integer');
  const id = Number(text);
  return id <= maxId ? String(id) : undefined;
}

function checkText(field: string, value: unknown, max: number): string {
  const rule = `${field} must be text of 1 to ${max} characters`;
  if (typeof value !== 'string' || value.trim() === '') throw badField(field, rule);
  // PostgreSQL counts code points, and so do people; a string's length counts UTF-16 units.
  if (value.length > max && (value.length > max * 2 || [...value].length > max)) throw badField(field, rule);
  if (value.includes('\0')) throw badField(field, `${field} must not contain the character U+0000`);
  if (/\p{Surrogate}/u.test(value))
    throw badField(field, `${field} must be valid Unicode, without half of a surrogate pair`);
  return value;
}

function checkLimit(value: unknown): number {
  const limit = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > limits.page.max) {
    throw badField('limit', `limit must be an integer from 1 to ${limits.page.max}`);
  }
  return limit;
}

function checkCursor(value: unknown): string {
  const after = typeof value === 'string' ? decodeCursor(value) : undefined;
  if (after === undefined) throw badField('cursor', 'cursor must be the `next` of an earlier page');
  return after;
}
