#include "lightdash/modules/projects/service.hpp"

#include "lightdash/sql/select.hpp"

namespace lightdash {

pg::flight::ticket ask_project_owner(pg::flight& statements, project_id id)
{
    static const auto owner = sql::select("organization_id")
                                  .from("projects")
                                  .where("id", sql::param<project_id>())
                                  .named<project_id>("projects.owner");
    return statements.add(owner(id));
}

} // namespace lightdash
