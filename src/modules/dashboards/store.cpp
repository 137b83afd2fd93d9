#include "lightdash/modules/dashboards/store.hpp"

#include "lightdash/modules/access/service.hpp"
#include "lightdash/modules/endpoint/outcome.hpp"
#include "lightdash/modules/endpoint/slug.hpp"
#include "lightdash/modules/projects/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace lightdash {
namespace {

// The columns of dashboard_with_tile, and the tables they come from: d, its tiles t, project p, editor e, charts c. A
// statement that changes a dashboard puts its own rows in the place of d and t, and so answers with what it made.
#define CHART_KIND "coalesce(c.chart_config ->> 'type', '')"
#define DASHBOARD_COLUMNS                                                                                              \
    "d.id as dashboard_uuid, d.project_id as dashboard_project_uuid, "                                                 \
    "p.organization_id as dashboard_organization_uuid, d.name as dashboard_name, "                                     \
    "d.description as dashboard_description, d.slug as dashboard_slug, d.tabs as dashboard_tabs, "                     \
    "d.filters as dashboard_filters, d.parameters as dashboard_parameters, d.config as dashboard_config, "             \
    "coalesce(d.created_at, 'epoch'::timestamp) as dashboard_created_at, "                                             \
    "coalesce(d.updated_at, 'epoch'::timestamp) as dashboard_updated_at, "                                             \
    "e.id as dashboard_updated_by_user_user_uuid, e.first_name as dashboard_updated_by_user_first_name, "              \
    "e.last_name as dashboard_updated_by_user_last_name "
#define COLUMNS                                                                                                        \
    DASHBOARD_COLUMNS                                                                                                  \
    ", t.id as tile_uuid, t.tile_type as tile_type, t.position_x as tile_x, t.position_y as tile_y, "                  \
    "t.width as tile_w, t.height as tile_h, t.tab_id as tile_tab_uuid, t.properties as tile_properties_settings, "     \
    "t.chart_id as tile_properties_saved_chart_uuid, c.name as tile_properties_chart_name, "                           \
    "c.slug as tile_properties_chart_slug, "                                                                           \
    "case when t.tile_type = 'saved_chart' then " CHART_KIND " end as tile_properties_chart_kind "
#define JOINED_TO_D                                                                                                    \
    "left join projects p on p.id = d.project_id "                                                                     \
    "left join users e on e.id = coalesce(d.updated_by, d.created_by) "                                                \
    "left join dashboard_tiles t on t.dashboard_id = d.id left join charts c on c.id = t.chart_id "
#define IN_READING_ORDER "order by t.position_y, t.position_x, t.id"

const pg::statement& find_with_tiles()
{
    static const pg::statement find{"dashboards.by_id", "select " COLUMNS "from dashboards d " JOINED_TO_D
                                                        "where d.id = $1 " IN_READING_ORDER};
    return find;
}

// The dashboard stands in every row; it is read from the first only. Row: dashboard_with_tile, or one that has more
// columns before it.
template <class Row>
std::optional<dashboard_details> with_tiles(const pg::result& rows)
{
    constexpr auto first = pg::column_count<Row> - pg::column_count<dashboard_with_tile>;
    constexpr auto first_of_tile = first + pg::column_count<dashboard>;
    pg::check_shape<Row>(rows);
    if (rows.rows() == 0 || rows.field(0, first).null)
        return std::nullopt;
    dashboard_details made{pg::map_row<dashboard>(rows, 0, first)};
    made.tiles.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row)
        if (!rows.field(row, first_of_tile).null)
            made.tiles.push_back(pg::map_row<dashboard_tile>(rows, row, first_of_tile));
    return made;
}

// What a statement that writes answers, also when it wrote nothing: then the first column says why.
struct written_dashboard {
    std::optional<organization_id> owner; // of the dashboard; none: there is no such thing
    lightdash::dashboard dashboard;
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(written_dashboard, owner, dashboard, tile)

struct created_dashboard {
    std::optional<organization_id> owner; // of the project, when nothing was made; none: there is no such project
    std::vector<tile_id> tiles;           // only when they could get other ids than they were sent with
    std::optional<lightdash::dashboard> dashboard;
};
LIGHTDASH_DESCRIBE(created_dashboard, owner, tiles, dashboard)

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

// One row of a list: the project's owner and total stand in every row, also in the only one of an empty page.
struct listed_dashboard {
    organization_id owner;
    std::int64_t total;
    std::optional<dashboard_summary> dashboard;
};
LIGHTDASH_DESCRIBE(listed_dashboard, owner, total, dashboard)

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
    std::vector<std::optional<tile_id>> spares; // for ids that came from the client, and may be another dashboard's
    std::vector<tile_type> types;
    std::vector<std::int32_t> x, y, w, h;
    std::vector<std::optional<uuid>> tabs;
    std::vector<std::optional<chart_id>> charts;
    std::vector<std::string> settings;
    bool have_given_ids = false;

