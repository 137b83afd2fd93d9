-- migrate:up

ALTER TABLE projects VALIDATE CONSTRAINT projects_warehouse_connection_id_fkey;
ALTER TABLE projects VALIDATE CONSTRAINT projects_dbt_key_id_check;
ALTER TABLE projects VALIDATE CONSTRAINT projects_results_cache_ttl_seconds_check;

-- migrate:down

ALTER TABLE projects
  DROP CONSTRAINT projects_warehouse_connection_id_fkey,
  DROP CONSTRAINT projects_dbt_key_id_check,
  DROP CONSTRAINT projects_results_cache_ttl_seconds_check,
  ADD CONSTRAINT projects_warehouse_connection_id_fkey
    FOREIGN KEY (warehouse_connection_id) REFERENCES warehouse_connections(id) ON DELETE SET NULL NOT VALID,
  ADD CONSTRAINT projects_dbt_key_id_check CHECK ((encrypted_dbt_credentials IS NULL) = (dbt_key_id IS NULL)) NOT VALID,
  ADD CONSTRAINT projects_results_cache_ttl_seconds_check
    CHECK (results_cache_ttl_seconds BETWEEN 60 AND 2592000) NOT VALID;
