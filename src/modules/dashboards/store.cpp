#include "lightdash/modules/dashboards/store.hpp"

#include "lightdash/modules/access/service.hpp"
#include "lightdash/modules/endpoint/outcome.hpp"
#include "lightdash/modules/endpoint/slug.hpp"
#include "lightdash/modules/projects/service.hpp"

#include <fmt/format.h>

namespace lightdash {
namespace {

const pg::statement& find_with_tiles()
{
    static const pg::statement find{"dashboards.by_id", R"(
        select d.id as dashboard_uuid, d.project_id as dashboard_project_uuid,
               p.organization_id as dashboard_organization_uuid, d.name as dashboard_name,
               d.description as dashboard_description, d.slug as dashboard_slug, d.tabs as dashboard_tabs,
               d.filters as dashboard_filters, d.parameters as dashboard_parameters, d.config as dashboard_config,
               coalesce(d.created_at, 'epoch'::timestamp) as dashboard_created_at,
               coalesce(d.updated_at, 'epoch'::timestamp) as dashboard_updated_at,
               e.id as dashboard_updated_by_user_user_uuid, e.first_name as dashboard_updated_by_user_first_name,
               e.last_name as dashboard_updated_by_user_last_name,
               t.id as tile_uuid, t.tile_type as tile_type, t.position_x as tile_x, t.position_y as tile_y,
               t.width as tile_w, t.height as tile_h, t.tab_id as tile_tab_uuid,
               t.properties as tile_properties_settings, t.chart_id as tile_properties_saved_chart_uuid,
               c.name as tile_properties_chart_name, c.slug as tile_properties_chart_slug,
               case when t.tile_type = 'saved_chart' then coalesce(c.chart_config ->> 'type', '') end
                   as tile_properties_chart_kind
        from dashboards d
        join projects p on p.id = d.project_id
        left join users e on e.id = coalesce(d.updated_by, d.created_by)
        left join dashboard_tiles t on t.dashboard_id = d.id
        left join charts c on c.id = t.chart_id
        where d.id = $1
        order by t.position_y, t.position_x, t.id)"};
    return find;
}

// The dashboard stands in every row; it is read from the first only.
std::optional<dashboard_details> with_tiles(const pg::result& rows)
{
    constexpr auto tile_columns = pg::column_count<dashboard>;
    pg::check_shape<dashboard_with_tile>(rows);
    if (rows.rows() == 0)
        return std::nullopt;
    dashboard_details made{pg::map_row<dashboard>(rows, 0)};
    made.tiles.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row)
        if (!rows.field(row, tile_columns).null)
            made.tiles.push_back(pg::map_row<dashboard_tile>(rows, row, tile_columns));
    return made;
}

pg::flight::ticket ask_owner(pg::flight& statements, dashboard_id id)
{
    static const pg::statement owner{
        "dashboards.owner",
        "select p.organization_id from dashboards d join projects p on p.id = d.project_id where d.id = $1"};
    return statements.add(owner, id);
}

// A list of tiles as one array per column: the statement's text does not change with their number.
struct tile_columns {
    std::vector<tile_id> ids;
    std::vector<tile_type> types;
    std::vector<std::int32_t> x, y, w, h;
    std::vector<std::optional<uuid>> tabs;
    std::vector<std::optional<chart_id>> charts;
    std::vector<std::string> settings;

    explicit tile_columns(const std::vector<new_tile>& tiles)
    {
        for (const auto& tile : tiles) {
            ids.push_back(tile.uuid.value_or(tile_id{uuid::random()}));
            types.push_back(tile.type);
            x.push_back(tile.x);
            y.push_back(tile.y);
            w.push_back(tile.w);
            h.push_back(tile.h);
            tabs.push_back(tile.tab_uuid);
            charts.push_back(tile.chart());
            settings.push_back(tile.settings());
        }
    }
};

pg::json_text as_json(const auto& part)
{
    pg::json_text made;
    http::json::write(made.text, part);
    return made;
}

std::optional<pg::json_text> json_or_null(const auto& part)
{
    if (!part)
        return std::nullopt;
    return as_json(*part);
}

void refuse_unknown_charts(const std::vector<chart_id>& unknown)
{
    if (unknown.empty())
        return;
    std::string list;
    for (const auto& id : unknown)
        list += (list.empty() ? "" : ", ") + id.to_string();
    throw error{error_kind::invalid_parameter,
                fmt::format("These charts of tiles do not exist in the dashboard's project: {}.", list)};
}

} // namespace

