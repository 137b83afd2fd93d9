-- migrate:up

-- Defaults for the position: the guide's own example inserts a tile without one. 15 by 9 is Lightdash's usual size.
CREATE TABLE dashboard_tiles (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  dashboard_id UUID NOT NULL REFERENCES dashboards(id) ON DELETE CASCADE,
  chart_id UUID NOT NULL REFERENCES charts(id),
  position_x INT NOT NULL DEFAULT 0,
  position_y INT NOT NULL DEFAULT 0,
  width INT NOT NULL DEFAULT 15,
  height INT NOT NULL DEFAULT 9,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);

CREATE INDEX idx_dashboard_tiles_dashboard_id ON dashboard_tiles(dashboard_id);
CREATE INDEX dashboard_tiles_chart_id_index ON dashboard_tiles(chart_id);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON dashboard_tiles FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TABLE dashboard_tiles;
