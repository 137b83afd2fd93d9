#include "modules/dashboards/service.hpp"

#include "modules/projects/service.hpp"

namespace lightdash {

void remove_dashboards_of_project(pg::flight& statements, const caller& who, project_id project)
{
    static const auto erase = remove_of_project("dashboards", "dashboards.delete_of_project"); // their tiles cascade
    statements.add(erase(project, who));
}

} // namespace lightdash
