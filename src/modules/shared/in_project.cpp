#include "modules/shared/in_project.hpp"

namespace lightdash {

sql::prepared_for<project_id, named_in_project> id_in_project(std::string_view table, pg::sql_literal name)
{
    const auto thing = sql::param<std::optional<uuid>>("thing");
    return sql::select("id")
        .from(table)
        .where("project_id", sql::param<project_id>())
        .where(sql::condition().where("id", thing).or_where("slug", sql::param<std::string_view>("slug")))
        .where_null("deleted_at")
        .order_by(sql::raw("id = ? desc nulls last", thing))
        .limit(sql::raw("1"))
        .named<project_id, named_in_project>(name);
}

} // namespace lightdash
