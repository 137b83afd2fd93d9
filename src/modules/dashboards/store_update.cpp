#include "modules/dashboards/store.hpp"

#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/tile_columns.hpp"
#include "modules/shared/race.hpp"

#include <fmt/format.h>

namespace lightdash::dashboards {
namespace {

using access::scope;

sql::update update_own()
{
    return sql::update("dashboards as d")
        .changes_of<dashboard_patch>("d")
        // NULL is what nothing more makes of it
        .set("config", sql::raw::open("coalesce(coalesce(:config, d.config) || :more_config, :config, d.config)"))
        .set("updated_by", sql::param<user_id>())
        .from("projects as p")
        .modify(is_own_dashboard<sql::update>, scope::update_dashboard);
}

// Changes that leave the tiles alone: one statement, which tells whether the caller may also when it changed nothing.
// It begins at the dashboard as it was, so that this costs no look of its own: an eighth less work than with one.
task<dashboard_details> update_alone(pg::transaction& tx, const caller& who, dashboard_id id,
                                     const dashboard_changes& changes)
{
    static const auto update =
        sql::select(columns_with_tile<found_dashboard>().set("allowed", access::may(scope::update_dashboard, "o", "p")))
            .with("d", update_own().returning("d.*"))
            .from("dashboards as o")
            .join("projects as p", "p.id", "o.project_id")
            .left_join("d", sql::raw("true"))
            .modify(join_tiles_to_d)
            .where("o.id", sql::param<dashboard_id>())
            .named<caller, dashboard_id, dashboard_patch, config_addition>("dashboards.update");
    pg::statement_batch whole;
    const auto changed = whole.add(update(who, id, changes, {more_config(changes.date_zoom_granularities)}));
    co_await finish_or_run_again(tx, whole);
    co_return require_with_tiles(whole.rows(changed), scope::update_dashboard);
}

// What only the database can check comes first: a batch that changes rows may leave nothing to check.
task<void> check_tiles(pg::transaction& tx, const caller& who, dashboard_id id, const tile_columns& tiles,
                       bool tabs_stay)
{
    static const auto ask = access::ask<dashboard_id>(scope::update_dashboard, "dashboards", "dashboards.may_update");
    static const auto unknown_charts =
        sql::select("u.id")
            .from(sql::raw::open("unnest(:charts::uuid[]) as u(id)"))
            .where_not_null("u.id")
            .where_not_exists(sql::select("c.id")
                                  .from("charts as c")
                                  .join("dashboards as d", "d.project_id", "c.project_id")
                                  .where_column("c.id", "u.id")
                                  .where_null("c.deleted_at")
                                  .where("d.id", sql::param<dashboard_id>()))
            .named<tile_columns, dashboard_id>("dashboards.unknown_charts_here");
    static const auto unknown_tabs =
        sql::select()
            .distinct("u.id")
            .from(sql::raw::open("unnest(:tab_ids::uuid[]) as u(id)"))
            .where_not_null("u.id")
            .where_not_exists(sql::select("d.id")
                                  .from("dashboards as d", sql::raw("jsonb_array_elements(d.tabs) as tab"))
                                  .where("d.id", sql::param<dashboard_id>())
                                  .where_raw("tab ->> 'uuid' = u.id::text"))
            .named<tile_columns, dashboard_id>("dashboards.unknown_tabs");
    pg::statement_batch checks;
    const auto allowed = checks.add(ask(id, who));
    const auto charts = checks.add(unknown_charts(tiles, id));
    const auto tabs = tabs_stay ? std::optional{checks.add(unknown_tabs(tiles, id))} : std::nullopt;
    co_await tx.send(checks);
    access::require_allowed(checks.maybe<bool>(allowed), scope::update_dashboard, "dashboard");
    refuse_unknown_charts(checks.all<chart_id>(charts));
    if (!tabs)
        co_return;
    if (const auto unknown = checks.all<uuid>(*tabs); !unknown.empty())
        throw error{error_kind::invalid_body, "The body has faults."}.with_fields(
            {{"/tiles", fmt::format("There is no tab with the uuid '{}'.", unknown.front().to_string())}});
}

// What the wanted tiles n say, all but what they keep in properties.
template <class Statement>
void take_tile_columns(Statement& statement)
{
    statement.set("tile_type", sql::ref("n.type"))
        .set("position_x", sql::ref("n.x"))
        .set("position_y", sql::ref("n.y"))
        .set("width", sql::ref("n.w"))
        .set("height", sql::ref("n.h"))
        .set("tab_id", sql::ref("n.tab"))
        .set("chart_id", sql::ref("n.chart"));
}

// One statement may not both delete a tile and insert it again: those that stay are updated in place, by the dashboard
// as well as by the id. What is inserted takes no other's place: an id that another dashboard has is not taken over,
// and one that another takes at this very moment breaks the key.
sql::insert replace_tiles()
{
    return sql::insert("dashboard_tiles")
        .with("d", sql::select("d.id")
                       .from("dashboards as d", "projects as p")
                       .modify(is_own_dashboard<sql::select>, scope::update_dashboard))
        .with("n", sql::raw::open("select * from unnest((select :ids::uuid[]), :types::text[], :x::int4[], :y::int4[], "
                                  ":w::int4[], :h::int4[], :tab_ids::uuid[], :charts::uuid[], :settings::text[]) "
                                  "n(id, type, x, y, w, h, tab, chart, settings)"))
        .with_unread("gone", sql::remove("dashboard_tiles as t")
                                 .using_tables("d")
                                 .where_column("t.dashboard_id", "d.id")
                                 .where(sql::raw::open("t.id <> all (:ids::uuid[])")))
        .with("kept",
              sql::update("dashboard_tiles as t")
                  .modify(take_tile_columns<sql::update>)
                  // a tile whose chart was deleted keeps the name it had
                  .set("properties", sql::raw("case when n.type = 'saved_chart' and n.chart is null then t.properties "
                                              "|| n.settings::jsonb else n.settings::jsonb end"))
                  .from("d", "n")
                  .where_column("t.dashboard_id", "d.id")
                  .where_column("t.id", "n.id")
                  .returning("t.id"))
        .set("id",
             sql::raw("case when exists (select from dashboard_tiles o where o.id = n.id) then uuid_generate_v4() "
                      "else n.id end"))
        .set("dashboard_id", sql::ref("d.id"))
        .modify(take_tile_columns<sql::insert>)
        .set("properties", sql::raw("n.settings::jsonb"))
        .from(sql::select().from("d", "n").where_not_exists(
            sql::select("k.id").from("kept as k").where_column("k.id", "n.id")));
}

// Changes that reach into the tiles.
task<dashboard_details> update_with_tiles(pg::transaction& tx, const caller& who, dashboard_id id,
                                          const dashboard_changes& changes)
{
    static const auto update =
        update_own().named<caller, dashboard_id, dashboard_patch, config_addition>("dashboards.update_and_tiles");
    static const auto leave_removed_tabs =
        sql::update("dashboard_tiles as t")
            .set("tab_id", sql::raw("null"))
            .from("dashboards as d", "projects as p")
            .modify(is_own_dashboard<sql::update>, scope::update_dashboard)
            .where_column("t.dashboard_id", "d.id")
            .where_not_null("t.tab_id")
            .where_not_exists(sql::select(sql::raw("1"))
                                  .from(sql::raw("jsonb_array_elements(d.tabs) as tab"))
                                  .where_raw("tab ->> 'uuid' = t.tab_id::text"))
            .named<dashboard_id, caller>("dashboards.leave_removed_tabs");
    static const auto replace = replace_tiles().named<dashboard_id, caller, tile_columns>("dashboards.replace_tiles");
    static const auto find = select_with_tiles(scope::update_dashboard, "dashboards.by_id");
    const auto tiles = changes.tiles ? std::optional<tile_columns>{*changes.tiles} : std::nullopt;
    if (tiles)
        co_await check_tiles(tx, who, id, *tiles, !changes.tabs);
    pg::statement_batch whole;
    whole.add(update(who, id, changes, {more_config(changes.date_zoom_granularities)}));
    if (tiles)
        whole.add(replace(id, who, *tiles));
    else
        whole.add(leave_removed_tabs(id, who));
    const auto changed = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    co_return require_with_tiles(whole.rows(changed), scope::update_dashboard);
}

} // namespace

task<dashboard_details> store::update(pg::transaction& tx, const caller& who, dashboard_id id,
                                      const dashboard_changes& changes)
{
    if (changes.tiles || changes.tabs)
        return update_with_tiles(tx, who, id, changes);
    return update_alone(tx, who, id, changes);
}

} // namespace lightdash::dashboards
