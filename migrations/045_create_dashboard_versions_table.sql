-- lint:allow foreign-key-without-index: 046 builds it, which is no work for a transaction; until then the column is empty
-- migrate:up

-- What a dashboard was before each save of its tabs, filters, parameters, config and tiles. What it is now stands in dashboards and
-- dashboard_tiles alone: a new dashboard costs no row here, and old ones need none to be made.
CREATE TABLE dashboard_versions (
  id UUID PRIMARY KEY,
  dashboard_id UUID NOT NULL REFERENCES dashboards(id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  content JSONB NOT NULL,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT dashboard_versions_dashboard_id_number_unique UNIQUE (dashboard_id, number)
);

CREATE INDEX dashboard_versions_created_by_index ON dashboard_versions(created_by);
CREATE INDEX dashboard_versions_created_at_index ON dashboard_versions(created_at);

-- NULL: as it was created, and then its id is its version's.
ALTER TABLE dashboards ADD COLUMN version_id UUID;
ALTER TABLE dashboards ADD COLUMN version_number BIGINT NOT NULL DEFAULT 1;
ALTER TABLE dashboards ADD COLUMN versioned_at TIMESTAMPTZ;
ALTER TABLE dashboards ADD COLUMN versioned_by UUID;
ALTER TABLE dashboards ADD CONSTRAINT dashboards_versioned_by_fkey
  FOREIGN KEY (versioned_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;

-- Whoever saves, programs that know nothing of versions and writers of plain SQL too: the old version is kept, and a new one begins. A
-- chart's name stands in its tile, for when the chart is gone.
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dashboard_versions (id, dashboard_id, number, content, created_by, created_at)
  SELECT coalesce(OLD.version_id, OLD.id), OLD.id, OLD.version_number,
         jsonb_build_object(
           'tabs', OLD.tabs, 'filters', OLD.filters, 'parameters', OLD.parameters, 'config', OLD.config,
           'tiles', coalesce(jsonb_agg(jsonb_build_object(
             'id', t.id, 'type', t.tile_type, 'x', t.position_x, 'y', t.position_y, 'w', t.width, 'h', t.height, 'tab', t.tab_id,
             'chart', t.chart_id, 'chartName', c.name, 'properties', t.properties)) FILTER (WHERE t.id IS NOT NULL), '[]')),
         CASE WHEN OLD.versioned_at IS NULL THEN coalesce(OLD.updated_by, OLD.created_by) ELSE OLD.versioned_by END,
         coalesce(OLD.versioned_at, OLD.updated_at AT TIME ZONE 'utc', OLD.created_at AT TIME ZONE 'utc', 'epoch')
  FROM (VALUES (1)) one (row)
  LEFT JOIN dashboard_tiles t ON t.dashboard_id = OLD.id
  LEFT JOIN charts c ON c.id = t.chart_id;
  IF NEW.version_id IS NOT DISTINCT FROM OLD.version_id THEN
    NEW.version_id := uuid_generate_v4();
  END IF;
  NEW.version_number := OLD.version_number + 1;
  NEW.versioned_at := now();
  NEW.versioned_by := NEW.updated_by;
  RETURN NEW;
END
$$;

CREATE TRIGGER keep_version BEFORE UPDATE OF tabs, filters, parameters, config ON dashboards
  FOR EACH ROW EXECUTE FUNCTION keep_version();

-- migrate:down

DROP TRIGGER keep_version ON dashboards;
DROP FUNCTION keep_version();
ALTER TABLE dashboards DROP COLUMN versioned_by;
ALTER TABLE dashboards DROP COLUMN versioned_at;
ALTER TABLE dashboards DROP COLUMN version_number;
ALTER TABLE dashboards DROP COLUMN version_id;
DROP TABLE dashboard_versions;
