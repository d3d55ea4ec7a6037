import type { Database } from '../database/database.ts';
import type { Cents } from '../money.ts';

/** One product in a cart, at its price of now. */
export interface CartLine {
  readonly product: number;
  readonly name: string;
  readonly quantity: number;
  readonly price: Cents;
  readonly available: number;
  /** Name of the product's drawing; empty without one. */
  readonly picture: string;
}

/** What people mean to buy. */
export interface CartStore {
  read(user: string): Promise<readonly CartLine[]>;
  /**
   * Sets the quantity of a product, 0 to take it out.
   * @returns `unknown` for a product that does not exist, `full` when the cart has as many products as it may
   */
  set(user: string, product: number, quantity: number): Promise<'done' | 'unknown' | 'full'>;
  /** Adds to it, up to the greatest quantity. */
  add(user: string, product: number, quantity: number): Promise<'done' | 'unknown' | 'full'>;
}

/** Greatest quantity of a product and greatest number of products, in a cart and in an order. */
export const cartLimits = { quantity: 10, lines: 20 } as const;

const upsert = (name: string, quantity: string) => ({
  name,
  text: `INSERT INTO cart_items (user_id, product_id, quantity)
    SELECT $1, p.id, $3 FROM products p WHERE p.id = $2
      AND (SELECT count(*) FROM cart_items c WHERE c.user_id = $1 AND c.product_id <> $2) < ${cartLimits.lines}
    ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = ${quantity} RETURNING product_id`,
});
const setItem = upsert('set-cart-item', 'excluded.quantity');
const addItem = upsert(
  'add-cart-item',
  `least(cart_items.quantity + excluded.quantity, ${cartLimits.quantity})`,
);

export function createCartStore(database: Database): CartStore {
  async function put(statement: typeof setItem, values: readonly unknown[]) {
    if ((await database.write(statement, values)).length > 0) return 'done';
    const known = await database.read(
      { name: 'product-exists', text: 'SELECT FROM products WHERE id = $1' },
      [values[1]],
    );
    return known.length > 0 ? 'full' : 'unknown';
  }
  return {
    async read(user) {
      const rows = await database.read(
        {
          name: 'cart',
          text: `SELECT p.id, p.name, c.quantity, p.price_cents, s.available, p.picture FROM cart_items c
            JOIN products p ON p.id = c.product_id JOIN stock s ON s.product_id = p.id
            WHERE c.user_id = $1 ORDER BY p.id`,
        },
        [user],
      );
      return rows.map(([product, name, quantity, price, available, picture]) => ({
        product: Number(product),
        name: name ?? '',
        quantity: Number(quantity),
        price: Number(price),
        available: Number(available),
        picture: picture ?? '',
      }));
    },
    async set(user, product, quantity) {
      if (quantity > 0) return put(setItem, [user, product, quantity]);
      await database.write(
        { name: 'remove-cart-item', text: 'DELETE FROM cart_items WHERE user_id = $1 AND product_id = $2' },
        [user, product],
      );
      return 'done';
    },
    add: (user, product, quantity) => put(addItem, [user, product, quantity]),
  };
}

/** What a cart costs. */
export function cartTotal(lines: readonly Pick<CartLine, 'price' | 'quantity'>[]): Cents {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}
