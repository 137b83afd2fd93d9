-- lint:allow foreign-key-without-index: 014 builds them, which is no work for a transaction; until then the columns are empty
-- migrate:up

CREATE TABLE groups (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  name VARCHAR NOT NULL,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  updated_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT groups_organization_id_name_unique UNIQUE (organization_id, name)
);

CREATE INDEX groups_created_by_index ON groups(created_by);
CREATE INDEX groups_updated_by_index ON groups(updated_by);

CREATE TABLE group_memberships (
  group_id UUID NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (group_id, user_id)
);

CREATE INDEX group_memberships_user_id_index ON group_memberships(user_id);

CREATE TABLE project_memberships (
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role VARCHAR NOT NULL
    CONSTRAINT project_memberships_role_check CHECK (role IN ('viewer', 'interactive_viewer', 'editor', 'developer', 'admin')),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id)
);

CREATE INDEX project_memberships_user_id_index ON project_memberships(user_id);

CREATE TABLE project_group_access (
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  group_id UUID NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
  role VARCHAR NOT NULL
    CONSTRAINT project_group_access_role_check CHECK (role IN ('viewer', 'interactive_viewer', 'editor', 'developer', 'admin')),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, group_id)
);

CREATE INDEX project_group_access_group_id_index ON project_group_access(group_id);

CREATE TABLE spaces (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  name VARCHAR NOT NULL,
  slug VARCHAR NOT NULL DEFAULT uuid_generate_v4()::text,
  inherits BOOLEAN NOT NULL DEFAULT false,
  is_default BOOLEAN NOT NULL DEFAULT false,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT spaces_project_id_slug_unique UNIQUE (project_id, slug),
  -- Content without a space lies in it, open to the project.
  CONSTRAINT spaces_default_inherits_check CHECK (inherits OR NOT is_default)
);

CREATE UNIQUE INDEX spaces_one_default_unique ON spaces(project_id) WHERE is_default;
CREATE INDEX spaces_created_by_index ON spaces(created_by);

