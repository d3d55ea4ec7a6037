import type { Database } from '../database/database.ts';
import type { Cents } from '../money.ts';

/** An order that was placed; it never changes. */
export interface Order {
  readonly id: string;
  readonly total: Cents;
  /** What was charged for it. */
  readonly charged: Cents;
  /** ISO 8601. */
  readonly placedAt: string;
  readonly items: readonly OrderItem[];
}

/** One product of an order, as it was named and priced then. */
export interface OrderItem {
  readonly product: number;
  readonly name: string;
  readonly quantity: number;
  readonly price: Cents;
}

/** Reads orders; only their buyer's. */
export interface OrderStore {
  /** The newest 50 before `before`, newest first. */
  list(user: string, before?: string): Promise<readonly Order[]>;
  find(user: string, id: string): Promise<Order | undefined>;
}

const select = `
  SELECT o.id, o.total_cents, coalesce(c.amount_cents, 0), to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    (SELECT json_agg(json_build_array(i.product_id, i.name, i.quantity, i.price_cents) ORDER BY i.product_id)
       FROM order_items i WHERE i.order_id = o.id)
  FROM orders o LEFT JOIN charges c ON c.order_id = o.id`;

export function createOrderStore(database: Database): OrderStore {
  return {
    async list(user, before = '9223372036854775807') {
      const rows = await database.read(
        { name: 'orders', text: `${select} WHERE o.user_id = $1 AND o.id < $2 ORDER BY o.id DESC LIMIT 50` },
        [user, before],
      );
      return rows.map(toOrder);
    },
    async find(user, id) {
      const [row] = await database.read(
        { name: 'order', text: `${select} WHERE o.user_id = $1 AND o.id = $2` },
        [user, id],
      );
      return row && toOrder(row);
    },
  };
}

function toOrder([id, total, charged, placedAt, items]: readonly (string | null)[]): Order {
  // As the statement above builds it.
  const lines = JSON.parse(items ?? '[]') as [number, string, number, number][];
  return {
    id: id ?? '',
    total: Number(total),
    charged: Number(charged),
    placedAt: placedAt ?? '',
    items: lines.map(([product, name, quantity, price]) => ({ product, name, quantity, price })),
  };
}
