#include "integration/sql/twin_values.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

const knex_twins raws{
    "raw",
    {
        {"positional", [] { return raw("select * from users where user_id = ? and role = ?", 1, "admin"); }},
        {"identifier", [] { return raw("select ?? from ?? where ?? = ?", "u.email", "users as u", "u.user_id", 1); }},
        {"identifier-list", [] { return raw("select ?? from ??", names("email", "role"), "users"); }},
        {"named",
         [] {
             return raw("select :col: from users where user_id = :id and role <> :role", named("col", "email"),
                        named("id", 2), named("role", "x"));
         }},
        {"named-repeated",
         [] { return raw("select * from users where user_id = :id or manager_id = :id", named("id", 1)); }},
        {"named-with-cast", [] { return raw("select :n::int + 1 as n", named("n", 4)); }},
        {"escaped-question-mark",
         [] { return raw("select preferences \\? 'theme' as has from users where user_id = ?", 1); }},
        {"nested-raw", [] { return raw("select * from users where ?", raw("user_id = ?", 3)); }},
        {"array-binding", [] { return raw("select * from users where user_id = any(?)", std::vector{1, 2}); }},
        {"null-binding", [] { return raw("select ?::text is null as ok", std::nullopt); }},
        {"wrap",
         [] { return select("*").from(raw("select user_id from users where role = ?", "admin").wrap("(", ") as a")); }},
        {"ref-with-schema-alias",
         [] {
             return select(ref("user_id").as("id"), ref("analytics.page_views.path").as("p"))
                 .from("users")
                 .join_raw(raw("join analytics.page_views using (user_id)"));
         }},
        {"fn-now-precision", [] { return select(now(3)); }},
    }};

select active_users()
{
    return select().from("users").where("is_active", true);
}

const knex_twins composition{
    "compose",
    {
        {"clone-then-filter",
         [] {
             auto base = active_users();
             auto admins = base;
             admins.where("role", "admin");
             base.where("role", "never");
             return admins;
         }},
        {"modify",
         [] {
             const auto with_role = [](select& query, std::string_view role) {
                 if (!role.empty())
                     query.where("role", role);
             };
             return select("email").from("users").modify(with_role, "editor");
         }},
        {"clear-where",
         [] { return select().from("users").where("user_id", 1).clear(select::clause::where).where("user_id", 2); }},
        {"clear-by-name",
         [] {
             return select()
                 .from("users")
                 .with("x", select().from("projects"))
                 .where("user_id", 1)
                 .limit(3)
                 .offset(2)
                 .clear(select::clause::limit)
                 .clear(select::clause::offset)
                 .clear(select::clause::with)
                 .clear(select::clause::where);
         }},
        {"comment",
         [] { return select().from("users").where("user_id", 1).comment("route: /users/:id").comment("trace 42"); }},
        {"comment-on-insert",
         [] { return insert("audit_log").comment("trace 7").set("action", "c").set("audit_id", 1); },
         instead("every statement can have a comment", "INSERT 1")},
        {"from-js", [] { return select().from("users").where("user_id", ">", 3).order_by("email", desc); }},
        {"paginate-pair",
         [] {
             const auto base = select().from("dashboards").where_null("deleted_at").order_by("name");
             auto total = base;
             return total.clear(select::clause::columns).clear(select::clause::order).count("* as total");
         }},
        {"column-info-schema",
         [] {
             return select()
                 .from(raw("information_schema.columns"))
                 .where_raw("table_name = ? and table_catalog = current_database() and table_schema = ?", "page_views",
                            "analytics");
         }},
        {"binding-order-everywhere",
         [] {
             return select(raw("? as tag", "sel"))
                 .with("w", select().from("users").where("user_id", "<", 100))
                 .from("w")
                 .join("organizations as o", on("o.organization_id", "w.organization_id").where("o.plan", "<>", "none"))
                 .where("w.role", "admin")
                 .group_by(raw("w.user_id, ?::text", "grp"))
                 .having(raw("count(*) > ?", 0))
                 .order_by_raw(raw("coalesce(w.user_id, ?)", 5))
                 .limit(10)
                 .offset(1);
         }},
    }};

const knex_twins texts{
    "to-string",
    {
        {"scalars",
         [] {
             return select()
                 .from("users")
                 .where("first_name", "O'Neil")
                 .where("is_active", true)
                 .where("login_count", 3)
                 .where("balance", 1.5)
                 .to_string();
         }},
        {"date-is-local-time",
         [] {
             using namespace std::chrono_literals;
             return select("query_id")
                 .from("query_history")
                 .where("created_at", ">", pg::timestamptz{midnight(2024, 5, 2) + 3h + 4min + 5s + 678ms})
                 .order_by("query_id")
                 .to_string();
         },
         instead("the literal has its zone", "3\n4\n5")},
        {"bytes",
         [] {
             return select("token_id")
                 .from("access_tokens")
                 .where("token_hash", pg::bytes{"\xde\xad\xbe\xef"})
                 .to_string();
         },
         instead("bytes are a bytea literal", "1")},
        {"in-list-and-limit",
         [] { return select().from("users").where_in("user_id", each{1, 2}).limit(5).to_string(); }},
        {"in-list-and-limit/array",
         [] { return select().from("users").where_in("user_id", {1, 2}).limit(5).to_string(); },
         differs("a list is one array")},
        {"escaped-question-mark", [] { return select().from("users").where("preferences", "?", "theme").to_string(); }},
    }};

} // namespace
} // namespace lightdash::testing
