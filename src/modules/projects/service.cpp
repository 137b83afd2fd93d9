#include "modules/projects/service.hpp"

namespace lightdash::projects {

sql::prepared_for<project_id, caller> contents_removal(std::string_view table, pg::sql_literal name)
{
    return sql::remove(sql::ref(table).as("o"))
        .using_tables("projects as p")
        .where_column("p.id", "o.project_id")
        .where("p.id", sql::param<project_id>())
        .where(access::may_in(access::scope::delete_project, "p"))
        .named<project_id, caller>(name);
}

} // namespace lightdash::projects
