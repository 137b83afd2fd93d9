#include "modules/content/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/charts/service.hpp"
#include "modules/content/store.hpp"
#include "modules/dashboards/service.hpp"

namespace lightdash::content {
namespace {

// What is done with the item that the body names, a chart or a dashboard.
template <auto WithChart, auto WithDashboard>
task<void> on_item(const caller& who, pg::transaction& tx, project_id project, const named_content& body,
                   const audit::origin& origin)
{
    const auto& item = body.item;
    co_await store::require_in_project(tx, who, project, item);
    if (item.content_type == content_type::chart)
        co_await WithChart(tx, who, chart_id{item.uuid}, origin);
    else
        co_await WithDashboard(tx, who, dashboard_id{item.uuid}, origin);
}
constexpr auto& restore_item = on_item<charts::restore, dashboards::restore>;
constexpr auto& purge_item = on_item<charts::remove_for_good, dashboards::remove_for_good>;

task<void> move_item(const caller& who, pg::transaction& tx, project_id project, const content_move& body,
                     const audit::origin& origin)
{
    const spaces::moving to{body.item.uuid, project, *body.action.target_space_uuid};
    if (body.item.content_type == content_type::chart)
        co_await charts::move(tx, who, origin, to);
    else
        co_await dashboards::move(tx, who, origin, to);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v2/content", needs(view_project), store::list,
          "Charts, dashboards and spaces of all projects as one list, the newest first");
    r.get("/api/v2/content/deleted", needs(restore_content), store::deleted,
          "Deleted charts and dashboards: one's own deletions, or all for admins");
    r.post("/api/v2/content/{project}/restore", needs(restore_content), restore_item,
           "Restore a deleted chart or dashboard; where its space is gone, into the project's default one");
    r.remove_named_in_body("/api/v2/content/{project}/permanent", needs(restore_content), purge_item,
                           "Delete a deleted chart or dashboard for good");
    r.post("/api/v2/content/{project}/move", needs(update_saved_chart), move_item,
           "Move a chart or a dashboard into another space: who edits it, and may create in that space");
}

} // namespace lightdash::content
