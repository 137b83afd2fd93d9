-- lint:allow foreign-key-without-index: 042 builds them, which is no work for a transaction; until then the columns are empty
-- migrate:up

-- What charts were before they were saved again: the newest version is the chart itself, so that no chart needs a row here before its
-- first change, neither an old one nor one that a program of the version before makes.
CREATE TABLE chart_versions (
  id UUID PRIMARY KEY,
  chart_id UUID NOT NULL REFERENCES charts(id) ON DELETE CASCADE,
  table_name VARCHAR NOT NULL,
  metric_query JSONB NOT NULL,
  chart_config JSONB NOT NULL,
  table_config JSONB NOT NULL,
  pivot_config JSONB,
  parameters JSONB,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX chart_versions_chart_id_created_at_index ON chart_versions(chart_id, created_at, id);
CREATE INDEX chart_versions_created_by_index ON chart_versions(created_by);
CREATE INDEX chart_versions_created_at_index ON chart_versions(created_at);

-- version_id NULL: as it was created, and then its id is its version's. deleted_tiles: those that showed it until it was deleted,
-- for whoever restores it.
ALTER TABLE charts
  ADD COLUMN version_id UUID,
  ADD COLUMN versioned_at TIMESTAMPTZ,
  ADD COLUMN versioned_by UUID,
  ADD COLUMN dashboard_id UUID,
  ADD COLUMN deleted_at TIMESTAMPTZ,
  ADD COLUMN deleted_by UUID,
  ADD COLUMN deleted_tiles UUID[];

ALTER TABLE charts
  ADD CONSTRAINT charts_versioned_by_fkey FOREIGN KEY (versioned_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID,
  ADD CONSTRAINT charts_dashboard_id_fkey FOREIGN KEY (dashboard_id) REFERENCES dashboards(id) ON DELETE CASCADE NOT VALID,
  ADD CONSTRAINT charts_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;

-- Whoever saves, programs that know nothing of versions and writers of plain SQL too: the old version is kept. A chart that is only
-- named in another way is another version for whoever saw it before, but none that would be kept. Where a chart lies, and whether it
-- is deleted, is no part of it.
CREATE FUNCTION keep_chart_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.table_name, OLD.metric_query, OLD.chart_config, OLD.table_config, OLD.pivot_config, OLD.parameters)
     IS DISTINCT FROM
     (NEW.table_name, NEW.metric_query, NEW.chart_config, NEW.table_config, NEW.pivot_config, NEW.parameters) THEN
    INSERT INTO chart_versions (id, chart_id, table_name, metric_query, chart_config, table_config, pivot_config, parameters,
                                created_by, created_at)
    VALUES (coalesce(OLD.version_id, OLD.id), OLD.id, OLD.table_name, OLD.metric_query, OLD.chart_config, OLD.table_config,
            OLD.pivot_config, OLD.parameters,
            CASE WHEN OLD.versioned_at IS NULL THEN coalesce(OLD.updated_by, OLD.created_by) ELSE OLD.versioned_by END,
            coalesce(OLD.versioned_at, OLD.updated_at AT TIME ZONE 'utc', OLD.created_at AT TIME ZONE 'utc', 'epoch'));
    NEW.versioned_at := now();
    NEW.versioned_by := NEW.updated_by;
  ELSIF (OLD.name, OLD.description, OLD.status) IS NOT DISTINCT FROM (NEW.name, NEW.description, NEW.status) THEN
    RETURN NEW;
  END IF;
  NEW.version_id := uuid_generate_v4();
  RETURN NEW;
END
$$;

CREATE TRIGGER keep_version
  BEFORE UPDATE OF name, description, status, table_name, metric_query, chart_config, table_config, pivot_config, parameters ON charts
  FOR EACH ROW EXECUTE FUNCTION keep_chart_version();

-- migrate:down

DROP TRIGGER keep_version ON charts;
DROP FUNCTION keep_chart_version();
-- The older program knows no deleted charts: they come back.
ALTER TABLE charts
  DROP COLUMN deleted_tiles,
  DROP COLUMN deleted_by,
  DROP COLUMN deleted_at,
  DROP COLUMN dashboard_id,
  DROP COLUMN versioned_by,
  DROP COLUMN versioned_at,
  DROP COLUMN version_id;
DROP TABLE chart_versions;