task<dashboard_details> dashboard_store::by_id(pg::session& db, const caller& who, dashboard_id id)
{
    const auto rows = co_await db.query(find_with_tiles(), pg::params::of(id));
    auto found = require_found(with_tiles(rows), "dashboard");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<dashboard_id> dashboard_store::id_of_slug(pg::session& db, const caller& who, std::string_view slug)
{
    static const pg::statement find{"dashboards.id_of_slug", R"(
        select d.id from dashboards d join projects p on p.id = d.project_id
        where d.slug = $1 and p.organization_id = $2
        limit 2)"};
    const auto found = co_await db.all<dashboard_id>(find, slug, who.organization);
    if (found.size() > 1)
        throw error{error_kind::not_found, "Several projects have a dashboard with this slug: ask for it by its uuid."};
    if (found.empty())
        throw_not_found("dashboard");
    co_return found.front();
}

task<dashboard_store::page> dashboard_store::list(pg::session& db, const caller& who, project_id project,
                                                  std::string pattern, std::optional<chart_id> showing,
                                                  page_request wanted)
{
    static const pg::statement count{"dashboards.count", R"(
        select count(*) from dashboards d
        where project_id = $1 and ($2 = '%' or name ilike $2)
          and ($3::uuid is null or exists (
              select from dashboard_tiles t where t.dashboard_id = d.id and t.chart_id = $3)))"};
    static const pg::statement page_of{"dashboards.list", R"(
        select d.id as uuid, d.project_id as project_uuid, p.organization_id as organization_uuid, d.name, d.description,
               d.slug, coalesce(d.updated_at, 'epoch'::timestamp) as updated_at,
               e.id as updated_by_user_user_uuid, e.first_name as updated_by_user_first_name,
               e.last_name as updated_by_user_last_name,
               array(select distinct t.tile_type::text from dashboard_tiles t where t.dashboard_id = d.id order by 1) as tile_types,
               null::uuid as space_uuid, 0::int8 as views
        from (
            select * from dashboards d
            where project_id = $1 and ($2 = '%' or name ilike $2)
              and ($3::uuid is null or exists (
                  select from dashboard_tiles t where t.dashboard_id = d.id and t.chart_id = $3))
            order by created_at, id limit $4 offset $5
        ) d
        join projects p on p.id = d.project_id
        left join users e on e.id = coalesce(d.updated_by, d.created_by)
        order by d.created_at, d.id)"};
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto total = whole.add(count, project, pattern, showing);
    const auto rows = whole.add(page_of, project, pattern, showing, wanted.size, wanted.offset());
    co_await db.send(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return page{whole.all<dashboard_summary>(rows), whole.one<std::int64_t>(total)};
}

task<dashboard_details> dashboard_store::create(pg::transaction& tx, const caller& who, project_id project,
                                                const new_dashboard& draft)
{
    static const pg::statement unknown_charts{"dashboards.unknown_charts", R"(
        select u.id from unnest($1::uuid[]) u(id)
        where u.id is not null and not exists (select from charts c where c.id = u.id and c.project_id = $2))"};
    // Tiles keep the client's uuids unless another dashboard has them: what was copied from there gets its own.
    static const pg::statement insert{"dashboards.create", R"(
        with d as (
            insert into dashboards (id, project_id, name, description, slug, tabs, filters, parameters, config,
                                    created_by, updated_by)
            select $1, p.id, $4, $5,
                   case when exists (select from dashboards where project_id = $2 and slug = $6) then $7 else $6 end,
                   $8, $9, $10, $11, $12, $12
            from projects p
            where p.id = $2 and p.organization_id = $3
              and not exists (
                  select from unnest($20::uuid[]) u(id)
                  where u.id is not null and not exists (select from charts c where c.id = u.id and c.project_id = $2))
            returning id
        )
        insert into dashboard_tiles (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,
                                     chart_id, properties)
        select case when exists (select from dashboard_tiles o where o.id = t.id) then uuid_generate_v4() else t.id end,
               d.id, t.type, t.x, t.y, t.w, t.h, t.tab, t.chart, t.settings::jsonb
        from d, unnest($13::uuid[], $14::text[], $15::int4[], $16::int4[], $17::int4[], $18::int4[], $19::uuid[],
                       $20::uuid[], $21::text[]) t(id, type, x, y, w, h, tab, chart, settings))"};
    const dashboard_id id{uuid::random()};
    const auto slug = slug_of(draft.slug.value_or(draft.name));
    const tile_columns tiles{draft.tiles};
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto unknown = whole.add(unknown_charts, tiles.charts, project);
    whole.add(insert, id, project, who.organization, draft.name, draft.description, slug, slug_with_suffix(slug),
              as_json(draft.tabs.value_or(std::vector<dashboard_tab>{})),
              as_json(draft.filters.value_or(dashboard_filters{})),
              draft.parameters ? as_json(*draft.parameters) : pg::json_text{"{}"},
              draft.config ? as_json(*draft.config) : pg::json_text{"{}"}, who.user, tiles.ids, tiles.types, tiles.x,
              tiles.y, tiles.w, tiles.h, tiles.tabs, tiles.charts, tiles.settings);
    const auto made = whole.add(find_with_tiles(), id);
    co_await finish_with_slug(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    refuse_unknown_charts(whole.all<chart_id>(unknown));
    co_return require_found(with_tiles(whole.rows(made)), "dashboard");
}

task<dashboard_details> dashboard_store::update(pg::transaction& tx, const caller& who, dashboard_id id,
                                                const dashboard_changes& changes)
{
    static const pg::statement unknown_charts{"dashboards.unknown_charts_here", R"(
        select u.id from unnest($1::uuid[]) u(id)
        where u.id is not null and not exists (
            select from charts c join dashboards d on d.project_id = c.project_id where c.id = u.id and d.id = $2))"};
    static const pg::statement unknown_tabs{"dashboards.unknown_tabs", R"(
        select distinct u.id from unnest($1::uuid[]) u(id)
        where u.id is not null and not exists (
            select from dashboards d, jsonb_array_elements(d.tabs) t where d.id = $2 and t ->> 'uuid' = u.id::text))"};
    static const pg::statement update{"dashboards.update", R"(
        update dashboards d set
            name = coalesce($3, d.name),
            description = case when $4 then $5 else d.description end,
            tabs = coalesce($6, d.tabs),
            filters = coalesce($7, d.filters),
            parameters = coalesce($8, d.parameters),
            config = coalesce($9, d.config),
            updated_by = $10
        from projects p
        where d.id = $1 and p.id = d.project_id and p.organization_id = $2)"};
    static const pg::statement leave_removed_tabs{"dashboards.leave_removed_tabs", R"(
        update dashboard_tiles t set tab_id = null
        from dashboards d join projects p on p.id = d.project_id
        where d.id = $1 and p.organization_id = $2 and t.dashboard_id = d.id and t.tab_id is not null
          and not exists (select from jsonb_array_elements(d.tabs) tab where tab ->> 'uuid' = t.tab_id::text))"};
    // One statement may not both delete a tile and insert it again: those that stay are updated in place.
    static const pg::statement replace_tiles{"dashboards.replace_tiles", R"(
        with d as (
            select d.id from dashboards d join projects p on p.id = d.project_id
            where d.id = $1 and p.organization_id = $2
        ), gone as (
            delete from dashboard_tiles t using d where t.dashboard_id = d.id and t.id <> all ($3::uuid[])
        )
        insert into dashboard_tiles as old (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,
                                            chart_id, properties)
        select case when exists (select from dashboard_tiles o where o.id = t.id and o.dashboard_id <> d.id)
                    then uuid_generate_v4() else t.id end,
               d.id, t.type, t.x, t.y, t.w, t.h, t.tab, t.chart, t.settings::jsonb
        from d, unnest($3::uuid[], $4::text[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::uuid[],
                       $10::uuid[], $11::text[]) t(id, type, x, y, w, h, tab, chart, settings)
        on conflict (id) do update set
            tile_type = excluded.tile_type, position_x = excluded.position_x, position_y = excluded.position_y,
            width = excluded.width, height = excluded.height, tab_id = excluded.tab_id, chart_id = excluded.chart_id,
            -- a tile whose chart was deleted keeps the name it had
            properties = case when excluded.tile_type = 'saved_chart' and excluded.chart_id is null
                              then old.properties || excluded.properties else excluded.properties end)"};
    if (changes.tiles) {
        // What only the database can check comes first: a flight that changes rows may leave nothing to check.
        const tile_columns tiles{*changes.tiles};
        pg::flight checks;
        const auto owner = ask_owner(checks, id);
        const auto charts = checks.add(unknown_charts, tiles.charts, id);
        const auto tabs = checks.add(unknown_tabs, changes.tabs ? decltype(tiles.tabs){} : tiles.tabs, id);
        co_await tx.send(checks);
        require_owner(who, checks.maybe<organization_id>(owner), "dashboard");
        refuse_unknown_charts(checks.all<chart_id>(charts));
        if (const auto unknown = checks.all<uuid>(tabs); !unknown.empty())
            throw error{error_kind::invalid_body, "The body has faults."}.with_fields(
                {{"/tiles", fmt::format("There is no tab with the uuid '{}'.", unknown.front().to_string())}});
    }

    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    whole.add(update, id, who.organization, or_null(changes.name), changes.description.present,
              changes.description.value, json_or_null(changes.tabs), json_or_null(changes.filters),
              json_or_null(changes.parameters), json_or_null(changes.config), who.user);
    if (changes.tabs && !changes.tiles)
        whole.add(leave_removed_tabs, id, who.organization);
    if (changes.tiles) {
        const tile_columns tiles{*changes.tiles};
        whole.add(replace_tiles, id, who.organization, tiles.ids, tiles.types, tiles.x, tiles.y, tiles.w, tiles.h,
                  tiles.tabs, tiles.charts, tiles.settings);
    }
    const auto changed = whole.add(find_with_tiles(), id);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
    co_return require_found(with_tiles(whole.rows(changed)), "dashboard");
}

task<void> dashboard_store::remove(pg::transaction& tx, const caller& who, dashboard_id id)
{
    static const pg::statement erase{"dashboards.delete", R"(
        delete from dashboards d using projects p
        where d.id = $1 and p.id = d.project_id and p.organization_id = $2)"};
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    whole.add(erase, id, who.organization);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
}

} // namespace lightdash
