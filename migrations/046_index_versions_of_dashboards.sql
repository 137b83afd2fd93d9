-- migrate:up transaction:off

ALTER TABLE dashboards VALIDATE CONSTRAINT dashboards_versioned_by_fkey;
CREATE INDEX CONCURRENTLY dashboards_versioned_by_index ON dashboards(versioned_by) WHERE versioned_by IS NOT NULL;

-- migrate:down

DROP INDEX CONCURRENTLY dashboards_versioned_by_index;
ALTER TABLE dashboards DROP CONSTRAINT dashboards_versioned_by_fkey;
ALTER TABLE dashboards ADD CONSTRAINT dashboards_versioned_by_fkey
  FOREIGN KEY (versioned_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;
