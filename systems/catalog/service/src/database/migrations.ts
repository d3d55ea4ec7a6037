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
    name: 'create products',
    sql: `
      CREATE TABLE products (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        price numeric(12,2) NOT NULL CHECK (price >= 0),
        category text NOT NULL DEFAULT 'General' CHECK (length(category) BETWEEN 1 AND 100),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX products_by_category ON products (category, id);
    `,
  },
  {
    version: 2,
    name: 'search by part of the name',
    // pg_trgm serves ILIKE '%…%' from an index. Where the server lacks it, search still works, by reading the table.
    sql: `
      DO $$
      BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX products_by_name_part ON products USING gin (name gin_trgm_ops);
      EXCEPTION
        WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
          RAISE NOTICE 'pg_trgm is not available: search reads the whole table';
      END $$;
    `,
  },
  {
    version: 3,
    name: 'first products',
    sql: `
      INSERT INTO products (name, price, category)
      SELECT name, price, category FROM (VALUES
        ('Wireless Mouse', 24.99, 'Electronics'),
        ('Mechanical Keyboard', 89.90, 'Electronics'),
        ('27-inch Monitor', 279.00, 'Electronics'),
        ('USB-C Hub, 7 Ports', 39.95, 'Electronics'),
        ('Noise-Cancelling Headphones', 199.00, 'Electronics'),
        ('Portable SSD 1 TB', 109.50, 'Electronics'),
        ('Webcam 1080p', 54.99, 'Electronics'),
        ('Bluetooth Speaker', 45.00, 'Electronics'),
        ('Espresso Machine', 349.00, 'Kitchen'),
        ('Pour-Over Coffee Set', 32.50, 'Kitchen'),
        ('Chef''s Knife 20 cm', 74.95, 'Kitchen'),
        ('Cast Iron Skillet', 42.00, 'Kitchen'),
        ('Electric Kettle 1.7 l', 38.99, 'Kitchen'),
        ('Bamboo Chopping Board', 19.90, 'Kitchen'),
        ('Glass Storage Set, 5 Pieces', 27.49, 'Kitchen'),
        ('Running Shoes', 129.95, 'Sports'),
        ('Yoga Mat', 29.99, 'Sports'),
        ('Adjustable Dumbbell 20 kg', 149.00, 'Sports'),
        ('Insulated Water Bottle', 22.95, 'Sports'),
        ('Bicycle Helmet', 64.50, 'Sports'),
        ('Hiking Backpack 40 l', 98.00, 'Sports'),
        ('Two-Person Tent', 189.95, 'Outdoor'),
        ('Sleeping Bag 0 °C', 119.00, 'Outdoor'),
        ('Head Torch', 34.95, 'Outdoor'),
        ('Camping Stove', 58.40, 'Outdoor'),
        ('Folding Camping Chair', 36.00, 'Outdoor'),
        ('Linen Shirt', 59.95, 'Clothing'),
        ('Merino Jumper', 89.00, 'Clothing'),
        ('Rain Jacket', 139.95, 'Clothing'),
        ('Cotton Socks, 5 Pairs', 17.50, 'Clothing'),
        ('Leather Belt', 44.95, 'Clothing'),
        ('Field Guide to Birds', 39.99, 'Books'),
        ('Bread Baking at Home', 34.95, 'Books'),
        ('Atlas of the Night Sky', 49.50, 'Books'),
        ('Watercolour for Beginners', 26.95, 'Books'),
        ('Desk Lamp with Dimmer', 69.00, 'Home'),
        ('Wool Blanket', 84.95, 'Home'),
        ('Wall Clock', 31.50, 'Home'),
        ('Set of Picture Frames', 28.75, 'Home'),
        ('Gift Card', 50.00, 'General')
      ) AS seed (name, price, category)
      WHERE NOT EXISTS (SELECT FROM products);
    `,
  },
];
