-- migrate:up

-- What POST requests with an Idempotency-Key were answered, written by the transactions that carried them out.
CREATE TABLE idempotency_keys (
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  route VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  status SMALLINT NOT NULL,
  location VARCHAR,
  etag VARCHAR,
  body TEXT NOT NULL,
  told_once BOOLEAN NOT NULL DEFAULT false,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, route, key)
);

CREATE INDEX idempotency_keys_created_at_index ON idempotency_keys(created_at);

-- migrate:down

DROP TABLE idempotency_keys;
