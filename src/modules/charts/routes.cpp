#include "modules/charts/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/charts/store.hpp"

namespace lightdash::charts {
namespace {

using answered_chart = api::tagged<chart_details>;

answered_chart tagged(chart_details chart)
{
    const auto version = chart.version_uuid.value;
    return {std::move(chart), version};
}

task<answered_chart> get_chart(const caller& who, pg::session& db, chart_id id)
{
    auto found = co_await store::by_id(db, who, id);
    co_return tagged(std::move(found));
}

// The path names a chart of a project by its uuid, or by its slug.
struct chart_key {
    static constexpr std::string_view path_name = "chart";
    static chart_key of(std::string_view text) { return {text}; }

    std::string_view text;
};

task<answered_chart> get_of_project(const caller& who, pg::session& db, project_id project, chart_key key)
{
    const auto id = co_await store::id_in(db, who, project, key.text);
    auto found = co_await store::by_id(db, who, id);
    co_return tagged(std::move(found));
}

task<api::list<listed_chart>> list_charts(const caller& who, pg::session& db, project_id project,
                                          const api::query<chart_query>& asked)
{
    auto found = co_await store::list(db, who, project, asked, false);
    api::list<listed_chart> listed{{}, found.total, found.asked};
    listed.rows.reserve(found.rows.size());
    for (auto& each : found.rows)
        listed.rows.emplace_back(std::move(each));
    co_return listed;
}

task<api::list<chart_summary>> list_summaries(const caller& who, pg::session& db, project_id project,
                                              const api::query<summary_query>& asked)
{
    const api::query<chart_query> plain{asked};
    auto found =
        co_await store::list(db, who, project, plain, !asked.exclude_charts_saved_in_dashboard.value_or(false));
    co_return found;
}

struct creation_query {
    std::optional<chart_id> duplicate_from;
};
LIGHTDASH_DESCRIBE(creation_query, duplicate_from)

task<answered_chart> add_chart(const caller& who, pg::transaction& tx, project_id project, const chart_request& body,
                               const api::query<creation_query>& asked)
{
    if (asked.duplicate_from) {
        chart_copy called = body.copy.value_or(chart_copy{});
        if (body.chart) {
            called.chart_name = body.chart->name;
            called.chart_desc = body.chart->description.value_or("");
        }
        auto made = co_await store::copy(tx, who, project, *asked.duplicate_from, called);
        co_return tagged(std::move(made));
    }
    if (!body.chart)
        throw error{error_kind::invalid_body, "The body has faults."}.with_fields(
            {{"/metricQuery", "Is required: a copy of another chart is asked for with ?duplicateFrom=."}});
    auto made = co_await store::create(tx, who, project, *body.chart);
    co_return tagged(std::move(made));
}

task<answered_chart> change_chart(const caller& who, pg::transaction& tx, chart_id id, const chart_changes& changes,
                                  const api::if_match& expected)
{
    auto changed = co_await store::update(tx, who, id, changes, expected);
    co_return tagged(std::move(changed));
}

task<answered_chart> add_version(const caller& who, pg::transaction& tx, chart_id id, const new_version& draft,
                                 const api::if_match& expected)
{
    auto changed = co_await store::save_version(tx, who, id, draft, expected);
    co_return tagged(std::move(changed));
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/charts", needs(view_saved_chart), list_charts,
          "The charts of a project, without those that belong to a dashboard");
    r.get("/api/v1/projects/{project}/chart-summaries", needs(view_saved_chart), list_summaries,
          "The charts of a project in short");
    r.post("/api/v1/projects/{project}/saved", needs(create_saved_chart), add_chart,
           "Save a chart: in a space, in a dashboard, or as a copy of another");
    r.get("/api/v1/saved/{chart}", needs(view_saved_chart), get_chart, "A chart");
    r.get("/api/v2/projects/{project}/saved/{chart}", needs(view_saved_chart), get_of_project,
          "A chart of a project, by its uuid or slug");
    r.patch("/api/v1/saved/{chart}", needs(update_saved_chart), change_chart,
            "Change a chart's name, description, status or place; what belongs to a dashboard lies in its space");
    r.remove("/api/v1/saved/{chart}", needs(delete_saved_chart), store::remove,
             "Delete a chart; tiles that showed it stay");
    r.post("/api/v1/saved/{chart}/version", needs(update_saved_chart), add_version, "Save a new version of a chart");
    r.get("/api/v1/saved/{chart}/history", needs(view_saved_chart), store::history,
          "The versions of a chart, newest first");
    r.get("/api/v1/saved/{chart}/version/{version}", needs(view_saved_chart), store::version, "A version of a chart");
    r.post("/api/v1/saved/{chart}/rollback/{version}", needs(update_saved_chart), store::roll_back,
           "Make an earlier version of a chart its newest one");
}

} // namespace lightdash::charts
