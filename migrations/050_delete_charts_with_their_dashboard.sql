-- migrate:up

-- A chart that belongs to a dashboard is deleted with it, whoever deletes that, and comes back with it; one that was deleted before
-- stays deleted.
CREATE FUNCTION delete_charts_with_dashboard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.deleted_at IS NULL THEN
    UPDATE charts SET deleted_at = NULL, deleted_by = NULL WHERE dashboard_id = NEW.id AND deleted_at = OLD.deleted_at;
  ELSE
    UPDATE charts SET deleted_at = NEW.deleted_at, deleted_by = NEW.deleted_by WHERE dashboard_id = NEW.id AND deleted_at IS NULL;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER delete_charts AFTER UPDATE OF deleted_at ON dashboards
  FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION delete_charts_with_dashboard();

-- migrate:down

DROP TRIGGER delete_charts ON dashboards;
DROP FUNCTION delete_charts_with_dashboard();
