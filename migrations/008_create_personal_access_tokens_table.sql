-- migrate:up

-- Tokens themselves are never stored, only their SHA-256.
CREATE TABLE personal_access_tokens (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  description VARCHAR NOT NULL,
  token_hash BYTEA NOT NULL
    CONSTRAINT personal_access_tokens_token_hash_unique UNIQUE
    CONSTRAINT personal_access_tokens_token_hash_check CHECK (octet_length(token_hash) = 32),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ,
  last_used_at TIMESTAMPTZ,
  auto_generated BOOLEAN NOT NULL DEFAULT false
);

CREATE INDEX personal_access_tokens_user_id_index ON personal_access_tokens(user_id);

-- migrate:down

DROP TABLE personal_access_tokens;
