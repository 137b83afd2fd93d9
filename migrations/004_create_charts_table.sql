-- migrate:up

-- The guide uses charts (dashboard_tiles refers to it, an example filters it) but does not define it.
CREATE TABLE charts (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  project_id UUID NOT NULL REFERENCES projects(id),
  name VARCHAR NOT NULL,
  description TEXT,
  status VARCHAR NOT NULL DEFAULT 'active'
    CONSTRAINT charts_status_check CHECK (status IN ('draft', 'active', 'archived')),
  table_name VARCHAR NOT NULL,
  metric_query JSONB NOT NULL,
  chart_config JSONB NOT NULL,
  table_config JSONB NOT NULL DEFAULT '{"columnOrder": []}',
  pivot_config JSONB,
  parameters JSONB,
  slug VARCHAR NOT NULL DEFAULT uuid_generate_v4()::text,
  created_by UUID NOT NULL REFERENCES users(id),
  updated_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  CONSTRAINT charts_project_id_slug_unique UNIQUE (project_id, slug)
);

CREATE INDEX idx_charts_project_id ON charts(project_id);
CREATE INDEX charts_project_id_created_at_index ON charts(project_id, created_at);
CREATE INDEX charts_created_by_index ON charts(created_by);
CREATE INDEX charts_updated_by_index ON charts(updated_by);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON charts FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TABLE charts;
