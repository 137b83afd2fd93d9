#include "lightdash/api/outcome.hpp"
#include "modules/charts/chart_statements.hpp"
#include "modules/charts/service.hpp"
#include "modules/charts/store.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/spaces/service.hpp"

#include <fmt/format.h>

#include <array>
#include <tuple>

namespace lightdash::charts {
namespace {

using access::scope;

// Where a chart shall lie.
struct place : spaces::wanted_space {
    std::optional<dashboard_id> dashboard;
};
LIGHTDASH_DESCRIBE_DERIVED(place, spaces::wanted_space, dashboard)

sql::insert insert_chart()
{
    return sql::insert("charts")
        .set("project_id", sql::ref("p.id"))
        .set("space_id", sql::ref("s.id"))
        .set("slug", free_slug("charts"))
        .set("created_by", sql::param<user_id>())
        .set("updated_by", sql::param<user_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc())
        .set("version_id", sql::raw("uuid_generate_v4()"));
}

// The space of that dashboard.
task<place> place_in(pg::transaction& tx, project_id project, dashboard_id dashboard)
{
    static const auto find = sql::select("b.id", "b.space_id")
                                 .from("dashboards as b")
                                 .where("b.id", sql::param<dashboard_id>())
                                 .where("b.project_id", sql::param<project_id>())
                                 .where_null("b.deleted_at")
                                 .named<dashboard_id, project_id>("charts.place_in_dashboard");
    using row = std::tuple<dashboard_id, std::optional<space_id>>;
    const auto found = co_await tx.maybe<row>(find(dashboard, project));
    if (!found)
        throw error{error_kind::invalid_parameter,
                    fmt::format("dashboardUuid: the project has no dashboard {}.", dashboard.to_string())};
    co_return place{{std::get<1>(*found)}, dashboard};
}

} // namespace

task<chart_details> store::create(pg::transaction& tx, const caller& who, project_id project, const new_chart& draft)
{
    static const auto ask = access::ask_project(scope::create_saved_chart, "charts.may_create");
    static const auto insert = select_charts(full_columns<chart>(), "c")
                                   .with("c", insert_chart()
                                                  .values_of<chart_content>()
                                                  .set("status", sql::raw::open("coalesce(:status, 'active')"))
                                                  .set("dashboard_id", sql::raw::open(":dashboard"))
                                                  .from(spaces::target_of(scope::create_saved_chart))
                                                  .returning("*"))
                                   .named<caller, project_id, chart_content, slug_choice, place>("charts.create");
    place in{{draft.space_uuid}, {}};
    if (draft.dashboard_uuid)
        in = co_await place_in(tx, project, *draft.dashboard_uuid);
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto made = whole.add(insert(who, project, draft, {draft.slug, draft.name}, in));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::create_saved_chart, "project");
    auto created = whole.maybe<chart>(made);
    if (!created)
        spaces::throw_not_in_space(scope::create_saved_chart, in.space_uuid);
    co_return chart_details{std::move(*created)};
}

namespace {

// What a copy of a chart has of it.
constexpr std::array copied_columns{"status",       "table_name",   "metric_query", "chart_config",
                                    "table_config", "pivot_config", "parameters"};

struct copied_chart {
    bool allowed;
    std::string name;
    std::optional<space_id> space_uuid;
};
LIGHTDASH_DESCRIBE(copied_chart, allowed, name, space_uuid)

struct copy_text {
    std::string chart_name;
    std::optional<std::string> chart_desc;
};
LIGHTDASH_DESCRIBE(copy_text, chart_name, chart_desc)

} // namespace

task<chart_details> store::copy(pg::transaction& tx, const caller& who, project_id project, chart_id from,
                                const chart_copy& called)
{
    static const auto find = sql::select(access::may(scope::view_saved_chart, "c", "p").as("allowed"), "c.name",
                                         sql::ref("c.space_id").as("space_uuid"))
                                 .from("charts as c")
                                 .join("projects as p", "p.id", "c.project_id")
                                 .where("c.id", sql::param<chart_id>())
                                 .where("p.id", sql::param<project_id>())
                                 .where_null("c.deleted_at")
                                 .named<chart_id, project_id, caller>("charts.copied");
    static const auto insert = [] {
        auto made = insert_chart()
                        .set("name", sql::raw::open(":chart_name"))
                        .set("description", sql::raw::open("coalesce(:chart_desc, o.description)"));
        for (const auto* column : copied_columns)
            made.set(column, sql::ref(fmt::format("o.{}", column)));
        return select_charts(full_columns<chart>(), "c")
            .with("c", made.from(spaces::target_of(scope::create_saved_chart)
                                     .join("charts as o", "o.project_id", "p.id")
                                     .where("o.id", sql::param<chart_id>())
                                     .where_null("o.deleted_at")
                                     .where(access::may(scope::view_saved_chart, "o", "p")))
                           .returning("*"))
            .named<caller, project_id, chart_id, copy_text, slug_choice, spaces::wanted_space>("charts.copy");
    }();
    const auto source = access::require_allowed(co_await tx.maybe<copied_chart>(find(from, project, who)),
                                                scope::view_saved_chart, "chart");
    const copy_text text{called.chart_name.value_or("Copy of " + source.name), called.chart_desc};
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, project, from, text, {std::nullopt, text.chart_name}, {source.space_uuid}));
    co_await finish_or_run_again(tx, whole);
    auto created = whole.maybe<chart>(made);
    if (!created)
        spaces::throw_not_in_space(scope::create_saved_chart, source.space_uuid);
    co_return chart_details{std::move(*created)};
}

