#include "modules/projects/service.hpp"

namespace lightdash {

pg::flight::ticket ask_project_owner(pg::flight& statements, project_id id)
{
    static const auto owner = sql::select("organization_id")
                                  .from("projects")
                                  .where("id", sql::param<project_id>())
                                  .named<project_id>("projects.owner");
    return statements.add(owner(id));
}

sql::select select_owner(std::string_view table, const sql::expression& id)
{
    return sql::select("p.organization_id")
        .from(sql::ref(table).as("o"))
        .join("projects as p", "p.id", "o.project_id")
        .where("o.id", id);
}

} // namespace lightdash