    explicit tile_columns(const std::vector<new_tile>& tiles)
    {
        ids.reserve(tiles.size());
        types.reserve(tiles.size());
        for (auto* numbers : {&x, &y, &w, &h})
            numbers->reserve(tiles.size());
        settings.reserve(tiles.size());
        for (const auto& tile : tiles) {
            const tile_id unused{uuid::random()};
            ids.push_back(tile.uuid.value_or(unused));
            spares.push_back(tile.uuid ? std::optional{unused} : std::nullopt);
            have_given_ids = have_given_ids || tile.uuid;
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

// What a tile tells of its chart.
struct shown_chart {
    chart_id id;
    std::string name, slug, kind;
};
LIGHTDASH_DESCRIBE(shown_chart, id, name, slug, kind)
const std::vector<shown_chart> none_shown;

// Those of the project.
pg::flight::ticket ask_shown_charts(pg::flight& statements, project_id project, const std::vector<chart_id>& ids)
{
    static const pg::statement find{"dashboards.shown_charts",
                                    "select c.id, c.name, c.slug, " CHART_KIND
                                    " as kind from charts c where c.id = any ($1) and c.project_id = $2"};
    return statements.add(find, ids, project);
}

std::vector<chart_id> charts_of(const std::vector<new_tile>& tiles)
{
    std::vector<chart_id> each;
    for (const auto& tile : tiles)
        if (const auto chart = tile.chart(); chart && std::ranges::find(each, *chart) == each.end())
            each.push_back(*chart);
    return each;
}

[[noreturn]] void throw_not_created(const caller& who, std::optional<organization_id> owner,
                                    std::vector<chart_id> wanted, const std::vector<shown_chart>& existing)
{
    require_owner(who, owner, "project");
    std::erase_if(wanted,
                  [&](chart_id id) { return std::ranges::find(existing, id, &shown_chart::id) != existing.end(); });
    refuse_unknown_charts(wanted);
    throw error{error_kind::serialization_failure, "The project or a chart changed at this very moment."};
}

// New tiles as a GET would find them. `stored`: the ids that those with a spare got, in any order.
std::vector<dashboard_tile> as_read(const std::vector<new_tile>& tiles, const tile_columns& columns,
                                    const std::vector<tile_id>& stored, const std::vector<shown_chart>& charts)
{
    const std::unordered_set<tile_id> used{stored.begin(), stored.end()};
    std::vector<dashboard_tile> made;
    made.reserve(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto& from = tiles[i];
        const auto& spare = columns.spares[i];
        dashboard_tile tile{spare && used.contains(*spare) ? *spare : columns.ids[i],
                            from.type,
                            from.x,
                            from.y,
                            from.w,
                            from.h,
                            from.tab_uuid,
                            {.settings = {columns.settings[i]}, .saved_chart_uuid = from.chart()}};
        if (from.type == tile_type::saved_chart)
            tile.properties.chart_kind.emplace();
        if (const auto shown = std::ranges::find(charts, from.chart(), &shown_chart::id); shown != charts.end()) {
            tile.properties.chart_name = shown->name;
            tile.properties.chart_slug = shown->slug;
            tile.properties.chart_kind = shown->kind;
        }
        made.push_back(std::move(tile));
    }
    std::ranges::sort(made, {}, [](const dashboard_tile& tile) { return std::tuple{tile.y, tile.x, tile.uuid}; });
    return made;
}

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

// $1 the dashboard, $2 the caller's organization, $3… what changes.
#define UPDATE_OWN                                                                                                     \
    "update dashboards d set name = coalesce($3, d.name), "                                                            \
    "description = case when $4 then $5 else d.description end, tabs = coalesce($6, d.tabs), "                         \
    "filters = coalesce($7, d.filters), parameters = coalesce($8, d.parameters), config = coalesce($9, d.config), "    \
    "updated_by = $10 "                                                                                                \
    "from projects p where d.id = $1 and p.id = d.project_id and p.organization_id = $2"

pg::flight::ticket add_update(pg::flight& statements, const pg::statement& update, const caller& who, dashboard_id id,
                              const dashboard_changes& changes)
{
    return statements.add(update, id, who.organization, or_null(changes.name), changes.description.present,
                          changes.description.value, json_or_null(changes.tabs), json_or_null(changes.filters),
                          json_or_null(changes.parameters), json_or_null(changes.config), who.user);
}

// Changes that leave the tiles alone: one statement.
task<dashboard_details> update_alone(pg::transaction& tx, const caller& who, dashboard_id id,
                                     const dashboard_changes& changes)
{
    static const pg::statement update{"dashboards.update",
                                      "with d as (" UPDATE_OWN " returning d.*) "
                                      "select (select p.organization_id from dashboards o join projects p on p.id = "
                                      "o.project_id where o.id = $1) as owner, " COLUMNS
                                      "from (values (true)) always left join d on true " JOINED_TO_D IN_READING_ORDER};
    pg::flight whole;
    const auto changed = add_update(whole, update, who, id, changes);
    co_await tx.finish(whole);
    const auto& rows = whole.rows(changed);
    if (auto written = with_tiles<written_dashboard>(rows))
        co_return std::move(*written);
    require_owner(who, pg::map_row<std::optional<organization_id>>(rows, 0), "dashboard");
    throw_not_found("dashboard"); // it was deleted at this very moment
}

// Changes that reach into the tiles.
task<dashboard_details> update_with_tiles(pg::transaction& tx, const caller& who, dashboard_id id,
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
    static const pg::statement update{"dashboards.update_and_tiles", UPDATE_OWN};
    static const pg::statement leave_removed_tabs{"dashboards.leave_removed_tabs", R"(
        update dashboard_tiles t set tab_id = null
        from dashboards d join projects p on p.id = d.project_id
        where d.id = $1 and p.organization_id = $2 and t.dashboard_id = d.id and t.tab_id is not null
          and not exists (select from jsonb_array_elements(d.tabs) tab where tab ->> 'uuid' = t.tab_id::text))"};
    // One statement may not both delete a tile and insert it again: those that stay are updated in place.
    static const pg::statement replace_tiles{
        "dashboards.replace_tiles",
        R"(
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
        from d, unnest()" LIGHTDASH_UNSEEN(
            "$3::uuid[]") R"(, $4::text[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::uuid[],
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
    add_update(whole, update, who, id, changes);
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
    co_return require_found(with_tiles<dashboard_with_tile>(whole.rows(changed)), "dashboard");
}

} // namespace

task<dashboard_details> dashboard_store::by_id(pg::session& db, const caller& who, dashboard_id id)
{
    const auto rows = co_await db.query(find_with_tiles(), pg::params::of(id));
    auto found = require_found(with_tiles<dashboard_with_tile>(rows), "dashboard");
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

// $1 the project, $2 how many, $3 after how many. One statement: it finds the project even when the page is empty; the
// total stands in a scalar subselect of its own, computed once.
#define LIST(filter)                                                                                                   \
    "select p.organization_id as owner, "                                                                              \
    "(select count(*) from dashboards where project_id = $1" filter ") as total, "                                     \
    "d.id as dashboard_uuid, d.project_id as dashboard_project_uuid, "                                                 \
    "p.organization_id as dashboard_organization_uuid, d.name as dashboard_name, "                                     \
    "d.description as dashboard_description, d.slug as dashboard_slug, "                                               \
    "coalesce(d.updated_at, 'epoch'::timestamp) as dashboard_updated_at, "                                             \
    "e.id as dashboard_updated_by_user_user_uuid, e.first_name as dashboard_updated_by_user_first_name, "              \
    "e.last_name as dashboard_updated_by_user_last_name, "                                                             \
    "array(select distinct t.tile_type::text from dashboard_tiles t where t.dashboard_id = d.id order by 1) "          \
    "as dashboard_tile_types, null::uuid as dashboard_space_uuid, 0::int8 as dashboard_views "                         \
    "from projects p "                                                                                                 \
    "left join (select * from dashboards where project_id = $1" filter " order by created_at, id" LIGHTDASH_PAGE(      \
        "$2", "$3") ") d on true "                                                                                     \
                    "left join users e on e.id = coalesce(d.updated_by, d.created_by) "                                \
                    "where p.id = $1 order by d.created_at, d.id"

task<dashboard_store::page> dashboard_store::list(pg::session& db, const caller& who, project_id project,
                                                  std::string pattern, std::optional<chart_id> showing,
                                                  page_request wanted)
{
    // Without a search the statement has no filter at all: PostgreSQL then counts from the index alone.
    static const pg::statement every{"dashboards.list", LIST("")};
    static const pg::statement some{
        "dashboards.search",
        LIST(" and ($4 = '%' or name ilike $4) and ($5::uuid is null or exists ("
             "select from dashboard_tiles t where t.dashboard_id = dashboards.id and t.chart_id = $5))")};
    auto answer = pattern == "%" && !showing
                      ? db.all<listed_dashboard>(every, project, wanted.size, wanted.offset())
                      : db.all<listed_dashboard>(some, project, wanted.size, wanted.offset(), pattern, showing);
    auto rows = co_await std::move(answer);
    require_owner(who, rows.empty() ? std::nullopt : std::optional{rows.front().owner}, "project");
    page found{{}, rows.front().total};
    found.dashboards.reserve(rows.size());
    for (auto& row : rows)
        if (row.dashboard)
            found.dashboards.push_back(std::move(*row.dashboard));
    co_return found;
}

// $1 the project, $2 the caller's organization, $3… the dashboard, $11 the caller, $12… one array per column of the
// tiles. What is known here is not read again, and the owner only when nothing was made: every table that such a
// statement names, every array that it unnests, and every row that it returns costs it about as much as the row that it
// writes.
#define CREATE(allowed, tile_id, returning, tile_ids)                                                                  \
    "with d as ("                                                                                                      \
    " insert into dashboards (project_id, name, description, slug, tabs, filters, parameters, config, created_by)"     \
    " select p.id, $3, $4,"                                                                                            \
    " case when exists (select from dashboards where project_id = $1 and slug = $5) then $6 else $5 end,"              \
    " $7, $8, $9, $10, $11"                                                                                            \
    " from projects p where p.id = $1 and p.organization_id = $2" allowed " returning *"                               \
    "), t as ("                                                                                                        \
    " insert into dashboard_tiles (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,"        \
    " chart_id, properties)"                                                                                           \
    " select " tile_id ", d.id, ($13::text[])[n], ($14::int4[])[n], ($15::int4[])[n], ($16::int4[])[n],"               \
    " ($17::int4[])[n], ($18::uuid[])[n], ($19::uuid[])[n], ($20::text[])[n]::jsonb"                                   \
    " from d, unnest(" LIGHTDASH_UNSEEN("$12::uuid[]") ") with ordinality t(id, n)" returning ") "                     \
                                                       "select case when d.id is null then (select organization_id "   \
                                                       "from projects where id = $1) end as owner, " tile_ids          \
                                                       " as tiles, " DASHBOARD_COLUMNS                                 \
                                                       "from users e join (select $2::uuid) p(organization_id) on "    \
                                                       "true left join d on true where e.id = $11"

task<dashboard_details> dashboard_store::create(pg::transaction& tx, const caller& who, project_id project,
                                                const new_dashboard& draft)
{
    // Tiles keep the client's uuids unless another dashboard has them: what was copied from there gets its own. $21:
    // other ids for these; $22: how many charts the project must have. Tiles that bring neither need no such looks: a
    // tenth less work.
    static const pg::statement plain{"dashboards.create", CREATE("", "t.id", "", "'{}'::uuid[]")};
    static const pg::statement checked{
        "dashboards.create_checked",
        CREATE(" and $22 = (select count(*) from charts c where c.id = any ($19) and c.project_id = $1)",
               "case when ($21::uuid[])[n] is not null and exists (select from dashboard_tiles o where o.id = t.id)"
               " then ($21::uuid[])[n] else t.id end",
               " returning id", "array(select id from t)")};
    const auto slug = slug_of(draft.slug.value_or(draft.name));
    const tile_columns tiles{draft.tiles};
    const auto charts = charts_of(draft.tiles);
    const bool needs_checks = !charts.empty() || tiles.have_given_ids;
    pg::flight whole;
    const auto shown = charts.empty() ? std::nullopt : std::optional{ask_shown_charts(whole, project, charts)};
    const auto add = [&](const pg::statement& insert, const auto&... more) {
        return whole.add(insert, project, who.organization, draft.name, draft.description, slug, slug_with_suffix(slug),
                         as_json(draft.tabs.value_or(std::vector<dashboard_tab>{})),
                         as_json(draft.filters.value_or(dashboard_filters{})),
                         draft.parameters ? as_json(*draft.parameters) : pg::json_text{"{}"},
                         draft.config ? as_json(*draft.config) : pg::json_text{"{}"}, who.user, tiles.ids, tiles.types,
                         tiles.x, tiles.y, tiles.w, tiles.h, tiles.tabs, tiles.charts, tiles.settings, more...);
    };
    const auto made = needs_checks ? add(checked, tiles.spares, static_cast<std::int64_t>(charts.size())) : add(plain);
    co_await finish_with_slug(tx, whole);
    auto written = require_found(whole.maybe<created_dashboard>(made), "user");
    const auto found = shown ? whole.all<shown_chart>(*shown) : none_shown;
    if (!written.dashboard)
        throw_not_created(who, written.owner, charts, found);
    dashboard_details answer{std::move(*written.dashboard)};
    answer.tiles = as_read(draft.tiles, tiles, written.tiles, found);
    co_return answer;
}

task<dashboard_details> dashboard_store::update(pg::transaction& tx, const caller& who, dashboard_id id,
                                                const dashboard_changes& changes)
{
    if (changes.tiles || changes.tabs)
        return update_with_tiles(tx, who, id, changes);
    return update_alone(tx, who, id, changes);
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
