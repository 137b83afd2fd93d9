-- migrate:up

-- The code is in the mail alone; here is its SHA-256.
CREATE TABLE password_reset_links (
  code_hash BYTEA PRIMARY KEY
    CONSTRAINT password_reset_links_code_hash_check CHECK (octet_length(code_hash) = 32),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  expires_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX password_reset_links_user_id_index ON password_reset_links(user_id);
CREATE INDEX password_reset_links_expires_at_index ON password_reset_links(expires_at);

-- migrate:down

DROP TABLE password_reset_links;
