import { checkoutFunction } from './checkout-function.ts';
import { firstPictures, firstProducts } from './first-products.ts';

/** One step of the schema. Never edit one that has been released: add another. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** All steps, oldest first. Each must also suit the previous release of the service, which runs beside it in a deployment. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'create products, users, carts and orders',
    // Stock stands apart from products: a sale writes to it all the time, and short rows are written fast.
    // A charge without an order, a second charge for one and stock below zero are impossible here, whatever the program does.
    sql: `
      CREATE TABLE products (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
        category text NOT NULL DEFAULT 'General' CHECK (length(category) BETWEEN 1 AND 100),
        price_cents int NOT NULL CHECK (price_cents > 0)
      );
      CREATE INDEX products_by_category ON products (category, id);
      CREATE TABLE stock (
        product_id int PRIMARY KEY REFERENCES products,
        available int NOT NULL CHECK (available >= 0)
      ) WITH (fillfactor = 20);
      CREATE TABLE users (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        password text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE cart_items (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        product_id int NOT NULL REFERENCES products ON DELETE CASCADE,
        quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 10),
        PRIMARY KEY (user_id, product_id)
      );
      CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users,
        idempotency_key text NOT NULL,
        fingerprint text NOT NULL,
        total_cents bigint NOT NULL CHECK (total_cents > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, idempotency_key)
      );
      CREATE INDEX orders_by_user ON orders (user_id, id);
      CREATE TABLE order_items (
        order_id bigint NOT NULL REFERENCES orders,
        product_id int NOT NULL REFERENCES products,
        name text NOT NULL,
        quantity int NOT NULL CHECK (quantity > 0),
        price_cents int NOT NULL,
        PRIMARY KEY (order_id, product_id)
      );
      CREATE TABLE charges (
        order_id bigint PRIMARY KEY REFERENCES orders,
        user_id bigint NOT NULL REFERENCES users,
        amount_cents bigint NOT NULL CHECK (amount_cents > 0),
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `,
  },
  { version: 2, name: 'checkout', sql: checkoutFunction },
  { version: 3, name: 'first products', sql: firstProducts },
  { version: 4, name: 'pictures of products', sql: firstPictures },
];
