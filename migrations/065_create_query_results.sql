-- migrate:up

-- What warehouses answered: one row an execution, which any number of equal queries wait for and read. `cache_key` says what equal
-- means; of each key one is under way at most, in whichever process. Rows of an execution are kept as pages of JSON.
CREATE TABLE query_results (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  connection_id UUID NOT NULL REFERENCES warehouse_connections(id) ON DELETE CASCADE,
  cache_key BYTEA NOT NULL,
  statement TEXT NOT NULL,
  arguments JSONB NOT NULL DEFAULT '[]',
  columns JSONB NOT NULL DEFAULT '[]',
  row_limit INT NOT NULL,
  timezone VARCHAR NOT NULL DEFAULT 'UTC',
  status TEXT NOT NULL DEFAULT 'queued'
    CONSTRAINT query_results_status_check CHECK (status IN ('queued', 'executing', 'ready', 'error', 'cancelled', 'expired')),
  owner UUID,
  heartbeat_at TIMESTAMPTZ,
  total_rows BIGINT NOT NULL DEFAULT 0,
  bytes BIGINT NOT NULL DEFAULT 0,
  error VARCHAR,
  sqlstate VARCHAR,
  created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  started_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ,
  last_read_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX query_results_under_way_unique ON query_results(cache_key) WHERE status IN ('queued', 'executing');
CREATE INDEX query_results_waiting_index ON query_results(created_at, id) WHERE status IN ('queued', 'executing');
CREATE INDEX query_results_cache_key_finished_at_index ON query_results(cache_key, finished_at) WHERE status = 'ready';
CREATE INDEX query_results_expires_at_index ON query_results(expires_at) WHERE status = 'ready';
CREATE INDEX query_results_project_id_last_read_at_index ON query_results(project_id, last_read_at);
CREATE INDEX query_results_connection_id_index ON query_results(connection_id);

-- `rows`: objects with ",\n" between them, as they are told.
CREATE TABLE query_result_pages (
  result_id UUID NOT NULL REFERENCES query_results(id) ON DELETE CASCADE,
  number INT NOT NULL,
  row_count INT NOT NULL,
  rows TEXT NOT NULL,
  PRIMARY KEY (result_id, number)
);

-- What was asked, by whom.
CREATE TABLE query_history (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  project_id UUID NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  chart_id UUID REFERENCES charts(id) ON DELETE SET NULL,
  result_id UUID REFERENCES query_results(id) ON DELETE SET NULL,
  context VARCHAR NOT NULL,
  explore_name VARCHAR,
  metric_query JSONB,
  fields JSONB NOT NULL DEFAULT '{}',
  cache_hit BOOLEAN NOT NULL,
  cancelled_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX query_history_project_id_created_at_index ON query_history(project_id, created_at, id);
CREATE INDEX query_history_created_by_created_at_index ON query_history(created_by, created_at, id);
CREATE INDEX query_history_chart_id_index ON query_history(chart_id);
CREATE INDEX query_history_result_id_index ON query_history(result_id);
CREATE INDEX query_history_created_at_index ON query_history(created_at);

-- migrate:down

DROP TABLE query_history;
DROP TABLE query_result_pages;
DROP TABLE query_results;
