-- migrate:up

-- Mails, written by the transaction that wants them sent. A process that sends one moves next_attempt_at on before it does, so that
-- no other sends it meanwhile. The text may hold a link that lets somebody in: it is gone once the mail is sent or given up.
CREATE TABLE outbox (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  recipient VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  text VARCHAR,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_error VARCHAR,
  done_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT outbox_text_check CHECK ((text IS NULL) = (done_at IS NOT NULL))
);

CREATE INDEX outbox_next_attempt_at_index ON outbox(next_attempt_at) WHERE done_at IS NULL;
CREATE INDEX outbox_done_at_index ON outbox(done_at);

-- migrate:down

DROP TABLE outbox;
