#include "modules/dashboards/store.hpp"

#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/tile_columns.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/json_text.hpp"
#include "modules/shared/outcome.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/unseen.hpp"

#include <fmt/format.h>

namespace lightdash {
namespace {

// What a statement that writes answers, also when it wrote nothing: then the first column says why.
struct written_dashboard {
    organization_id owner; // of the dashboard
    lightdash::dashboard dashboard;
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(written_dashboard, owner, dashboard, tile)

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
        // NULL is what nothing more makes of it
        .set("config",
             sql::raw("coalesce(coalesce(:config, d.config) || :more, :config, d.config)",
                      sql::named("config", sql::param<json>("config")), sql::named("more", sql::param<json>("more"))))
        .set("updated_by", sql::param<user_id>())
        .from("projects as p")
        .modify(dashboard_statements::is_own_dashboard<sql::update>);
}

pg::flight::ticket add_update(pg::flight& statements, const sql::prepared& update, const caller& who, dashboard_id id,
                              const dashboard_changes& changes)
{
    return statements.add(update(or_null(changes.name), changes.description.present, changes.description.value,
                                 as_json(changes.tabs), as_json(changes.filters), as_json(changes.parameters),
                                 as_json(changes.config), as_json(more_config(changes.date_zoom_granularities)),
                                 who.user, id, who.organization));
}

// Changes that leave the tiles alone: one statement, which tells the owner also when it changed nothing. It begins at
// the dashboard as it was, so that the owner costs no look of its own: an eighth less work than with one.
task<dashboard_details> update_alone(pg::transaction& tx, const caller& who, dashboard_id id,
                                     const dashboard_changes& changes)
{
    static const auto update = dashboard_statements::with_tile_columns(sql::select("p.organization_id as owner"))
                                   .with("d", update_own().returning("d.*"))
                                   .from("dashboards as o")
                                   .join("projects as p", "p.id", "o.project_id")
                                   .left_join("d", sql::raw("true"))
                                   .modify(dashboard_statements::join_tiles_to_d)
                                   .where("o.id", sql::param<dashboard_id>("id"))
                                   .named("dashboards.update");
    pg::flight whole;
    const auto changed = add_update(whole, update, who, id, changes);
    co_await finish_or_run_again(tx, whole);
    const auto& rows = whole.rows(changed);
    if (auto written = dashboard_statements::with_tiles<written_dashboard>(rows))
        co_return std::move(*written);
    if (rows.rows() > 0)
        require_owner(who, std::optional{pg::map_row<organization_id>(rows, 0)}, "dashboard");
    throw_not_found("dashboard"); // or it was deleted at this very moment
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
            .modify(dashboard_statements::is_own_dashboard<sql::update>)
            .where_column("t.dashboard_id", "d.id")
            .where_not_null("t.tab_id")
            .where_not_exists(sql::select(sql::raw("1"))
                                  .from(sql::raw("jsonb_array_elements(d.tabs) as tab"))
                                  .where_raw("tab ->> 'uuid' = t.tab_id::text"))
            .named<dashboard_id, organization_id>("dashboards.leave_removed_tabs");
    // One statement may not both delete a tile and insert it again: those that stay are updated in place, by the
    // dashboard as well as by the id. What is inserted takes no other's place: an id that another dashboard has is not
    // taken over, and one that another takes at this very moment breaks the key. It is text, because most of it is
    // beyond names and values: nine typed arrays side by side, a delete and an update in one statement.
    static const pg::statement replace_tiles{
        "dashboards.replace_tiles",
        R"(
        with d as (
            select d.id from dashboards d join projects p on p.id = d.project_id
            where d.id = $1 and p.organization_id = $2
        ), n as (
            select * from unnest()" LIGHTDASH_UNSEEN(
            "$3::uuid[]") R"(, $4::text[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::uuid[],
                                 $10::uuid[], $11::text[]) n(id, type, x, y, w, h, tab, chart, settings)
        ), gone as (
            delete from dashboard_tiles t using d where t.dashboard_id = d.id and t.id <> all ($3::uuid[])
        ), kept as (
            update dashboard_tiles t set
                tile_type = n.type, position_x = n.x, position_y = n.y, width = n.w, height = n.h, tab_id = n.tab,
                chart_id = n.chart,
                -- a tile whose chart was deleted keeps the name it had
                properties = case when n.type = 'saved_chart' and n.chart is null
                                  then t.properties || n.settings::jsonb else n.settings::jsonb end
            from d, n where t.dashboard_id = d.id and t.id = n.id
            returning t.id
        )
        insert into dashboard_tiles (id, dashboard_id, tile_type, position_x, position_y, width, height, tab_id,
                                     chart_id, properties)
        select case when exists (select from dashboard_tiles o where o.id = n.id) then uuid_generate_v4() else n.id end,
               d.id, n.type, n.x, n.y, n.w, n.h, n.tab, n.chart, n.settings::jsonb
        from d, n where not exists (select from kept k where k.id = n.id))"};
    if (changes.tiles) {
        // What only the database can check comes first: a flight that changes rows may leave nothing to check.
        const tile_columns tiles{*changes.tiles};
        pg::flight checks;
        const auto owner = dashboard_statements::ask_owner(checks, id);
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
    const auto owner = dashboard_statements::ask_owner(whole, id);
    add_update(whole, update, who, id, changes);
    if (changes.tabs && !changes.tiles)
        whole.add(leave_removed_tabs(id, who.organization));
    if (changes.tiles) {
        const tile_columns tiles{*changes.tiles};
        whole.add(replace_tiles, id, who.organization, tiles.ids, tiles.types, tiles.x, tiles.y, tiles.w, tiles.h,
                  tiles.tabs, tiles.charts, tiles.settings);
    }
    const auto changed = whole.add(dashboard_statements::find_with_tiles(id));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
    co_return require_found(dashboard_statements::with_tiles<dashboard_with_tile>(whole.rows(changed)), "dashboard");
}

} // namespace

task<dashboard_details> dashboard_store::update(pg::transaction& tx, const caller& who, dashboard_id id,
                                                const dashboard_changes& changes)
{
    if (changes.tiles || changes.tabs)
        return update_with_tiles(tx, who, id, changes);
    return update_alone(tx, who, id, changes);
}

} // namespace lightdash
