-- migrate:up

-- Every id's default. A database's owner may create uuid-ossp (it is a trusted extension); where that right or the extension is
-- missing, a function of the same name takes its place.
DO $$
BEGIN
  IF to_regprocedure('uuid_generate_v4()') IS NOT NULL THEN
    RETURN;
  END IF;
  BEGIN
    CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
    COMMENT ON EXTENSION "uuid-ossp" IS 'created by lightdash migration 001';
  EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
    RAISE LOG 'uuid-ossp cannot be created (%): uuid_generate_v4() will use gen_random_uuid()', SQLERRM;
  END;
  IF to_regprocedure('uuid_generate_v4()') IS NULL THEN
    CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT gen_random_uuid()';
    COMMENT ON FUNCTION uuid_generate_v4() IS 'created by lightdash migration 001';
  END IF;
END
$$;

-- Later than before for each row, in UTC whatever the session's zone is: writers of plain SQL are covered too.
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  NEW.updated_at := greatest(now(), OLD.updated_at + interval '1 microsecond');
  RETURN NEW;
END
$$;

CREATE TABLE organizations (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  name VARCHAR NOT NULL,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TABLE organizations;

DROP FUNCTION set_updated_at();

-- Only what the way up made, and only when nobody else uses it by now.
DO $$
BEGIN
  IF obj_description(to_regprocedure('uuid_generate_v4()'), 'pg_proc') = 'created by lightdash migration 001' THEN
    DROP FUNCTION uuid_generate_v4();
  END IF;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'uuid-ossp'
             AND obj_description(oid, 'pg_extension') = 'created by lightdash migration 001') THEN
    DROP EXTENSION "uuid-ossp";
  END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
  RAISE LOG 'uuid_generate_v4() is kept: %', SQLERRM;
END
$$;