CREATE TABLE space_user_access (
  space_id UUID NOT NULL REFERENCES spaces(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role VARCHAR NOT NULL CONSTRAINT space_user_access_role_check CHECK (role IN ('viewer', 'editor', 'admin')),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (space_id, user_id)
);

CREATE INDEX space_user_access_user_id_index ON space_user_access(user_id);

CREATE TABLE space_group_access (
  space_id UUID NOT NULL REFERENCES spaces(id) ON DELETE CASCADE,
  group_id UUID NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
  role VARCHAR NOT NULL CONSTRAINT space_group_access_role_check CHECK (role IN ('viewer', 'editor', 'admin')),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (space_id, group_id)
);

CREATE INDEX space_group_access_group_id_index ON space_group_access(group_id);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON groups FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON spaces FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- What statements ask when the role in the organization alone does not say yes. Functions and not subqueries: one that is not called
-- costs nothing, while a subquery is set up by every execution.

-- The strongest of a user's roles in a project, their own or their groups': 0 none, 1 viewer, 2 interactive_viewer, 3 editor,
-- 4 developer, 5 admin.
CREATE FUNCTION project_role_of(of_user UUID, in_project UUID) RETURNS INT LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(max(array_position(ARRAY['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'], granted.role)), 0)
  FROM (
    SELECT m.role::text FROM project_memberships m WHERE m.project_id = in_project AND m.user_id = of_user
    UNION ALL
    SELECT a.role::text FROM project_group_access a JOIN group_memberships g ON g.group_id = a.group_id
    WHERE a.project_id = in_project AND g.user_id = of_user
  ) granted (role)
$$;

-- A user's grant in a space: their own, also where it is the weaker one, else the strongest of their groups'; 0 none, 1 viewer,
-- 2 editor, 3 admin.
CREATE FUNCTION space_grant_of(of_user UUID, in_space UUID) RETURNS INT LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(
    (SELECT array_position(ARRAY['viewer', 'editor', 'admin'], u.role::text)
     FROM space_user_access u WHERE u.space_id = in_space AND u.user_id = of_user),
    (SELECT max(array_position(ARRAY['viewer', 'editor', 'admin'], a.role::text))
     FROM space_group_access a JOIN group_memberships g ON g.group_id = a.group_id
     WHERE a.space_id = in_space AND g.user_id = of_user),
    0)
$$;

-- Every project has its default space, whoever makes it.
CREATE FUNCTION add_default_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spaces (project_id, name, slug, inherits, is_default, created_by)
  VALUES (NEW.id, 'Shared', 'shared', true, true, NEW.created_by);
  RETURN NULL;
END
$$;

CREATE TRIGGER add_default_space AFTER INSERT ON projects FOR EACH ROW EXECUTE FUNCTION add_default_space();

INSERT INTO spaces (project_id, name, slug, inherits, is_default, created_by)
SELECT id, 'Shared', 'shared', true, true, created_by FROM projects;

ALTER TABLE charts ADD COLUMN space_id UUID;
ALTER TABLE dashboards ADD COLUMN space_id UUID;
ALTER TABLE charts ADD CONSTRAINT charts_space_id_fkey FOREIGN KEY (space_id) REFERENCES spaces(id) ON DELETE SET NULL NOT VALID;
ALTER TABLE dashboards ADD CONSTRAINT dashboards_space_id_fkey FOREIGN KEY (space_id) REFERENCES spaces(id) ON DELETE SET NULL NOT VALID;

-- Content lies in a space of its project; what names none, and what outlives its space, in the default one.
CREATE FUNCTION keep_in_space() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  in_project UUID;
BEGIN
  IF NEW.space_id IS NOT NULL THEN
    SELECT project_id INTO in_project FROM spaces WHERE id = NEW.space_id;
    IF in_project IS NULL OR in_project = NEW.project_id THEN
      RETURN NEW; -- one that is gone breaks the foreign key
    END IF;
    IF TG_OP = 'INSERT' OR OLD.project_id = NEW.project_id THEN
      RAISE EXCEPTION 'a row of % would lie in a space of another project', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
  END IF;
  SELECT id INTO NEW.space_id FROM spaces WHERE project_id = NEW.project_id AND is_default;
  RETURN NEW;
END
$$;

CREATE TRIGGER keep_in_space BEFORE INSERT OR UPDATE OF space_id, project_id ON charts
  FOR EACH ROW EXECUTE FUNCTION keep_in_space();
CREATE TRIGGER keep_in_space BEFORE INSERT OR UPDATE OF space_id, project_id ON dashboards
  FOR EACH ROW EXECUTE FUNCTION keep_in_space();

-- To be filed in a first space is no change of the content.
DROP TRIGGER set_updated_at ON charts;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON charts
  FOR EACH ROW WHEN (OLD.space_id IS NOT NULL OR NEW.space_id IS NULL) EXECUTE FUNCTION set_updated_at();
DROP TRIGGER set_updated_at ON dashboards;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON dashboards
  FOR EACH ROW WHEN (OLD.space_id IS NOT NULL OR NEW.space_id IS NULL) EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TRIGGER set_updated_at ON dashboards;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON dashboards FOR EACH ROW EXECUTE FUNCTION set_updated_at();
DROP TRIGGER set_updated_at ON charts;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON charts FOR EACH ROW EXECUTE FUNCTION set_updated_at();
DROP TRIGGER keep_in_space ON dashboards;
DROP TRIGGER keep_in_space ON charts;
DROP FUNCTION keep_in_space();
ALTER TABLE dashboards DROP COLUMN space_id;
ALTER TABLE charts DROP COLUMN space_id;
DROP TRIGGER add_default_space ON projects;
DROP FUNCTION add_default_space();
DROP FUNCTION space_grant_of(UUID, UUID);
DROP FUNCTION project_role_of(UUID, UUID);
DROP TABLE space_group_access;
DROP TABLE space_user_access;
DROP TABLE spaces;
DROP TABLE project_group_access;
DROP TABLE project_memberships;
DROP TABLE group_memberships;
DROP TABLE groups;
