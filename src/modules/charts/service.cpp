#include "modules/charts/service.hpp"

#include "modules/projects/service.hpp"

namespace lightdash {

void remove_charts_of_project(pg::flight& statements, const caller& who, project_id project)
{
    static const auto erase = remove_of_project("charts", "charts.delete_of_project");
    statements.add(erase(project, who));
}

} // namespace lightdash
