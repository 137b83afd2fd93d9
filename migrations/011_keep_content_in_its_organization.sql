-- migrate:up

-- A second wall behind the program's statements: whatever an UPDATE says, no project, dashboard, chart or tile moves into another
-- organization. It costs nothing where the owner is not among the columns that are set. Within an organization everything moves
-- freely; who does mean to move a project to another one disables the trigger keep_organization for that transaction.
CREATE FUNCTION keep_organization() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before UUID;
  after UUID;
BEGIN
  IF TG_TABLE_NAME = 'projects' THEN
    before := OLD.organization_id;
    after := NEW.organization_id;
  ELSIF TG_TABLE_NAME = 'dashboard_tiles' THEN
    SELECT p.organization_id INTO before FROM dashboards d JOIN projects p ON p.id = d.project_id WHERE d.id = OLD.dashboard_id;
    SELECT p.organization_id INTO after FROM dashboards d JOIN projects p ON p.id = d.project_id WHERE d.id = NEW.dashboard_id;
  ELSE
    SELECT organization_id INTO before FROM projects WHERE id = OLD.project_id;
    SELECT organization_id INTO after FROM projects WHERE id = NEW.project_id;
  END IF;
  IF before IS DISTINCT FROM after THEN
    RAISE EXCEPTION 'a row of % would move from organization % to %', TG_TABLE_NAME, before, after
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'Copy it instead, or disable the trigger keep_organization for this transaction.';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER keep_organization BEFORE UPDATE OF organization_id ON projects
  FOR EACH ROW WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id) EXECUTE FUNCTION keep_organization();
CREATE TRIGGER keep_organization BEFORE UPDATE OF project_id ON charts
  FOR EACH ROW WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION keep_organization();
CREATE TRIGGER keep_organization BEFORE UPDATE OF project_id ON dashboards
  FOR EACH ROW WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id) EXECUTE FUNCTION keep_organization();
CREATE TRIGGER keep_organization BEFORE UPDATE OF dashboard_id ON dashboard_tiles
  FOR EACH ROW WHEN (OLD.dashboard_id IS DISTINCT FROM NEW.dashboard_id) EXECUTE FUNCTION keep_organization();

-- migrate:down

DROP TRIGGER keep_organization ON dashboard_tiles;
DROP TRIGGER keep_organization ON dashboards;
DROP TRIGGER keep_organization ON charts;
DROP TRIGGER keep_organization ON projects;
DROP FUNCTION keep_organization();
