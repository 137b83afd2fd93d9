-- migrate:up transaction:off

-- A part at a time, each committed: who saves a dashboard meanwhile waits for a part at most. What was filed stays filed when this is
-- run again.
DO $$
DECLARE
  filed BIGINT;
BEGIN
  LOOP
    WITH part AS (SELECT id, project_id FROM charts WHERE space_id IS NULL LIMIT 5000 FOR UPDATE SKIP LOCKED)
    UPDATE charts c SET space_id = s.id FROM part p JOIN spaces s ON s.project_id = p.project_id AND s.is_default WHERE c.id = p.id;
    GET DIAGNOSTICS filed = ROW_COUNT;
    EXIT WHEN filed = 0;
    COMMIT;
  END LOOP;
END
$$;

DO $$
DECLARE
  filed BIGINT;
BEGIN
  LOOP
    WITH part AS (SELECT id, project_id FROM dashboards WHERE space_id IS NULL LIMIT 5000 FOR UPDATE SKIP LOCKED)
    UPDATE dashboards d SET space_id = s.id FROM part p JOIN spaces s ON s.project_id = p.project_id AND s.is_default WHERE d.id = p.id;
    GET DIAGNOSTICS filed = ROW_COUNT;
    EXIT WHEN filed = 0;
    COMMIT;
  END LOOP;
END
$$;

CREATE INDEX CONCURRENTLY charts_space_id_index ON charts(space_id);
CREATE INDEX CONCURRENTLY dashboards_space_id_index ON dashboards(space_id);
ALTER TABLE charts VALIDATE CONSTRAINT charts_space_id_fkey;
ALTER TABLE dashboards VALIDATE CONSTRAINT dashboards_space_id_fkey;

-- migrate:down

DROP INDEX CONCURRENTLY IF EXISTS dashboards_space_id_index;
DROP INDEX CONCURRENTLY IF EXISTS charts_space_id_index;
ALTER TABLE dashboards DROP CONSTRAINT dashboards_space_id_fkey;
ALTER TABLE dashboards ADD CONSTRAINT dashboards_space_id_fkey FOREIGN KEY (space_id) REFERENCES spaces(id) ON DELETE SET NULL NOT VALID;
ALTER TABLE charts DROP CONSTRAINT charts_space_id_fkey;
ALTER TABLE charts ADD CONSTRAINT charts_space_id_fkey FOREIGN KEY (space_id) REFERENCES spaces(id) ON DELETE SET NULL NOT VALID;
