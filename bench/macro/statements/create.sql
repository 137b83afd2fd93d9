-- A dashboard and three tiles in one statement: the fastest form found (6,440/s against 3,950/s in round trips).
with d as (
    insert into dashboards (project_id, name, slug, created_by)
    select :project, 'Bench', uuid_generate_v4()::text, id from users where email = 'demo@lightdash.com'
    returning id
)
insert into dashboard_tiles (dashboard_id, tile_type, position_x, position_y, width, height, properties)
select d.id, 'markdown', t.x, 0, 12, 6, '{"title": "Note", "content": "Text"}'
from d, (values (0), (12), (24)) t(x)
returning dashboard_id;
