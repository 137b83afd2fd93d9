-- migrate:up

ALTER TABLE charts VALIDATE CONSTRAINT charts_versioned_by_fkey;
ALTER TABLE charts VALIDATE CONSTRAINT charts_dashboard_id_fkey;
ALTER TABLE charts VALIDATE CONSTRAINT charts_deleted_by_fkey;

-- migrate:down

ALTER TABLE charts
  DROP CONSTRAINT charts_versioned_by_fkey,
  DROP CONSTRAINT charts_dashboard_id_fkey,
  DROP CONSTRAINT charts_deleted_by_fkey;
ALTER TABLE charts
  ADD CONSTRAINT charts_versioned_by_fkey FOREIGN KEY (versioned_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID,
  ADD CONSTRAINT charts_dashboard_id_fkey FOREIGN KEY (dashboard_id) REFERENCES dashboards(id) ON DELETE CASCADE NOT VALID,
  ADD CONSTRAINT charts_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES users(id) ON DELETE SET NULL NOT VALID;