sql::insert copies_of_m()
{
    sql::insert made{"charts"};
    made.set("id", sql::ref("m.id"))
        .set("project_id", sql::ref("d.project_id"))
        .set("space_id", sql::ref("d.space_id"))
        .set("dashboard_id", sql::ref("d.id"))
        .set("slug", sql::raw("left(o.slug, 191) || '-' || left(m.id::text, 8)"))
        .set("name", sql::ref("o.name"))
        .set("description", sql::ref("o.description"))
        .set("created_by", sql::param<user_id>())
        .set("updated_by", sql::param<user_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc());
    for (const auto* column : copied_columns)
        made.set(column, sql::ref(fmt::format("o.{}", column)));
    return made.from(sql::select()
                         .from("m")
                         .join("charts as o", "o.id", "m.source")
                         .join("dashboards as d", sql::raw("d.id = ?", sql::param<dashboard_id>("made"))));
}

namespace {

// Where a change of the chart moves it.
struct moving : place {
    bool out_of_dashboard = false; // or into another one
};
LIGHTDASH_DESCRIBE_DERIVED(moving, place, out_of_dashboard)

// The same of one that stays in its space.
struct leaving {
    bool out_of_dashboard;
    std::optional<dashboard_id> dashboard;
};
LIGHTDASH_DESCRIBE(leaving, out_of_dashboard, dashboard)

// A dashboard that is named decides the space.
task<moving> move_of(pg::transaction& tx, chart_id id, const chart_changes& changes)
{
    static const auto find = sql::select("c.project_id")
                                 .from("charts as c")
                                 .where("c.id", sql::param<chart_id>())
                                 .named<chart_id>("charts.project_of");
    moving to{{{changes.space_uuid}, {}}, changes.dashboard_uuid.present};
    if (!changes.dashboard_uuid.value)
        co_return to;
    const auto project = co_await tx.maybe<project_id>(find(id));
    static_cast<place&>(to) =
        co_await place_in(tx, api::require_found(project, "chart"), *changes.dashboard_uuid.value);
    co_return to;
}

sql::update update_chart()
{
    return sql::update("charts as c")
        .changes_of<chart_patch>("c")
        .set("updated_by", sql::param<user_id>())
        .modify(is_own<sql::update>, scope::update_saved_chart)
        .where(is_as_expected());
}

} // namespace

task<chart_details> store::update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes,
                                  const api::if_match& expected)
{
    static const auto ask = ask_chart(scope::update_saved_chart, "charts.may_update");
    static const auto update =
        select_charts(full_columns<chart>(), "c")
            .with("c", update_chart()
                           .set("dashboard_id", sql::raw::open("case when :out_of_dashboard then :dashboard::uuid else "
                                                               "c.dashboard_id end"))
                           .from("projects as p")
                           .returning("c.*"))
            .named<caller, chart_id, chart_patch, leaving, api::if_match>("charts.update");
    // Another space takes a chart out of its dashboard, the same one keeps it there.
    static const auto update_and_move =
        select_charts(full_columns<chart>(), "c")
            .with("c", update_chart()
                           .set("dashboard_id", sql::raw::open("case when :out_of_dashboard then :dashboard::uuid when "
                                                               "t.id = c.space_id then c.dashboard_id end"))
                           .set("space_id", sql::ref("t.id"))
                           .from("projects as p", "spaces as t")
                           .where("t.id", sql::param<std::optional<space_id>>("space_uuid"))
                           .where_column("t.project_id", "p.id")
                           .where(sql::on("t.id", "c.space_id")
                                      .or_where(access::may_in_space(scope::create_saved_chart, "t", "p")))
                           .returning("c.*"))
            .named<caller, chart_id, chart_patch, moving, api::if_match>("charts.update_and_move");
    const auto to = co_await move_of(tx, id, changes);
    const auto both = expected_of(expected, changes.version_uuid);
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto saved = whole.add(to.space_uuid ? update_and_move(who, id, changes, to, both)
                                               : update(who, id, changes, {to.out_of_dashboard, to.dashboard}, both));
    co_await finish_or_run_again(tx, whole);
    require_present(whole.maybe<asked_chart>(asked), scope::update_saved_chart, both);
    auto changed = whole.maybe<chart>(saved);
    if (!changed && to.space_uuid)
        spaces::throw_not_in_space(scope::create_saved_chart, to.space_uuid);
    if (!changed)
        throw_changed_meanwhile();
    co_return chart_details{std::move(*changed)};
}

} // namespace lightdash::charts
