#include "modules/dashboards/service.hpp"

#include "modules/projects/service.hpp"

namespace lightdash::dashboards {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project)
{
    static const auto erase =
        projects::contents_removal("dashboards", "dashboards.delete_of_project"); // their tiles cascade
    statements.add(erase(project, who));
}

} // namespace lightdash::dashboards
