-- lint:allow drop-index-not-concurrent: no rows are read; the lock is asked for in moments of 50 ms and held for less
-- lint:allow if-exists-hides-drift: doctor and 'db indexes' have advised to drop these before
-- migrate:up

-- Each of these costs every write and answers nothing that the other index of its table does not answer. The names that
-- people know stay, on the index that is kept: a key's own, or the one whose first column it is.
DROP INDEX IF EXISTS idx_users_email;
ALTER INDEX users_email_key RENAME TO idx_users_email;

DROP INDEX IF EXISTS idx_users_organization_id;
ALTER INDEX users_organization_id_created_at_index RENAME TO idx_users_organization_id;

DROP INDEX IF EXISTS idx_projects_organization_id;
ALTER INDEX projects_organization_id_created_at_index RENAME TO idx_projects_organization_id;

DROP INDEX IF EXISTS idx_charts_project_id;
ALTER INDEX charts_project_id_created_at_index RENAME TO idx_charts_project_id;

DROP INDEX IF EXISTS idx_dashboards_project_id;
ALTER INDEX dashboards_project_id_created_at_index RENAME TO idx_dashboards_project_id;

-- migrate:down

ALTER INDEX idx_dashboards_project_id RENAME TO dashboards_project_id_created_at_index;
CREATE INDEX idx_dashboards_project_id ON dashboards(project_id);

ALTER INDEX idx_charts_project_id RENAME TO charts_project_id_created_at_index;
CREATE INDEX idx_charts_project_id ON charts(project_id);

ALTER INDEX idx_projects_organization_id RENAME TO projects_organization_id_created_at_index;
CREATE INDEX idx_projects_organization_id ON projects(organization_id);

ALTER INDEX idx_users_organization_id RENAME TO users_organization_id_created_at_index;
CREATE INDEX idx_users_organization_id ON users(organization_id);

ALTER INDEX idx_users_email RENAME TO users_email_key;
CREATE INDEX idx_users_email ON users(email);
