#include "modules/charts/service.hpp"

#include "modules/projects/service.hpp"

namespace lightdash::charts {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project)
{
    static const auto erase = projects::contents_removal("charts", "charts.delete_of_project");
    statements.add(erase(project, who));
}

} // namespace lightdash::charts
