-- The name of one of 100 dashboards, and the dashboard with its tiles as the answer: one statement.
\set n random(1, 100)
with d as (
    update dashboards set name = 'Renamed', updated_by = :user where id = ('0e0d0000-0000-4000-8000-' || lpad(to_hex(:n::int4), 12, '0'))::uuid
    returning *
)
select d.*, p.organization_id, e.id, e.first_name, e.last_name,
       t.id, t.tile_type, t.position_x, t.position_y, t.width, t.height, t.tab_id, t.properties, t.chart_id,
       c.name, c.slug, c.chart_config ->> 'type'
from d
join projects p on p.id = d.project_id
join users e on e.id = d.updated_by
left join dashboard_tiles t on t.dashboard_id = d.id
left join charts c on c.id = t.chart_id
order by t.position_y, t.position_x, t.id;
