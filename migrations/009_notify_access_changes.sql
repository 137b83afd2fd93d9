-- migrate:up

-- Processes remember for a short time who a token belongs to and what its user may do. Whatever could make that wrong is told on
-- the channel lightdash_access, with the user's id. Not told: the note of when a token was used last.
CREATE FUNCTION notify_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    PERFORM pg_notify('lightdash_access', OLD.id::text);
  ELSE
    PERFORM pg_notify('lightdash_access', OLD.user_id::text);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER notify_access_changed
  AFTER DELETE OR UPDATE OF email, role, is_active, organization_id ON users
  FOR EACH ROW EXECUTE FUNCTION notify_access_changed();

CREATE TRIGGER notify_access_changed
  AFTER DELETE OR UPDATE OF user_id, token_hash, expires_at ON personal_access_tokens
  FOR EACH ROW EXECUTE FUNCTION notify_access_changed();

-- migrate:down

DROP TRIGGER notify_access_changed ON personal_access_tokens;
DROP TRIGGER notify_access_changed ON users;
DROP FUNCTION notify_access_changed();
