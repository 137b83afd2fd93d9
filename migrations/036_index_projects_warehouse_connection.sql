-- migrate:up transaction:off

CREATE INDEX CONCURRENTLY projects_warehouse_connection_id_index ON projects(warehouse_connection_id);

-- migrate:down

DROP INDEX CONCURRENTLY projects_warehouse_connection_id_index;
