#include "modules/dashboards/store.hpp"

#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/tile_columns.hpp"
#include "modules/shared/race.hpp"
#include "modules/spaces/service.hpp"

#include <fmt/format.h>

#include <tuple>

namespace lightdash::dashboards {
namespace {

using access::scope;

template <class Changes>
sql::update update_own()
{
    return sql::update("dashboards as d")
        .changes_of<Changes>("d")
        .set("updated_by", sql::param<user_id>())
        .from("projects as p")
        .modify(is_own_dashboard<sql::update>, scope::update_dashboard)
        .where(is_as_expected());
}

// A trigger keeps the old version when any of these columns is set.
sql::update update_content()
{
    return update_own<dashboard_patch>()
        // NULL is what nothing more makes of it
        .set("config", sql::raw::open("coalesce(coalesce(:config, d.config) || :more_config, :config, d.config)"));
}

auto& update_of_content()
{
    static const auto update =
        update_content().named<caller, dashboard_id, dashboard_patch, config_addition, api::if_match>(
            "dashboards.update_and_tiles");
    return update;
}

// By the header and by the body.
api::if_match expected_of(const dashboard_changes& changes, const api::if_match& seen)
{
    if (!changes.version_uuid)
        return seen;
    const auto& version = changes.version_uuid->value;
    return {seen.holds(version) ? std::vector{version} : std::vector<uuid>{}};
}

// Of a statement that begins at the dashboard o as it was, so that it tells whether the caller may also when it changed
// nothing: this costs no look of its own, an eighth less work than with one.
sql::select changed(const sql::update& update)
{
    return sql::select(columns_with_tile<found_dashboard>(sql::select().from("d as of_access"))
                           .set("allowed", access::may(scope::update_dashboard, "o", "p")))
        .with("d", sql::update{update}.returning("d.*"))
        .from("dashboards as o")
        .join("projects as p", "p.id", "o.project_id")
        .left_join("d", sql::raw("true"))
        .modify(join_tiles_to_d)
        .where("o.id", sql::param<dashboard_id>())
        .where_null("o.deleted_at");
}

// Changes that leave the tiles alone: one statement.
task<dashboard_details> update_alone(pg::transaction& tx, const caller& who, dashboard_id id,
                                     const dashboard_changes& changes, const api::if_match& seen)
{
    static const auto rename = changed(update_own<dashboard_naming>().set("version_id", sql::raw("gen_random_uuid()")))
                                   .named<caller, dashboard_id, dashboard_naming, api::if_match>("dashboards.rename");
    static const auto update =
        changed(update_content())
            .named<caller, dashboard_id, dashboard_patch, config_addition, api::if_match>("dashboards.update");
    const auto expected = expected_of(changes, seen);
    pg::statement_batch whole;
    const auto told = whole.add(changes.make_a_version()
                                    ? update(who, id, changes, {more_config(changes.date_zoom_granularities)}, expected)
                                    : rename(who, id, changes, expected));
    co_await finish_or_run_again(tx, whole);
    auto found = require_allowed_with_tiles(whole.rows(told), scope::update_dashboard);
    if (!found)
        co_await refuse_unexpected(tx, id);
    co_return std::move(*found);
}

// The dashboard itself; and before the tiles, what only the database can check: a batch that changes rows may leave
// nothing to check.
task<void> update_before_tiles(pg::transaction& tx, const caller& who, dashboard_id id,
                               const dashboard_changes& changes, const api::if_match& seen, const tile_columns& tiles)
{
    static const auto ask = ask_present(scope::update_dashboard, "dashboards.may_update");
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
    pg::statement_batch first;
    const auto allowed = first.add(ask(id, who));
    const auto updated = first.add(update_of_content()(who, id, changes, {more_config(changes.date_zoom_granularities)},
                                                       expected_of(changes, seen)));
    const auto charts = first.add(unknown_charts(tiles, id));
    const auto tabs = changes.tabs ? std::nullopt : std::optional{first.add(unknown_tabs(tiles, id))};
    co_await tx.send(first);
    access::require_allowed(first.maybe<bool>(allowed), scope::update_dashboard, "dashboard");
    if (first.affected(updated) == 0)
        co_await refuse_unexpected(tx, id);
    refuse_unknown_charts(first.all<chart_id>(charts));
    if (!tabs)
        co_return;
    if (const auto unknown = first.all<uuid>(*tabs); !unknown.empty())
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
                                          const dashboard_changes& changes, const api::if_match& seen)
{
    static const auto replace = replace_tiles().named<dashboard_id, caller, tile_columns>("dashboards.replace_tiles");
    static const auto find = select_with_tiles(scope::update_dashboard, "dashboards.by_id");
    const tile_columns tiles{*changes.tiles};
    co_await update_before_tiles(tx, who, id, changes, seen, tiles);
    pg::statement_batch rest;
    rest.add(replace(id, who, tiles));
    const auto changed = rest.add(find(id, who));
    co_await finish_or_run_again(tx, rest);
    co_return require_with_tiles(rest.rows(changed), scope::update_dashboard);
}

// Tiles leave the tabs that are no more.
task<dashboard_details> update_with_tabs(pg::transaction& tx, const caller& who, dashboard_id id,
                                         const dashboard_changes& changes, const api::if_match& seen)
{
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
    static const auto find = select_with_tiles(scope::update_dashboard, "dashboards.by_id");
    pg::statement_batch whole;
    const auto updated = whole.add(update_of_content()(who, id, changes, {more_config(changes.date_zoom_granularities)},
                                                       expected_of(changes, seen)));
    whole.add(leave_removed_tabs(id, who));
    const auto changed = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    auto found = require_with_tiles(whole.rows(changed), scope::update_dashboard);
    if (whole.affected(updated) == 0)
        co_await refuse_unexpected(tx, id);
    co_return found;
}

// Before the other changes, of which each makes it another version. A trigger takes the charts along that belong to it.
task<void> move_to(pg::transaction& tx, const caller& who, dashboard_id id, const spaces::wanted_space& to,
                   const api::if_match& expected)
{
    static const auto ask = sql::select(access::may(scope::update_dashboard, "d", "p").as("allowed"),
                                        sql::raw("?", is_as_expected()).as("as_expected"))
                                .from("dashboards as d")
                                .join("projects as p", "p.id", "d.project_id")
                                .where("d.id", sql::param<dashboard_id>())
                                .where_null("d.deleted_at")
                                .named<dashboard_id, caller, api::if_match>("dashboards.may_move");
    static const auto move =
        sql::update("dashboards as d")
            .set("space_id", sql::ref("t.id"))
            .from("projects as p", "spaces as t")
            .modify(is_own_dashboard<sql::update>, scope::update_dashboard)
            .where(is_as_expected())
            .where("t.id", sql::param<std::optional<space_id>>("space_uuid"))
            .where_column("t.project_id", "p.id")
            .where(sql::on("t.id", "d.space_id").or_where(access::may_in_space(scope::create_dashboard, "t", "p")))
            .named<caller, dashboard_id, spaces::wanted_space, api::if_match>("dashboards.move");
    using asked_dashboard = std::tuple<bool, bool>;
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who, expected));
    const auto moved = whole.add(move(who, id, to, expected));
    co_await tx.send(whole);
    const auto found = whole.maybe<asked_dashboard>(asked);
    access::require_allowed(found ? std::optional{std::get<0>(*found)} : std::nullopt, scope::update_dashboard,
                            "dashboard");
    if (!std::get<1>(*found))
        co_await refuse_unexpected(tx, id);
    if (whole.affected(moved) == 0)
        spaces::throw_not_in_space(scope::create_dashboard, to.space_uuid);
}

} // namespace

task<dashboard_details> store::update(pg::transaction& tx, const caller& who, dashboard_id id,
                                      const dashboard_changes& changes, const api::if_match& seen)
{
    if (changes.space_uuid)
        co_await move_to(tx, who, id, {changes.space_uuid}, expected_of(changes, seen));
    auto updated = changes.tiles  ? update_with_tiles(tx, who, id, changes, seen)
                   : changes.tabs ? update_with_tabs(tx, who, id, changes, seen)
                                  : update_alone(tx, who, id, changes, seen);
    co_return co_await std::move(updated);
}

} // namespace lightdash::dashboards
