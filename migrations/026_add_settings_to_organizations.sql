-- lint:allow foreign-key-without-index: 027 builds it, which is no work for a transaction; until then the column is empty
-- migrate:up

-- Which project people see first, and the colours of their charts ("#7162ff"); none: the client's own.
ALTER TABLE organizations
  ADD COLUMN default_project_id UUID CONSTRAINT organizations_default_project_id_fkey REFERENCES projects(id) ON DELETE SET NULL,
  ADD COLUMN chart_colors TEXT[] NOT NULL DEFAULT '{}';

-- migrate:down

ALTER TABLE organizations DROP COLUMN chart_colors, DROP COLUMN default_project_id;
