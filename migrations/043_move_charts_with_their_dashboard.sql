-- migrate:up

-- A chart that belongs to a dashboard lies where the dashboard lies, whoever moves that.
CREATE FUNCTION move_charts_with_dashboard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE charts SET space_id = NEW.space_id WHERE dashboard_id = NEW.id AND space_id IS DISTINCT FROM NEW.space_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER move_charts AFTER UPDATE OF space_id ON dashboards
  FOR EACH ROW WHEN (OLD.space_id IS DISTINCT FROM NEW.space_id) EXECUTE FUNCTION move_charts_with_dashboard();

-- migrate:down

DROP TRIGGER move_charts ON dashboards;
DROP FUNCTION move_charts_with_dashboard();
