#include "lightdash/api/outcome.hpp"
#include "modules/charts/chart_statements.hpp"
#include "modules/charts/store.hpp"
#include "modules/shared/race.hpp"

#include <array>
#include <fmt/format.h>

namespace lightdash::charts {
namespace {

using access::scope;

// The columns of charts and chart_versions that make a version.
constexpr std::array<std::string_view, 6> definition{"table_name",   "metric_query", "chart_config",
                                                     "table_config", "pivot_config", "parameters"};

// Whether there is one of that id, and the chart with what it says, saved when and by whom it was saved.
struct found_version : chart {
    bool allowed, known;
};
LIGHTDASH_DESCRIBE_DERIVED(found_version, chart, allowed, known)

// The columns of charts c as their version v says; as they are where that is none.
sql::column_list columns_of_version()
{
    auto columns =
        full_columns<found_version>()
            .set("version_uuid", sql::raw("coalesce(v.id, ?)", present_version()))
            .set("updated_at", sql::raw("coalesce(v.created_at, ?) at time zone 'utc'", present_time()))
            .set("allowed", access::may(scope::view_saved_chart, "c", "p"))
            .set("known", sql::raw("v.id is not null or ? = ?", present_version(), sql::param<version_id>()));
    for (const auto name : definition)
        columns.set(name, sql::raw("case when v.id is null then ? else ? end", sql::ref(fmt::format("c.{}", name)),
                                   sql::ref(fmt::format("v.{}", name))));
    return columns;
}

} // namespace

task<chart_history> store::history(pg::session& db, const caller& who, chart_id id)
{
    static const auto ask = ask_chart(scope::view_saved_chart, "charts.may_see_history");
    static const auto present = sql::select("c.id as chart_uuid", present_version().as("version_uuid"),
                                            present_author().as("author"), present_time().as("created_at"))
                                    .from("charts as c")
                                    .where("c.id", sql::param<chart_id>());
    static const auto kept = sql::select("v.chart_id", "v.id", "v.created_by", "v.created_at")
                                 .from("chart_versions as v")
                                 .where("v.chart_id", sql::param<chart_id>());
    static const auto find =
        sql::select(sql::columns_of<version_summary>("v").member("created_by", "e").set("created_by_user_uuid", "e.id"))
            .from(present.union_all(kept).as("v"))
            .left_join("users as e", "e.id", "v.author")
            .order_by("v.created_at", sql::desc)
            .order_by("v.version_uuid")
            .limit(sql::raw("5000")) // api.md 1.4
            .named<chart_id>("charts.history");
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto versions = whole.add(find(id));
    co_await db.send(whole);
    require_present(whole.maybe<asked_chart>(asked), scope::view_saved_chart);
    co_return chart_history{whole.all<version_summary>(versions)};
}

task<chart_version> store::version(pg::session& db, const caller& who, chart_id id, version_id version)
{
    static const auto find =
        sql::select(columns_of_version())
            .from("charts as c")
            .join("projects as p", "p.id", "c.project_id")
            .left_join("chart_versions as v", sql::on("v.chart_id", "c.id").where("v.id", sql::param<version_id>()))
            .left_join("users as e", "e.id",
                       sql::raw("case when v.id is null then ? else v.created_by end", present_author()))
            .left_join("spaces as s", "s.id", "c.space_id")
            .left_join("dashboards as b", "b.id", "c.dashboard_id")
            .where("c.id", sql::param<chart_id>())
            .where_null("c.deleted_at")
            .named<chart_id, version_id, caller>("charts.version");
    auto maybe = co_await db.maybe<found_version>(find(id, version, who));
    auto found = access::require_allowed(std::move(maybe), scope::view_saved_chart, "chart");
    if (!found.known)
        api::throw_not_found("version of the chart");
    const version_summary told{id, version, found.updated_at.utc, found.updated_by_user};
    co_return chart_version{told, chart_details{std::move(found)}};
}

task<chart_details> store::save_version(pg::transaction& tx, const caller& who, chart_id id, const new_version& draft,
                                        const api::if_match& expected)
{
    static const auto ask = ask_chart(scope::update_saved_chart, "charts.may_update");
    static const auto update =
        select_charts(full_columns<chart>(), "c")
            .with("c", sql::update("charts as c")
                           .changes_of<chart_definition>("c")
                           .set("pivot_config", sql::raw::open(":pivot_config")) // NULL when there is none any more
                           .set("parameters", sql::raw::open(":parameters"))
                           .set("updated_by", sql::param<user_id>())
                           .from("projects as p")
                           .modify(is_own<sql::update>, scope::update_saved_chart)
                           .where(is_as_expected())
                           .returning("c.*"))
            .named<caller, chart_id, chart_definition, api::if_match>("charts.save_version");
    const auto both = expected_of(expected, draft.version_uuid);
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto saved = whole.add(update(who, id, draft, both));
    co_await finish_or_run_again(tx, whole);
    require_present(whole.maybe<asked_chart>(asked), scope::update_saved_chart, both);
    auto changed = whole.maybe<chart>(saved);
    if (!changed)
        throw_changed_meanwhile();
    co_return chart_details{std::move(*changed)};
}

task<void> store::roll_back(pg::transaction& tx, const caller& who, chart_id id, version_id version,
                            const api::if_match& expected)
{
    static const auto ask = ask_chart(scope::update_saved_chart, "charts.may_update");
    static const auto known = sql::select("v.id")
                                  .from("chart_versions as v")
                                  .where("v.chart_id", sql::param<chart_id>())
                                  .where("v.id", sql::param<version_id>())
                                  .named<chart_id, version_id>("charts.known_version");
    static const auto update = [] {
        auto made = sql::update("charts as c").set("updated_by", sql::param<user_id>());
        for (const auto name : definition)
            made.set(name, sql::ref(fmt::format("v.{}", name)));
        return made.from("projects as p", "chart_versions as v")
            .modify(is_own<sql::update>, scope::update_saved_chart)
            .where(is_as_expected())
            .where_column("v.chart_id", "c.id")
            .where("v.id", sql::param<version_id>())
            .named<caller, chart_id, version_id, api::if_match>("charts.roll_back");
    }();
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto kept = whole.add(known(id, version));
    const auto changed = whole.add(update(who, id, version, expected));
    co_await finish_or_run_again(tx, whole);
    const auto found = whole.maybe<asked_chart>(asked);
    if (require_present(found, scope::update_saved_chart, expected).version_uuid == version)
        co_return; // it is what it would become
    if (!whole.maybe<version_id>(kept))
        throw error{error_kind::not_found,
                    fmt::format("The chart has no version {}: its history lists them.", version.to_string())};
    if (whole.affected(changed) == 0)
        throw_changed_meanwhile();
}

} // namespace lightdash::charts
