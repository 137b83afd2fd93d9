-- A small shop, always the same rows: what the cases beside it are run on.
CREATE TYPE order_status AS ENUM ('placed', 'shipped', 'completed', 'returned');
CREATE TABLE customers (
  customer_id INTEGER PRIMARY KEY, first_name VARCHAR NOT NULL, country VARCHAR, is_active BOOLEAN, created DATE NOT NULL
);
CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY, customer_id INTEGER, order_date DATE, status order_status,
  amount NUMERIC(10, 2), weight DOUBLE PRECISION, is_gift BOOLEAN, shipped_at TIMESTAMP, key UUID NOT NULL
);
CREATE TABLE payments (
  payment_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, method VARCHAR, amount NUMERIC(10, 2) NOT NULL, paid_at TIMESTAMPTZ
);
CREATE TABLE events (
  event_id INTEGER PRIMARY KEY, customer_id INTEGER, kind VARCHAR, happened_at TIMESTAMPTZ, duration INTEGER
);
INSERT INTO customers
SELECT n, (ARRAY['Ada', 'Ben', 'Cleo', 'Dan', 'O''Neil', '50% off_', 'a\b', 'Élise'])[1 + n % 8] || ' ' || n,
  (ARRAY['de', 'fr', 'us', NULL])[1 + n % 4], CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END, DATE '2023-01-01' + n * 11
FROM generate_series(1, 40) AS n;
INSERT INTO orders
SELECT n, CASE WHEN n % 17 = 0 THEN NULL ELSE 1 + (n * 7) % 40 END, CASE WHEN n % 19 = 0 THEN NULL ELSE DATE '2024-01-01' + (n * 5) % 400 END,
  CASE WHEN n % 23 = 0 THEN NULL ELSE (ARRAY['placed', 'shipped', 'completed', 'returned'])[1 + n % 4]::order_status END,
  CASE WHEN n % 13 = 0 THEN NULL ELSE (n * 37 % 500) / 4.0 END, n * 0.25, CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END,
  TIMESTAMP '2024-01-01 08:00:00' + n * INTERVAL '7 hours 13 minutes', uuid_in(md5(n::text)::cstring)
FROM generate_series(1, 200) AS n;
INSERT INTO payments
SELECT n, 1 + n % 180, (ARRAY['card', 'coupon', 'transfer', NULL])[1 + n % 4], (n * 29 % 300) / 2.0,
  TIMESTAMPTZ '2024-01-01 00:00:00+00' + n * INTERVAL '1 day 5 hours 7 minutes'
FROM generate_series(1, 260) AS n;
INSERT INTO events
SELECT n, 1 + n % 40, (ARRAY['click', 'view', 'buy'])[1 + n % 3],
  CASE WHEN n % 29 = 0 THEN NULL ELSE TIMESTAMPTZ '2024-12-25 00:00:00.5+00' + n * INTERVAL '1 hour 17 minutes 31 seconds' END, n * 11 % 90
FROM generate_series(1, 300) AS n;
