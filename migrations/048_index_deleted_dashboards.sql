-- migrate:up transaction:off

ALTER TABLE dashboards VALIDATE CONSTRAINT dashboards_deleted_by_fkey;
CREATE INDEX CONCURRENTLY dashboards_deleted_by_index ON dashboards(deleted_by) WHERE deleted_by IS NOT NULL;
CREATE INDEX CONCURRENTLY dashboards_deleted_at_index ON dashboards(deleted_at) WHERE deleted_at IS NOT NULL;
-- A project's lists are counted from the index alone: which are deleted, and in which space each lies.
CREATE INDEX CONCURRENTLY dashboards_listed_index ON dashboards(project_id, created_at) INCLUDE (deleted_at, space_id);
DROP INDEX CONCURRENTLY idx_dashboards_project_id;
ALTER INDEX dashboards_listed_index RENAME TO idx_dashboards_project_id;

-- migrate:down

CREATE INDEX CONCURRENTLY dashboards_listed_index ON dashboards(project_id, created_at);
DROP INDEX CONCURRENTLY idx_dashboards_project_id;
ALTER INDEX dashboards_listed_index RENAME TO idx_dashboards_project_id;
DROP INDEX CONCURRENTLY dashboards_deleted_at_index;
DROP INDEX CONCURRENTLY dashboards_deleted_by_index;
ALTER TABLE dashboards DROP CONSTRAINT dashboards_deleted_by_fkey;
ALTER TABLE dashboards ADD CONSTRAINT dashboards_deleted_by_fkey
  FOREIGN KEY (deleted_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;
