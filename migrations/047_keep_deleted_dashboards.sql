-- lint:allow foreign-key-without-index: 048 builds it, which is no work for a transaction; until then the column is empty
-- migrate:up

-- Deleted dashboards are kept for a time, for whoever restores them.
ALTER TABLE dashboards
  ADD COLUMN deleted_at TIMESTAMPTZ,
  ADD COLUMN deleted_by UUID;
ALTER TABLE dashboards
  ADD CONSTRAINT dashboards_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;

-- migrate:down

-- The older program knows no deleted dashboards: they come back.
ALTER TABLE dashboards
  DROP COLUMN deleted_by,
  DROP COLUMN deleted_at;
