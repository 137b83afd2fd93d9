-- A dashboard and three tiles in one statement: the fastest form found (6,440/s against 3,950/s in round trips). Whatever a client
-- sends is a parameter here too.
with d as (
    insert into dashboards (project_id, name, slug, tabs, filters, parameters, config, created_by)
    values (:project, 'Bench', uuid_generate_v4()::text, :tabs, :filters, :object, :object, :user)
    returning *
), t as (
    insert into dashboard_tiles (dashboard_id, tile_type, position_x, position_y, width, height, properties)
    select d.id, t.type, t.x, t.y, t.w, t.h, t.settings::jsonb
    from d, unnest(:types::text[], :x::int4[], :y::int4[], :w::int4[], :h::int4[], :settings::text[]) t(type, x, y, w, h, settings)
    returning id
)
select d.*, array(select id from t) from d;
