#include "lightdash/modules/dashboards/store.hpp"

#include "lightdash/modules/access/service.hpp"
#include "lightdash/modules/endpoint/columns.hpp"
#include "lightdash/modules/endpoint/outcome.hpp"
#include "lightdash/modules/endpoint/slug.hpp"
#include "lightdash/modules/endpoint/unseen.hpp"
#include "lightdash/modules/projects/service.hpp"
#include "lightdash/sql/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace lightdash {
namespace {

// The columns of `dashboard`, as a prefix of a row's, and the tables they come from: d, project p, editor e. Text,
// because the statement that creates a dashboard is.
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

// One of the dashboard's tiles t, with its chart c.
struct joined_tile {
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(joined_tile, tile)

// A dashboard in the rows of its tiles, in reading order: dashboard_with_tile, with the columns that are given before.
// A statement that changes a dashboard puts its own rows in the place of d, and so answers with what it made.
template <class... Before>
sql::select select_with_tiles(const Before&... before)
{
    static const auto tile = sql::columns_of<joined_tile>()
                                 .set("tile_uuid", "t.id")
                                 .set("tile_type", "t.tile_type")
                                 .set("tile_x", "t.position_x")
                                 .set("tile_y", "t.position_y")
                                 .set("tile_w", "t.width")
                                 .set("tile_h", "t.height")
                                 .set("tile_tab_uuid", "t.tab_id")
                                 .set("tile_properties_settings", "t.properties")
                                 .set("tile_properties_saved_chart_uuid", "t.chart_id")
                                 .set("tile_properties_chart_name", "c.name")
                                 .set("tile_properties_chart_slug", "c.slug")
                                 .set("tile_properties_chart_kind",
                                      sql::raw("case when t.tile_type = 'saved_chart' then " CHART_KIND " end"));
    return sql::select(before..., sql::raw(DASHBOARD_COLUMNS), tile)
        .order_by("t.position_y")
        .order_by("t.position_x")
        .order_by("t.id");
}

void join_tiles_to_d(sql::select& query)
{
    query.left_join("projects as p", "p.id", "d.project_id")
        .left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .left_join("dashboard_tiles as t", "t.dashboard_id", "d.id")
        .left_join("charts as c", "c.id", "t.chart_id");
}

// One dashboard d of an organization, by its project p.
template <class Statement>
void is_own_dashboard(Statement& statement)
{
    statement.where("d.id", sql::param<dashboard_id>("id"))
        .where_column("p.id", "d.project_id")
        .where("p.organization_id", sql::param<organization_id>());
}

sql::select owner_of(const sql::expression& id)
{
    return sql::select("p.organization_id")
        .from("dashboards as o")
        .join("projects as p", "p.id", "o.project_id")
        .where("o.id", id);
}

pg::bound_statement find_with_tiles(dashboard_id id)
{
    static const auto find = select_with_tiles()
                                 .from("dashboards as d")
                                 .modify(join_tiles_to_d)
                                 .where("d.id", sql::param<dashboard_id>())
                                 .named<dashboard_id>("dashboards.by_id");
    return find(id);
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
    static const auto owner = owner_of(sql::param<dashboard_id>()).named<dashboard_id>("dashboards.owner");
    return statements.add(owner(id));
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

// What add_update() gives, in the order of the text.
sql::update update_own()
{
    using text = std::optional<std::string>;
    using json = std::optional<pg::json_text>;
    return sql::update("dashboards as d")
        .set("name", or_as_it_is<text>("d.name"))
        .set("description", if_changed<text>("d.description"))
        .set("tabs", or_as_it_is<json>("d.tabs"))
        .set("filters", or_as_it_is<json>("d.filters"))
        .set("parameters", or_as_it_is<json>("d.parameters"))
        .set("config", or_as_it_is<json>("d.config"))
        .set("updated_by", sql::param<user_id>())
        .from("projects as p")
        .modify(is_own_dashboard<sql::update>);
}

pg::flight::ticket add_update(pg::flight& statements, const sql::prepared& update, const caller& who, dashboard_id id,
                              const dashboard_changes& changes)
{
    return statements.add(update(or_null(changes.name), changes.description.present, changes.description.value,
                                 json_or_null(changes.tabs), json_or_null(changes.filters),
                                 json_or_null(changes.parameters), json_or_null(changes.config), who.user, id,
                                 who.organization));
}

// Changes that leave the tiles alone: one statement, which tells the owner also when it changed nothing.
task<dashboard_details> update_alone(pg::transaction& tx, const caller& who, dashboard_id id,
                                     const dashboard_changes& changes)
{
    static const auto update = select_with_tiles(owner_of(sql::param<dashboard_id>("id")).as("owner"))
                                   .with("d", update_own().returning("d.*"))
                                   .from(sql::raw("(values (true)) always"))
                                   .left_join("d", sql::raw("true"))
                                   .modify(join_tiles_to_d)
                                   .named("dashboards.update");
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
    static const auto unknown_charts =
        sql::select("u.id")
            .from(sql::raw("unnest(?) as u(id)", sql::param<std::vector<std::optional<chart_id>>>()))
            .where_not_null("u.id")
            .where_not_exists(sql::select("c.id")
                                  .from("charts as c")
                                  .join("dashboards as d", "d.project_id", "c.project_id")
                                  .where_column("c.id", "u.id")
                                  .where("d.id", sql::param<dashboard_id>()))
            .named<std::vector<std::optional<chart_id>>, dashboard_id>("dashboards.unknown_charts_here");
    static const auto unknown_tabs =
        sql::select()
            .distinct("u.id")
            .from(sql::raw("unnest(?) as u(id)", sql::param<std::vector<std::optional<uuid>>>()))
            .where_not_null("u.id")
            .where_not_exists(sql::select("d.id")
                                  .from("dashboards as d", sql::raw("jsonb_array_elements(d.tabs) as tab"))
                                  .where("d.id", sql::param<dashboard_id>())
                                  .where_raw("tab ->> 'uuid' = u.id::text"))
            .named<std::vector<std::optional<uuid>>, dashboard_id>("dashboards.unknown_tabs");
    static const auto update = update_own().named("dashboards.update_and_tiles");
    static const auto leave_removed_tabs =
        sql::update("dashboard_tiles as t")
            .set("tab_id", sql::raw("null"))
            .from("dashboards as d", "projects as p")
            .modify(is_own_dashboard<sql::update>)
            .where_column("t.dashboard_id", "d.id")
            .where_not_null("t.tab_id")
            .where_not_exists(sql::select(sql::raw("1"))
                                  .from(sql::raw("jsonb_array_elements(d.tabs) as tab"))
                                  .where_raw("tab ->> 'uuid' = t.tab_id::text"))
            .named<dashboard_id, organization_id>("dashboards.leave_removed_tabs");
    // One statement may not both delete a tile and insert it again: those that stay are updated in place. It is text,
    // because most of it is beyond names and values: seven typed arrays side by side, a delete that returns nothing.
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
        const auto charts = checks.add(unknown_charts(tiles.charts, id));
        const auto tabs = checks.add(unknown_tabs(changes.tabs ? decltype(tiles.tabs){} : tiles.tabs, id));
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
        whole.add(leave_removed_tabs(id, who.organization));
    if (changes.tiles) {
        const tile_columns tiles{*changes.tiles};
        whole.add(replace_tiles, id, who.organization, tiles.ids, tiles.types, tiles.x, tiles.y, tiles.w, tiles.h,
                  tiles.tabs, tiles.charts, tiles.settings);
    }
    const auto changed = whole.add(find_with_tiles(id));
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
    co_return require_found(with_tiles<dashboard_with_tile>(whole.rows(changed)), "dashboard");
}

// Of the dashboards that are found. One statement: it finds the project even when the page is empty; the total stands
// in a scalar subselect of its own, computed once.
sql::select page_of(const sql::select& found)
{
    static const auto project = sql::param<project_id>("project");
    return sql::select(sql::columns_of<listed_dashboard>()
                           .set("owner", "p.organization_id")
                           .set("total", sql::select{found}.count())
                           .member("dashboard", "d")
                           .set("dashboard_uuid", "d.id")
                           .set("dashboard_project_uuid", "d.project_id")
                           .set("dashboard_organization_uuid", "p.organization_id")
                           .set("dashboard_updated_at", or_epoch("d.updated_at"))
                           .member("dashboard_updated_by_user", "e")
                           .set("dashboard_updated_by_user_user_uuid", "e.id")
                           .set("dashboard_tile_types",
                                sql::raw("array(select distinct t.tile_type::text from dashboard_tiles t "
                                         "where t.dashboard_id = d.id order by 1)"))
                           .set("dashboard_space_uuid", sql::raw("null::uuid"))
                           .set("dashboard_views", sql::raw("0::int8")))
        .from("projects as p")
        .left_join(sql::select{found}.order_by("created_at").order_by("id").modify(paged).as("d"), sql::raw("true"))
        .left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .where("p.id", project)
        .order_by("d.created_at")
        .order_by("d.id");
}

} // namespace

task<dashboard_details> dashboard_store::by_id(pg::session& db, const caller& who, dashboard_id id)
{
    auto find = find_with_tiles(id);
    const auto rows = co_await db.query(find.what, std::move(find.values));
    auto found = require_found(with_tiles<dashboard_with_tile>(rows), "dashboard");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<dashboard_id> dashboard_store::id_of_slug(pg::session& db, const caller& who, std::string_view slug)
{
    static const auto find = sql::select("d.id")
                                 .from("dashboards as d")
                                 .join("projects as p", "p.id", "d.project_id")
                                 .where("d.slug", sql::param<std::string_view>())
                                 .where("p.organization_id", sql::param<organization_id>())
                                 .limit(sql::raw("2"))
                                 .named<std::string_view, organization_id>("dashboards.id_of_slug");
    const auto found = co_await db.all<dashboard_id>(find(slug, who.organization));
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
    using size = std::int64_t;
    using some_chart = std::optional<chart_id>;
    static const auto shown = sql::param<some_chart>("showing");
    static const auto of_project =
        sql::select().from("dashboards").where("project_id", sql::param<project_id>("project"));
    static const auto shows =
        sql::condition().where_null(shown).or_where_exists(sql::select("t.id")
                                                               .from("dashboard_tiles as t")
                                                               .where_column("t.dashboard_id", "dashboards.id")
                                                               .where("t.chart_id", shown));
    // Without a search the statement has no filter at all: PostgreSQL then counts from the index alone.
    static const auto every = page_of(of_project).named<project_id, size, size>("dashboards.list");
    static const auto some = page_of(sql::select{of_project}.where(matches_pattern({"name"})).where(shows))
                                 .named<project_id, std::string, some_chart, size, size>("dashboards.search");
    auto answer = pattern == "%" && !showing
                      ? db.all<listed_dashboard>(every(project, wanted.size, wanted.offset()))
                      : db.all<listed_dashboard>(some(project, pattern, showing, wanted.size, wanted.offset()));
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
// clang-format off
#define CREATE(allowed, tile_id, returning_tiles, tile_ids) R"(
    with d as (
        insert into dashboards (project_id, name, description, slug, tabs, filters, parameters, config, created_by)
        select p.id, $3, $4,
               case when exists (select from dashboards where project_id = $1 and slug = $5) then $6 else $5 end,
               $7, $8, $9, $10, $11
        from projects p where p.id = $1 and p.organization_id = $2 )" allowed R"(
        returning *
    ), t as (
        insert into dashboard_tiles (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,
                                     chart_id, properties)
        select )" tile_id R"(, d.id, ($13::text[])[n], ($14::int4[])[n], ($15::int4[])[n], ($16::int4[])[n],
               ($17::int4[])[n], ($18::uuid[])[n], ($19::uuid[])[n], ($20::text[])[n]::jsonb
        from d, unnest()" LIGHTDASH_UNSEEN("$12::uuid[]") R"() with ordinality t(id, n) )" returning_tiles R"(
    )
    select case when d.id is null then (select organization_id from projects where id = $1) end as owner,
           )" tile_ids " as tiles, " DASHBOARD_COLUMNS R"(
    from users e join (select $2::uuid) p(organization_id) on true left join d on true
    where e.id = $11)"
// clang-format on

task<dashboard_details> dashboard_store::create(pg::transaction& tx, const caller& who, project_id project,
                                                const new_dashboard& draft)
{
    // Tiles keep the client's uuids unless another dashboard has them: what was copied from there gets its own. $21:
    // other ids for these; $22: how many charts the project must have. Tiles that bring neither need no such looks: a
    // tenth less work.
    static const pg::statement plain{"dashboards.create", CREATE("", "t.id", "", "'{}'::uuid[]")};
    static const pg::statement checked{
        "dashboards.create_checked",
        CREATE("and $22 = (select count(*) from charts c where c.id = any ($19) and c.project_id = $1)",
               "case when ($21::uuid[])[n] is not null and exists (select from dashboard_tiles o where o.id = t.id)"
               " then ($21::uuid[])[n] else t.id end",
               "returning id", "array(select id from t)")};
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
    static const auto erase = sql::remove("dashboards as d")
                                  .using_tables("projects as p")
                                  .modify(is_own_dashboard<sql::remove>)
                                  .named<dashboard_id, organization_id>("dashboards.delete");
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    whole.add(erase(id, who.organization));
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
}

} // namespace lightdash
