#include "modules/dashboards/service.hpp"

#include "modules/projects/service.hpp"

namespace lightdash::dashboards {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project)
{
    static const auto erase =
        projects::contents_removal("dashboards", "dashboards.delete_of_project"); // their tiles cascade
    statements.add(erase(project, who));
}

task<void> move(pg::transaction& tx, const caller& who, const audit::origin& from, const spaces::moving& to)
{
    static const spaces::mover how{{.table = "dashboards as o",
                                    .subject = "Dashboard",
                                    .name = "dashboard",
                                    .edit = access::scope::update_dashboard,
                                    .create = access::scope::create_dashboard,
                                    .is_bound = sql::raw{"false"}},
                                   "dashboards.may_move",
                                   "dashboards.move"};
    return how(tx, who, from, to);
}

} // namespace lightdash::dashboards
