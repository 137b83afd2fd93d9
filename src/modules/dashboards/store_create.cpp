#include "modules/dashboards/store.hpp"

#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/tile_columns.hpp"
#include "modules/shared/json_text.hpp"
#include "modules/shared/outcome.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/shared/unseen.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace lightdash {
namespace {

struct created_dashboard {
    std::optional<organization_id> owner; // of the project, when nothing was made; none: there is no such project
    std::vector<tile_id> tiles;           // only when they could get other ids than they were sent with
    std::optional<lightdash::dashboard> dashboard;
};
LIGHTDASH_DESCRIBE(created_dashboard, owner, tiles, dashboard)

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

// $1 the project, $2 the caller's organization, $3… the dashboard, $12 the caller, $13… one array per column of the
// tiles. What is known here is not read again, and the owner only when nothing was made: every table that such a
// statement names, every array that it unnests, and every row that it returns costs it about as much as the row that it
// writes.
// clang-format off
#define CREATE(allowed, tile_id, returning_tiles, tile_ids) R"(
    with d as (
        insert into dashboards (project_id, name, description, slug, tabs, filters, parameters, config, created_by,
                                created_at, updated_at)
        select p.id, $3, $4,
               case when exists (select from dashboards where project_id = $1 and slug = $5) then $6 else $5 end,
               $7, $8, $9, coalesce($10 || $11, $10), $12, now() at time zone 'utc', now() at time zone 'utc'
        from projects p where p.id = $1 and p.organization_id = $2 )" allowed R"(
        returning *
    ), t as (
        insert into dashboard_tiles (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,
                                     chart_id, properties)
        select )" tile_id R"(, d.id, ($14::text[])[n], ($15::int4[])[n], ($16::int4[])[n], ($17::int4[])[n],
               ($18::int4[])[n], ($19::uuid[])[n], ($20::uuid[])[n], ($21::text[])[n]::jsonb
        from d, unnest()" LIGHTDASH_UNSEEN("$13::uuid[]") R"() with ordinality t(id, n) )" returning_tiles R"(
    )
    select case when d.id is null then (select organization_id from projects where id = $1) end as owner,
           )" tile_ids " as tiles, " DASHBOARD_COLUMNS R"(
    from users e join (select $2::uuid) p(organization_id) on true left join d on true
    where e.id = $12)"
// clang-format on

} // namespace

task<dashboard_details> dashboard_store::create(pg::transaction& tx, const caller& who, project_id project,
                                                const new_dashboard& draft)
{
    // Tiles keep the client's uuids unless another dashboard has them: what was copied from there gets its own. $22:
    // other ids for these; $23: how many charts the project must have. Tiles that bring neither need no such looks: a
    // tenth less work.
    static const pg::statement plain{"dashboards.create", CREATE("", "t.id", "", "'{}'::uuid[]")};
    static const pg::statement checked{
        "dashboards.create_checked",
        CREATE("and $23 = (select count(*) from charts c where c.id = any ($20) and c.project_id = $1)",
               "case when ($22::uuid[])[n] is not null and exists (select from dashboard_tiles o where o.id = t.id)"
               " then ($22::uuid[])[n] else t.id end",
               "returning id", "array(select id from t)")};
    const auto slug = slug_of(draft.slug.value_or(draft.name));
    const tile_columns tiles{draft.tiles};
    const auto charts = charts_of(draft.tiles);
    const bool needs_checks = !charts.empty() || tiles.have_given_ids;
    pg::flight whole;
    const auto shown = charts.empty() ? std::nullopt : std::optional{ask_shown_charts(whole, project, charts)};
    const auto add = [&](const pg::statement& insert, const auto&... more) {
        return whole.add(insert, project, who.organization, draft.name, draft.description, slug, slug_with_suffix(slug),
                         as_json(draft.tabs.value_or(dashboard_tabs{})),
                         as_json(draft.filters.value_or(dashboard_filters{})),
                         draft.parameters ? as_json(*draft.parameters) : pg::json_text{"{}"},
                         draft.config ? as_json(*draft.config) : pg::json_text{"{}"},
                         as_json(more_config(draft.date_zoom_granularities)), who.user, tiles.ids, tiles.types, tiles.x,
                         tiles.y, tiles.w, tiles.h, tiles.tabs, tiles.charts, tiles.settings, more...);
    };
    const auto made = needs_checks ? add(checked, tiles.spares, static_cast<std::int64_t>(charts.size())) : add(plain);
    co_await finish_or_run_again(tx, whole);
    auto written = require_found(whole.maybe<created_dashboard>(made), "user");
    const auto found = shown ? whole.all<shown_chart>(*shown) : none_shown;
    if (!written.dashboard)
        throw_not_created(who, written.owner, charts, found);
    dashboard_details answer{std::move(*written.dashboard)};
    answer.tiles = as_read(draft.tiles, tiles, written.tiles, found);
    co_return answer;
}

} // namespace lightdash
