-- migrate:up

-- Who is logged in. The id is in the browser's cookie alone; here is its SHA-256.
CREATE TABLE sessions (
  id_hash BYTEA PRIMARY KEY
    CONSTRAINT sessions_id_hash_check CHECK (octet_length(id_hash) = 32),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX sessions_user_id_index ON sessions(user_id);
CREATE INDEX sessions_expires_at_index ON sessions(expires_at);

CREATE TRIGGER notify_access_changed
  AFTER DELETE ON sessions
  FOR EACH ROW WHEN (OLD.expires_at > now()) EXECUTE FUNCTION notify_access_changed();

-- Whoever loses their account or their role has to log in again, whichever program took it from them.
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER end_sessions
  AFTER UPDATE OF is_active, role ON users
  FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active OR OLD.role IS DISTINCT FROM NEW.role)
  EXECUTE FUNCTION end_sessions();

-- migrate:down

DROP TRIGGER end_sessions ON users;
DROP FUNCTION end_sessions();
DROP TABLE sessions;
