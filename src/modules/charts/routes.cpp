#include "modules/charts/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/charts/store.hpp"

namespace lightdash {
namespace {

struct chart_query {
    api::page_request page;
    api::search search;
};
LIGHTDASH_DESCRIBE(chart_query, page, search)

task<api::list<chart_summary>> list_charts(const caller& who, pg::session& db, project_id project,
                                           const api::query<chart_query>& asked)
{
    auto found = co_await chart_store::list(db, who, project, asked.search.pattern, asked.page);
    co_return api::list<chart_summary>{std::move(found.charts), found.total, asked.page};
}

task<chart_details> add_chart(const caller& who, pg::transaction& tx, project_id project, const new_chart& draft)
{
    co_return chart_details{co_await chart_store::create(tx, who, project, draft)};
}

task<chart_details> get_chart(const caller& who, pg::session& db, chart_id id)
{
    co_return chart_details{co_await chart_store::by_id(db, who, id)};
}

task<chart_details> change_chart(const caller& who, pg::transaction& tx, chart_id id, const chart_changes& changes)
{
    co_return chart_details{co_await chart_store::update(tx, who, id, changes)};
}

task<void> erase_chart(const caller& who, pg::transaction& tx, chart_id id)
{
    return chart_store::remove(tx, who, id);
}

} // namespace

void add_chart_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/charts", needs(view_saved_chart), list_charts, "The charts of a project");
    r.post("/api/v1/projects/{project}/saved", needs(create_saved_chart), add_chart, "Save a chart");
    r.get("/api/v1/saved/{chart}", needs(view_saved_chart), get_chart, "A chart");
    r.patch("/api/v1/saved/{chart}", needs(update_saved_chart), change_chart,
            "Change a chart's name, description or status");
    r.remove("/api/v1/saved/{chart}", needs(delete_saved_chart), erase_chart,
             "Delete a chart; tiles that showed it stay");
}

} // namespace lightdash
