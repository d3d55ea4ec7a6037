import { createHash } from 'node:crypto';
import { cartLimits } from '../cart/cart-store.ts';
import { badField } from '../http/problem.ts';
import { checkInteger } from '../http/text.ts';
import { type Cents, parseAmount } from '../money.ts';
import { maxProductId } from '../products/product-store.ts';

/** What a buyer wants: checked, in order of product. */
export interface CheckoutRequest {
  readonly user: string;
  /** The buyer's name for this purchase: however often it is sent, it is done once. */
  readonly key: string;
  /** Tells whether a repeated key comes with the same content. */
  readonly fingerprint: string;
  /** What the buyer was shown as the total; null when it does not matter. */
  readonly total: Cents | null;
  readonly items: readonly (readonly [product: number, quantity: number])[];
}

/** @throws Problem 400 with the first field that breaks its rule */
export function parseCheckout(
  user: string,
  key: unknown,
  body: Readonly<Record<string, unknown>>,
): CheckoutRequest {
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,100}$/.test(key))
    throw badField(
      'Idempotency-Key',
      'Idempotency-Key must be 8 to 100 printable characters, chosen anew for each purchase.',
    );
  const { items, total } = body;
  if (!Array.isArray(items) || items.length < 1 || items.length > cartLimits.lines)
    throw badField('items', `items must be a list of 1 to ${cartLimits.lines} products.`);
  const lines = items.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null)
      throw badField(`items[${index}]`, `items[${index}] must be an object with product and quantity.`);
    // An object: every field may be there, with any value.
    const { product, quantity } = item as Readonly<Record<string, unknown>>;
    return [
      checkInteger(`items[${index}].product`, product, 1, maxProductId),
      checkInteger(`items[${index}].quantity`, quantity, 1, cartLimits.quantity),
    ] as const;
  });
  if (new Set(lines.map(([product]) => product)).size < lines.length)
    throw badField('items', 'items must name each product once.');
  lines.sort(([a], [b]) => a - b);
  const cents = total === undefined || total === null ? null : parseAmount(total);
  if (cents === undefined)
    throw badField('total', 'total must be an amount above 0 with at most 2 decimals, such as 29.99.');
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([lines, cents]))
    .digest('base64url');
  return { user, key, fingerprint, total: cents, items: lines };
}

/** The lines of a cart as one field of a form: `3x1,7x2`. */
export function writeItems(
  lines: readonly { readonly product: number; readonly quantity: number }[],
): string {
  return lines.map(({ product, quantity }) => `${product}x${quantity}`).join(',');
}

/** What `writeItems` wrote, or what somebody made of it: unchecked. */
export function readItems(text: unknown): readonly unknown[] {
  if (typeof text !== 'string' || text === '' || text.length > 1000) return [];
  return text.split(',').map((each) => {
    const [product, quantity] = each.split('x');
    return { product, quantity };
  });
}
