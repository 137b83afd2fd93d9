-- migrate:up transaction:off

CREATE INDEX CONCURRENTLY organizations_default_project_id_index ON organizations(default_project_id);

-- migrate:down

DROP INDEX CONCURRENTLY organizations_default_project_id_index;
