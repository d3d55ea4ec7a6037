/**
 * A batch of checkouts in one statement and so in one transaction.
 *
 * Order of locks, the same in every call, so that no two calls wait for each other: first the stock of all products of the
 * batch by id, then the idempotency keys by buyer and key. The lock on a product is held while one batch is worked off and
 * committed, however many buyers are in it; nobody waits with a lock in hand for a client.
 *
 * Takes an array of `{"user", "key", "fingerprint", "total", "items": [[product, quantity], …]}`, `total` in cents or null.
 * Gives a row each, by place in the array: `placed` and `repeated` with the order, `key-reused` with nothing,
 * `unknown-product`, `sold-out` and `price-changed` with what is so now.
 */
export const checkoutFunction = `
CREATE FUNCTION checkout_v1(requests jsonb)
RETURNS TABLE (place int, outcome text, detail jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  request record;
  found_order record;
  line record;
  new_order bigint;
BEGIN
  PERFORM FROM stock
    WHERE product_id IN (
      SELECT (item->>0)::int FROM jsonb_array_elements(requests) r, jsonb_array_elements(r->'items') item)
    ORDER BY product_id
    FOR NO KEY UPDATE;

  FOR request IN
    SELECT (r.ordinality - 1)::int AS place, (value->>'user')::bigint AS buyer, value->>'key' AS key,
           value->>'fingerprint' AS fingerprint, (value->>'total')::bigint AS total, value->'items' AS items
    FROM jsonb_array_elements(requests) WITH ORDINALITY r
    ORDER BY 2, 3, 1
  LOOP
    place := request.place;
    SELECT o.id, o.fingerprint, o.total_cents INTO found_order
      FROM orders o WHERE o.user_id = request.buyer AND o.idempotency_key = request.key;
    IF FOUND THEN
      outcome := CASE WHEN found_order.fingerprint = request.fingerprint THEN 'repeated' ELSE 'key-reused' END;
      detail := CASE WHEN outcome = 'repeated'
        THEN jsonb_build_object('order', found_order.id, 'total', found_order.total_cents) END;
      RETURN NEXT;
      CONTINUE;
    END IF;

    SELECT sum(p.price_cents::bigint * (item->>1)::int) AS total,
           jsonb_agg(item->0) FILTER (WHERE p.id IS NULL) AS unknown,
           jsonb_agg(jsonb_build_object('product', p.id, 'name', p.name, 'wanted', (item->>1)::int, 'available', s.available))
             FILTER (WHERE s.available < (item->>1)::int) AS short
      INTO line
      FROM jsonb_array_elements(request.items) item
      LEFT JOIN products p ON p.id = (item->>0)::int
      LEFT JOIN stock s ON s.product_id = p.id;
    IF line.unknown IS NOT NULL THEN
      outcome := 'unknown-product';
      detail := jsonb_build_object('products', line.unknown);
    ELSIF line.short IS NOT NULL THEN
      outcome := 'sold-out';
      detail := jsonb_build_object('short', line.short);
    ELSIF request.total IS NOT NULL AND request.total <> line.total THEN
      outcome := 'price-changed';
      detail := jsonb_build_object('total', line.total);
    ELSE
      INSERT INTO orders (user_id, idempotency_key, fingerprint, total_cents)
        VALUES (request.buyer, request.key, request.fingerprint, line.total)
        ON CONFLICT (user_id, idempotency_key) DO NOTHING
        RETURNING id INTO new_order;
      IF new_order IS NULL THEN
        -- The same products would have made it wait above: this key has just been used for others.
        outcome := 'key-reused';
        detail := NULL;
      ELSE
        WITH lines AS MATERIALIZED (
          SELECT (item->>0)::int AS product, (item->>1)::int AS quantity
          FROM jsonb_array_elements(request.items) item
        ), taken AS (
          UPDATE stock s SET available = s.available - l.quantity FROM lines l WHERE s.product_id = l.product
        ), emptied AS (
          DELETE FROM cart_items c USING lines l
          WHERE c.user_id = request.buyer AND c.product_id = l.product AND c.quantity <= l.quantity
        ), charged AS (
          INSERT INTO charges (order_id, user_id, amount_cents) VALUES (new_order, request.buyer, line.total)
        )
        INSERT INTO order_items (order_id, product_id, name, quantity, price_cents)
          SELECT new_order, l.product, p.name, l.quantity, p.price_cents FROM lines l JOIN products p ON p.id = l.product;
        outcome := 'placed';
        detail := jsonb_build_object('order', new_order, 'total', line.total);
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
`;
