#include "modules/users/service.hpp"

#include "lightdash/sql/builder.hpp"

namespace lightdash::users {

sql::prepared_for<caller, other_user> access_removal(std::string_view table, pg::sql_literal name)
{
    return sql::remove(sql::ref(table).as("o"))
        .using_tables("users as u")
        .where_column("u.id", "o.user_id")
        .where("u.id", sql::param<user_id>("member"))
        .where("u.organization_id", sql::param<organization_id>())
        .where("u.is_active", false)
        .named<caller, other_user>(name);
}

} // namespace lightdash::users
