-- migrate:up transaction:off

-- Most charts are as they were made, belong to no dashboard and are not deleted.
CREATE INDEX CONCURRENTLY charts_versioned_by_index ON charts(versioned_by) WHERE versioned_by IS NOT NULL;
CREATE INDEX CONCURRENTLY charts_dashboard_id_index ON charts(dashboard_id) WHERE dashboard_id IS NOT NULL;
CREATE INDEX CONCURRENTLY charts_deleted_by_index ON charts(deleted_by) WHERE deleted_by IS NOT NULL;
CREATE INDEX CONCURRENTLY charts_deleted_at_index ON charts(deleted_at) WHERE deleted_at IS NOT NULL;

-- migrate:down

DROP INDEX CONCURRENTLY charts_deleted_at_index;
DROP INDEX CONCURRENTLY charts_deleted_by_index;
DROP INDEX CONCURRENTLY charts_dashboard_id_index;
DROP INDEX CONCURRENTLY charts_versioned_by_index;
