-- migrate:up

-- What the fields of a project mean, as its dbt project was compiled: one row an explore. A broken one has errors.
CREATE TABLE explores (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  name VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  definition JSONB NOT NULL,
  errors JSONB,
  etag UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT explores_project_id_name_unique UNIQUE (project_id, name)
);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON explores FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TABLE explores;
