-- migrate:up

-- The secrets of dbt_connection are encrypted as those of warehouse_connections are.
ALTER TABLE projects
  ADD COLUMN encrypted_dbt_credentials BYTEA,
  ADD COLUMN dbt_key_id VARCHAR,
  ADD COLUMN scheduler_timezone VARCHAR NOT NULL DEFAULT 'UTC',
  ADD COLUMN results_cache_ttl_seconds INT,
  ADD CONSTRAINT projects_dbt_key_id_check CHECK ((encrypted_dbt_credentials IS NULL) = (dbt_key_id IS NULL)) NOT VALID,
  ADD CONSTRAINT projects_results_cache_ttl_seconds_check
    CHECK (results_cache_ttl_seconds BETWEEN 60 AND 2592000) NOT VALID;

-- migrate:down

ALTER TABLE projects
  DROP COLUMN results_cache_ttl_seconds,
  DROP COLUMN scheduler_timezone,
  DROP COLUMN dbt_key_id,
  DROP COLUMN encrypted_dbt_credentials;
