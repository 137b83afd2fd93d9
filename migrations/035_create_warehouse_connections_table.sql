-- lint:allow foreign-key-without-index: 036 builds it, which is no work for a transaction; until then few rows have a value
-- migrate:up

-- Connections to warehouses: the organization's, which have a name and any project may use, and those of one project alone. What is
-- secret of them is encrypted by the program (key_id says with which key) and never stands in config.
CREATE TABLE warehouse_connections (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  project_id UUID REFERENCES projects(id) ON DELETE CASCADE
    CONSTRAINT warehouse_connections_project_id_unique UNIQUE,
  name VARCHAR NOT NULL,
  description VARCHAR,
  type VARCHAR NOT NULL
    CONSTRAINT warehouse_connections_type_check
      CHECK (type IN ('bigquery', 'postgres', 'redshift', 'snowflake', 'databricks', 'trino', 'clickhouse', 'athena')),
  config JSONB NOT NULL DEFAULT '{}',
  encrypted_credentials BYTEA,
  key_id VARCHAR,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT warehouse_connections_key_id_check CHECK ((encrypted_credentials IS NULL) = (key_id IS NULL))
);

CREATE INDEX warehouse_connections_organization_id_created_at_index ON warehouse_connections(organization_id, created_at, id);
CREATE UNIQUE INDEX warehouse_connections_name_unique ON warehouse_connections(organization_id, name) WHERE project_id IS NULL;
CREATE INDEX warehouse_connections_created_by_index ON warehouse_connections(created_by);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON warehouse_connections FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Projects could name a connection before there was a table of them: it gets a row, still without credentials.
INSERT INTO warehouse_connections (id, organization_id, name, type)
SELECT DISTINCT ON (warehouse_connection_id) warehouse_connection_id, organization_id, 'Connection ' || warehouse_connection_id, 'postgres'
FROM projects WHERE warehouse_connection_id IS NOT NULL ORDER BY warehouse_connection_id, created_at, id;

ALTER TABLE projects ADD CONSTRAINT projects_warehouse_connection_id_fkey
  FOREIGN KEY (warehouse_connection_id) REFERENCES warehouse_connections(id) ON DELETE SET NULL NOT VALID;

-- migrate:down

ALTER TABLE projects DROP CONSTRAINT projects_warehouse_connection_id_fkey;
DROP TABLE warehouse_connections;
