#include "modules/users/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/shared/columns.hpp"

namespace lightdash::users {

task<user_account> store::by_id(pg::session& db, user_id id)
{
    static const auto find = sql::select(sql::columns_of<user_account>("u")
                                             .set("user_uuid", "u.id")
                                             .set("organization_uuid", "o.id")
                                             .set("organization_name", "o.name")
                                             .set("organization_created_at", or_epoch("o.created_at"))
                                             .set("is_active", sql::raw("coalesce(u.is_active, false)"))
                                             .set("is_pending", sql::raw("u.password_hash is null"))
                                             .set("created_at", or_epoch("u.created_at"))
                                             .set("updated_at", or_epoch("u.updated_at")))
                                 .from("users as u")
                                 .join("organizations as o", "o.id", "u.organization_id")
                                 .where("u.id", sql::param<user_id>())
                                 .named<user_id>("users.by_id");
    return db.one<user_account>(find(id));
}

task<api::page<organization_member>> store::list(pg::session& db, const caller& who,
                                                 const api::query<member_query>& asked)
{
    static const auto members = sql::select()
                                    .from("users")
                                    .where("organization_id", sql::param<organization_id>())
                                    .where(matches_pattern({"email", sql::raw("first_name || ' ' || last_name")}));
    static const auto count = sql::select{members}.count().named<caller, listing>("users.count");
    static const auto page_of = sql::select{members}
                                    .columns(sql::columns_of<organization_member>()
                                                 .set("user_uuid", "id")
                                                 .set("user_created_at", or_epoch("created_at"))
                                                 .set("user_updated_at", or_epoch("updated_at"))
                                                 .set("organization_uuid", "organization_id")
                                                 .set("is_active", sql::raw("coalesce(is_active, false)"))
                                                 .set("is_pending", sql::raw("password_hash is null")))
                                    .order_by("email")
                                    .modify(paged)
                                    .named<caller, listing>("users.list");
    const listing wanted{asked.page, asked.search_query};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted));
    co_await db.send(both);
    co_return api::page<organization_member>{both.all<organization_member>(rows), both.one<std::int64_t>(total),
                                             asked.page};
}

task<user_id> store::create(pg::session& db, std::string_view organization_name, const new_user& user)
{
    using text = std::string_view;
    static const auto named = sql::param<text>("organization");
    static const auto insert =
        sql::insert("users")
            .with("existing", sql::select("id")
                                  .from("organizations")
                                  .where("name", named)
                                  .order_by("created_at")
                                  .order_by("id")
                                  .limit(sql::raw("1")))
            .with("made", sql::insert("organizations")
                              .set("name", named)
                              .set("created_at", now_in_utc())
                              .set("updated_at", now_in_utc())
                              .from(sql::select().where_not_exists(sql::select("id").from("existing")))
                              .returning("id"))
            .values_of<new_user>()
            .set("email", sql::raw::open("lower(:email)"))
            .set("password_hash", sql::raw::open("nullif(:password_hash, '')"))
            .set("organization_id", sql::ref("o.id"))
            .set("created_at", now_in_utc())
            .set("updated_at", now_in_utc())
            .from(sql::select().from(
                sql::select("id").from("existing").union_all(sql::select("id").from("made")).as("o")))
            .returning("id")
            .named<text, new_user>("users.create");
    return db.one<user_id>(insert(organization_name, user));
}

} // namespace lightdash::users
