/** What the shop sells when it opens. */
export const firstProducts = `
WITH seed (name, category, price_cents, available, description) AS (VALUES
  ('Aurora Desk Lamp', 'Flash sale', 2999, 1000, 'Warm to daylight at a touch, and a foot heavy enough to stay where it is. A thousand of them, once.'),
  ('Oak Side Table', 'Living', 14900, 40, 'Solid oak, oiled, three legs: it stands on any floor.'),
  ('Wool Throw', 'Living', 8900, 120, 'Woven from undyed Shetland wool, 130 by 180 cm.'),
  ('Linen Cushion', 'Living', 3450, 200, 'Washed linen with a feather filling, 45 by 45 cm.'),
  ('Stoneware Vase', 'Living', 4200, 75, 'Thrown by hand, so no two are alike.'),
  ('Enamel Teapot', 'Kitchen', 3895, 90, 'One litre, white with a blue rim, for every kind of hob.'),
  ('Chef''s Knife 20 cm', 'Kitchen', 7495, 60, 'Forged in one piece. Comes sharp, stays sharp.'),
  ('Cast Iron Skillet', 'Kitchen', 4200, 110, '26 cm, seasoned. It will outlive its owner.'),
  ('Pour-Over Coffee Set', 'Kitchen', 3250, 150, 'Glass jug, porcelain dripper, forty filters.'),
  ('Olive Wood Board', 'Kitchen', 2990, 80, 'A board with a handle, 38 cm, from old trees that no longer bear.'),
  ('Storm Lantern', 'Outdoor', 3600, 130, 'Burns for twenty hours and shrugs at the wind.'),
  ('Picnic Blanket', 'Outdoor', 4990, 95, 'Wool above, waterproof below, rolls up with a strap.'),
  ('Camping Stove', 'Outdoor', 5840, 70, 'Boils half a litre in three minutes.'),
  ('Insulated Bottle', 'Outdoor', 2295, 300, 'Cold for a day, hot for half of one. 0.75 l.'),
  ('Sketchbook', 'Desk', 1850, 250, '120 pages of heavy paper that lie flat.'),
  ('Brass Pen', 'Desk', 5600, 45, 'Takes every standard refill and grows a patina of its own.')
), made AS (
  INSERT INTO products (name, category, price_cents, description)
  SELECT name, category, price_cents, description FROM seed
  RETURNING id, name
)
INSERT INTO stock (product_id, available) SELECT made.id, seed.available FROM made JOIN seed USING (name);
`;

/** Which drawing shows which of them. */
export const firstPictures = `
ALTER TABLE products ADD COLUMN picture text NOT NULL DEFAULT '' CHECK (length(picture) <= 100);
UPDATE products SET picture = seed.picture FROM (VALUES
  ('Aurora Desk Lamp', 'lamp'), ('Oak Side Table', 'table'), ('Wool Throw', 'throw'), ('Linen Cushion', 'cushion'),
  ('Stoneware Vase', 'vase'), ('Enamel Teapot', 'teapot'), ('Chef''s Knife 20 cm', 'knife'), ('Cast Iron Skillet', 'skillet'),
  ('Pour-Over Coffee Set', 'coffee'), ('Olive Wood Board', 'board'), ('Storm Lantern', 'lantern'),
  ('Picnic Blanket', 'blanket'), ('Camping Stove', 'stove'), ('Insulated Bottle', 'bottle'), ('Sketchbook', 'sketchbook'),
  ('Brass Pen', 'pen')
) AS seed (name, picture) WHERE products.name = seed.name;
`;
