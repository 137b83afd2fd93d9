#include "modules/users/service.hpp"

#include "modules/shared/columns.hpp"

#include <fmt/format.h>

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

sql::insert invited_person()
{
    return sql::insert("users")
        .set("email", sql::raw::open("lower(:invited_email)"))
        .set("first_name", "")
        .set("last_name", "")
        .set("role", sql::raw::open(":invited_role"))
        .set("organization_id", sql::param<organization_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc())
        .on_conflict(
            sql::conflict("email")
                .merge(sql::set("role", sql::ref("excluded.role"))
                           .set("is_active", true)
                           .set("password_hash", std::nullopt))
                .where_column("users.organization_id", "excluded.organization_id")
                .where("users.id", "<>", sql::param<user_id>())
                .where(sql::condition().where_null("users.password_hash").or_where_raw("users.is_active is not true")))
        .returning("*");
}

sql::update activated_person(std::string_view invited)
{
    return sql::update("users as u")
        .changes_of<activation>("u")
        .from(invited)
        .where_column("u.id", fmt::format("{}.user_id", invited))
        .where("u.is_active", true)
        .returning("u.id", "u.email");
}

} // namespace lightdash::users
