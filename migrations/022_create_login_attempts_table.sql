-- migrate:up

-- Failed logins of an account (subject: an e-mail, whether or not somebody has it), and what a client's address asked for without being
-- logged in. Deleting a row lets its account or client in again at once.
CREATE TABLE login_attempts (
  kind VARCHAR NOT NULL
    CONSTRAINT login_attempts_kind_check CHECK (kind IN ('account', 'client')),
  subject VARCHAR NOT NULL,
  attempts INTEGER NOT NULL,
  since TIMESTAMPTZ NOT NULL DEFAULT now(),
  blocked_until TIMESTAMPTZ,
  CONSTRAINT login_attempts_pkey PRIMARY KEY (kind, subject)
);

CREATE INDEX login_attempts_since_index ON login_attempts(since);

-- migrate:down

DROP TABLE login_attempts;
