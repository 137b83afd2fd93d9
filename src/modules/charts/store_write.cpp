#include "lightdash/api/outcome.hpp"
#include "modules/charts/chart_statements.hpp"
#include "modules/charts/store.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"

#include <fmt/format.h>

namespace lightdash::charts {
namespace {

using access::scope;

// The dashboard that a chart belongs to.
struct place {
    std::optional<dashboard_id> dashboard;
};
LIGHTDASH_DESCRIBE(place, dashboard)

sql::insert insert_chart()
{
    return sql::insert("charts")
        .set("project_id", sql::ref("p.id"))
        .set("slug", free_slug("charts"))
        .set("created_by", sql::param<user_id>())
        .set("updated_by", sql::param<user_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc())
        .set("version_id", sql::raw("uuid_generate_v4()"));
}

// The project p in which a chart is made, when the caller may.
sql::select target()
{
    return sql::select()
        .from("projects as p")
        .where("p.id", sql::param<project_id>())
        .where(access::may_in(scope::create_saved_chart, "p"));
}

task<void> require_dashboard(pg::transaction& tx, project_id project, dashboard_id dashboard)
{
    static const auto find = sql::select("b.id")
                                 .from("dashboards as b")
                                 .where("b.id", sql::param<dashboard_id>())
                                 .where("b.project_id", sql::param<project_id>())
                                 .named<dashboard_id, project_id>("charts.dashboard_of_project");
    const auto found = co_await tx.maybe<dashboard_id>(find(dashboard, project));
    if (!found)
        throw error{error_kind::invalid_parameter,
                    fmt::format("dashboardUuid: the project has no dashboard {}.", dashboard.to_string())};
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
                                                  .from(target())
                                                  .returning("*"))
                                   .named<caller, project_id, chart_content, slug_choice, place>("charts.create");
    if (draft.dashboard_uuid)
        co_await require_dashboard(tx, project, *draft.dashboard_uuid);
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto made = whole.add(insert(who, project, draft, {draft.slug, draft.name}, {draft.dashboard_uuid}));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::create_saved_chart, "project");
    co_return chart_details{whole.one<chart>(made)};
}

namespace {

struct copied_chart {
    bool allowed;
    std::string name;
};
LIGHTDASH_DESCRIBE(copied_chart, allowed, name)

struct copy_text {
    std::string chart_name;
    std::optional<std::string> chart_desc;
};
LIGHTDASH_DESCRIBE(copy_text, chart_name, chart_desc)

} // namespace

task<chart_details> store::copy(pg::transaction& tx, const caller& who, project_id project, chart_id from,
                                const chart_copy& called)
{
    static const auto find = sql::select(access::may(scope::view_saved_chart, "c", "p").as("allowed"), "c.name")
                                 .from("charts as c")
                                 .join("projects as p", "p.id", "c.project_id")
                                 .where("c.id", sql::param<chart_id>())
                                 .where("p.id", sql::param<project_id>())
                                 .where_null("c.deleted_at")
                                 .named<chart_id, project_id, caller>("charts.copied");
    static const auto ask = access::ask_project(scope::create_saved_chart, "charts.may_create");
    static const auto insert = [] {
        auto made = insert_chart()
                        .set("name", sql::raw::open(":chart_name"))
                        .set("description", sql::raw::open("coalesce(:chart_desc, o.description)"));
        for (const auto* column :
             {"status", "table_name", "metric_query", "chart_config", "table_config", "pivot_config", "parameters"})
            made.set(column, sql::ref(fmt::format("o.{}", column)));
        return select_charts(full_columns<chart>(), "c")
            .with("c", made.from(target()
                                     .join("charts as o", "o.project_id", "p.id")
                                     .where("o.id", sql::param<chart_id>())
                                     .where_null("o.deleted_at")
                                     .where(access::may(scope::view_saved_chart, "o", "p")))
                           .returning("*"))
            .named<caller, project_id, chart_id, copy_text, slug_choice>("charts.copy");
    }();
    const auto source = access::require_allowed(co_await tx.maybe<copied_chart>(find(from, project, who)),
                                                scope::view_saved_chart, "chart");
    const copy_text text{called.chart_name.value_or("Copy of " + source.name), called.chart_desc};
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto made = whole.add(insert(who, project, from, text, {std::nullopt, text.chart_name}));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::create_saved_chart, "project");
    auto created = whole.maybe<chart>(made);
    if (!created)
        throw_changed_meanwhile();
    co_return chart_details{std::move(*created)};
}

namespace {

// What a change says of the chart's dashboard: another one, or none.
struct leaving : place {
    bool out_of_dashboard;
};
LIGHTDASH_DESCRIBE_DERIVED(leaving, place, out_of_dashboard)

task<void> require_dashboard_beside(pg::transaction& tx, chart_id id, dashboard_id dashboard)
{
    static const auto find = sql::select("c.project_id")
                                 .from("charts as c")
                                 .where("c.id", sql::param<chart_id>())
                                 .named<chart_id>("charts.project_of");
    const auto project = co_await tx.maybe<project_id>(find(id));
    co_await require_dashboard(tx, api::require_found(project, "chart"), dashboard);
}

} // namespace

task<chart_details> store::update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes,
                                  const api::if_match& expected)
{
    static const auto ask = ask_chart(scope::update_saved_chart, "charts.may_update");
    static const auto update =
        select_charts(full_columns<chart>(), "c")
            .with("c", sql::update("charts as c")
                           .changes_of<chart_patch>("c")
                           .set("dashboard_id", sql::raw::open("case when :out_of_dashboard then :dashboard::uuid else "
                                                               "c.dashboard_id end"))
                           .set("updated_by", sql::param<user_id>())
                           .from("projects as p")
                           .modify(is_own<sql::update>, scope::update_saved_chart)
                           .where(is_as_expected())
                           .returning("c.*"))
            .named<caller, chart_id, chart_patch, leaving, api::if_match>("charts.update");
    if (changes.dashboard_uuid.value)
        co_await require_dashboard_beside(tx, id, *changes.dashboard_uuid.value);
    const auto both = expected_of(expected, changes.version_uuid);
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto saved =
        whole.add(update(who, id, changes, {{changes.dashboard_uuid.value}, changes.dashboard_uuid.present}, both));
    co_await finish_or_run_again(tx, whole);
    require_present(whole.maybe<asked_chart>(asked), scope::update_saved_chart, both);
    auto changed = whole.maybe<chart>(saved);
    if (!changed)
        throw_changed_meanwhile();
    co_return chart_details{std::move(*changed)};
}

} // namespace lightdash::charts
