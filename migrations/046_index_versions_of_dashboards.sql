-- migrate:up transaction:off

CREATE INDEX CONCURRENTLY dashboards_versioned_by_index ON dashboards(versioned_by) WHERE versioned_by IS NOT NULL;
ALTER TABLE dashboards VALIDATE CONSTRAINT dashboards_versioned_by_fkey;

-- migrate:down

DROP INDEX CONCURRENTLY IF EXISTS dashboards_versioned_by_index;
