#include "modules/dashboards/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/tile_columns.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/spaces/service.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace lightdash::dashboards {
namespace {

using access::scope;

struct created_dashboard {
    std::optional<bool> allowed; // when nothing was made; none: there is no such project
    std::vector<tile_id> tiles;  // only when they could get other ids than they were sent with
    std::optional<dashboards::dashboard> dashboard;
};
LIGHTDASH_DESCRIBE(created_dashboard, allowed, tiles, dashboard)

// What a tile tells of its chart.
struct shown_chart {
    chart_id id;
    std::string name, slug, kind;
};
LIGHTDASH_DESCRIBE(shown_chart, id, name, slug, kind)
const std::vector<shown_chart> none_shown;

// Those of the project.
pg::statement_batch::ticket ask_shown_charts(pg::statement_batch& statements, project_id project,
                                             const std::vector<chart_id>& ids)
{
    using chart_ids = std::vector<chart_id>;
    static const auto find = sql::select(sql::columns_of<shown_chart>("c").set("kind", chart_kind()))
                                 .from("charts as c")
                                 .where_in("c.id", sql::param<chart_ids>())
                                 .where("c.project_id", sql::param<project_id>())
                                 .where_null("c.deleted_at")
                                 .named<chart_ids, project_id>("dashboards.shown_charts");
    return statements.add(find(ids, project));
}

std::vector<chart_id> charts_of(const std::vector<new_tile>& tiles)
{
    std::vector<chart_id> each;
    for (const auto& tile : tiles)
        if (const auto chart = tile.chart(); chart && std::ranges::find(each, *chart) == each.end())
            each.push_back(*chart);
    return each;
}

[[noreturn]] void throw_not_created(std::optional<bool> allowed, const std::optional<space_id>& space,
                                    std::vector<chart_id> wanted, const std::vector<shown_chart>& existing)
{
    if (!allowed)
        api::throw_not_found("project");
    if (!*allowed)
        spaces::throw_not_in_space(scope::create_dashboard, space);
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

// What a new dashboard needs beside what the client says of it.
struct additions : slug_choice {
    std::optional<json::raw> more_config;
    std::int64_t charts_needed = 0;

    additions(const new_dashboard& draft, std::size_t charts)
        : slug_choice(draft.slug, draft.name), more_config(dashboards::more_config(draft.date_zoom_granularities)),
          charts_needed(static_cast<std::int64_t>(charts))
    {}
};
LIGHTDASH_DESCRIBE_DERIVED(additions, slug_choice, more_config, charts_needed)

sql::insert insert_dashboard(const sql::condition& allowed)
{
    return sql::insert("dashboards")
        .values_of<dashboard_content>()
        .set("project_id", sql::ref("p.id"))
        .set("slug", free_slug("dashboards"))
        .set("tabs", sql::raw::open("coalesce(:tabs, '[]')"))
        .set("filters",
             sql::raw::open(R"(coalesce(:filters, '{"dimensions": [], "metrics": [], "tableCalculations": []}'))"))
        .set("parameters", sql::raw::open("coalesce(:parameters, '{}')"))
        // NULL is what nothing more makes of it
        .set("config", sql::raw::open("coalesce(coalesce(:config, '{}') || :more_config, :config, '{}')"))
        .set("created_by", sql::param<user_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc())
        .set("space_id", sql::ref("s.id"))
        .from(spaces::target_of(scope::create_dashboard).where(allowed))
        .returning("*");
}

// Of the dashboards d: one array for each column.
sql::insert insert_tiles(const sql::expression& id)
{
    return sql::insert("dashboard_tiles")
        .set("id", id)
        .set("dashboard_id", sql::ref("d.id"))
        .set("tile_type", sql::raw::open("(:types::text[])[n]"))
        .set("position_x", sql::raw::open("(:x::int4[])[n]"))
        .set("position_y", sql::raw::open("(:y::int4[])[n]"))
        .set("width", sql::raw::open("(:w::int4[])[n]"))
        .set("height", sql::raw::open("(:h::int4[])[n]"))
        .set("tab_id", sql::raw::open("(:tab_ids::uuid[])[n]"))
        .set("chart_id", sql::raw::open("(:charts::uuid[])[n]"))
        .set("properties", sql::raw::open("(:settings::text[])[n]::jsonb"))
        .from(sql::select().from("d", sql::raw::open("unnest((select :ids::uuid[])) with ordinality t(id, n)")));
}

// What is known here is not read again, and whether the caller may only when nothing was made: every table that such a
// statement names, every array that it unnests, and every row that it returns costs it about as much as the row that it
// writes.
sql::select answer(const sql::raw& tile_ids)
{
    const auto allowed = sql::select(sql::condition().where_exists(spaces::target_of(scope::create_dashboard)))
                             .from("projects as p")
                             .where("p.id", sql::param<project_id>());
    return sql::select(whole_columns<created_dashboard>(sql::select().from("d as of_access"))
                           .set("allowed", sql::raw("case when d.id is null then ? end", allowed))
                           .set("tiles", tile_ids))
        .from("users as e")
        .join(sql::raw::open("(select :organization::uuid) p(organization_id)"), sql::raw("true"))
        .left_join("d", sql::raw("true"))
        .left_join("spaces as s", "s.id", "d.space_id")
        .where("e.id", sql::param<user_id>());
}

} // namespace

task<dashboard_details> store::create(pg::transaction& tx, const caller& who, project_id project,
                                      const new_dashboard& draft)
{
    // Tiles keep the client's uuids unless another dashboard has them: what was copied from there gets its own (the
    // spares). Tiles that bring neither uuids nor charts need no such looks: a tenth less work.
    static const auto plain =
        answer(sql::raw{"'{}'::uuid[]"})
            .with("d", insert_dashboard(sql::condition().where(true)))
            .with_unread("t", insert_tiles(sql::ref("t.id")))
            .named<caller, project_id, dashboard_content, additions, tile_columns, spaces::wanted_space>(
                "dashboards.create");
    static const auto checked =
        answer(sql::raw{"array(select id from t)"})
            .with("d", insert_dashboard(
                           sql::condition().where(sql::raw::open("(select count(*) from charts c where c.id = any "
                                                                 "(:charts::uuid[]) and c.project_id = p.id and "
                                                                 "c.deleted_at is null)"),
                                                  "=", sql::param<std::int64_t>("charts_needed"))))
            .with("t", insert_tiles(sql::raw::open(
                                        "case when (:spares::uuid[])[n] is not null and exists (select from "
                                        "dashboard_tiles o where o.id = t.id) then (:spares::uuid[])[n] else t.id end"))
                           .returning("id"))
            .named<caller, project_id, dashboard_content, additions, tile_columns, spaces::wanted_space>(
                "dashboards.create_checked");
    const tile_columns tiles{draft.tiles};
    const auto charts = charts_of(draft.tiles);
    const additions more{draft, charts.size()};
    pg::statement_batch whole;
    const auto shown = charts.empty() ? std::nullopt : std::optional{ask_shown_charts(whole, project, charts)};
    const auto& insert = charts.empty() && !tiles.have_given_ids ? plain : checked;
    const auto made = whole.add(insert(who, project, draft, more, tiles, {draft.space_uuid}));
    co_await finish_or_run_again(tx, whole);
    auto written = api::require_found(whole.maybe<created_dashboard>(made), "user");
    const auto found = shown ? whole.all<shown_chart>(*shown) : none_shown;
    if (!written.dashboard)
        throw_not_created(written.allowed, draft.space_uuid, charts, found);
    dashboard_details answered{std::move(*written.dashboard)};
    answered.tiles = as_read(draft.tiles, tiles, written.tiles, found);
    co_return answered;
}

} // namespace lightdash::dashboards
