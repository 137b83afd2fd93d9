#include "integration/sql/twin_values.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

select names_in(std::string_view table)
{
    return select("name").from(table);
}

select ids_in(std::string_view table)
{
    return select("user_id").from(table);
}

const knex_twins set_operations{
    "set-ops",
    {
        {"union",
         [] {
             return select("email")
                 .from("users")
                 .where("role", "admin")
                 .union_with(select("email").from("users").where("login_count", ">", 10));
         }},
        {"union-all-wrapped",
         [] {
             return names_in("projects")
                 .order_by("project_id")
                 .limit(1)
                 .union_all(names_in("spaces").order_by("space_id").limit(1));
         },
         instead("each branch keeps its own limit", "Jaffle Shop\nShared")},
        {"union-array",
         [] {
             return names_in("projects")
                 .union_with(names_in("spaces"),
                             raw("select organization_name from organizations where seats > ?", 10));
         }},
        {"union-many-args",
         [] { return names_in("projects").union_with(names_in("spaces"), names_in("dashboards")).parenthesized(); }},
        {"only-unions", [] { return names_in("projects").union_with(names_in("spaces")).order_by("name").limit(3); }},
        {"intersect", [] { return ids_in("users").intersect(ids_in("project_memberships")); }},
        {"except", [] { return ids_in("users").except(ids_in("query_history").where_not_null("user_id")); }},
        {"except-wrapped-order",
         [] { return ids_in("users").except(ids_in("scheduler")).parenthesized().order_by("user_id").limit(2); }},
        {"mixed",
         [] {
             return ids_in("users")
                 .where("user_id", "<", 3)
                 .union_with(ids_in("users").where("user_id", 4))
                 .except(ids_in("users").where("user_id", 1));
         }},
        {"union-as-subquery",
         [] { return select().count("* as n").from(names_in("projects").union_all(names_in("spaces")).as("u")); }},
    }};

const knex_twins with_clauses{
    "with",
    {
        {"callback",
         [] {
             const auto recent = select().from("query_history").where("created_at", ">", midnight(2024, 5, 2));
             return select().with("recent", recent).from("recent").count("* as n");
         }},
        {"raw", [] { return select("i").with("n", raw("select generate_series(1, ?::int) as i", 4)).from("n"); }},
        {"column-list",
         [] {
             return select("uid")
                 .with("pairs", {"pid", "uid"}, select("project_id", "user_id").from("project_memberships"))
                 .from("pairs")
                 .where("pid", 1);
         }},
        {"two-ctes-binding-order",
         [] {
             return select("*")
                 .from("a")
                 .where("login_count", ">", 3)
                 .union_all(select("*").from("b"))
                 .with("a", select().from("users").where("user_id", 1))
                 .with("b", select().from("users").where("user_id", 2));
         }},
        {"not-materialized",
         [] {
             return select("q")
                 .with_not_materialized("light", {"q"}, select("query_id").from("query_history"))
                 .from("light");
         }},
        {"recursive",
         [] {
             const auto roots =
                 select("space_id", "parent_space_id", "slug").from("spaces").where_null("parent_space_id");
             const auto children = select("s.space_id", "s.parent_space_id", "s.slug")
                                       .from("spaces as s")
                                       .join("tree as t", "t.space_id", "s.parent_space_id");
             return select("slug").with_recursive("tree", roots.union_all(children)).from("tree");
         }},
        {"recursive-column-list",
         [] {
             return select("n")
                 .with_recursive("cnt", {"n"}, raw("select 1 union all select n + 1 from cnt where n < ?", 3))
                 .from("cnt");
         }},
        {"with-insert",
         [] {
             return insert("audit_log")
                 .with("src", select("email").from("users").where("user_id", 1))
                 .columns("audit_id", "action", "actor")
                 .from(select(raw("9, 'copied', email")).from("src"));
         }},
        {"with-update",
         [] {
             return update("dashboards")
                 .with("hot", select("dashboard_id").from("dashboards").where("views_count", ">", 100))
                 .set("description", "hot")
                 .where_in("dashboard_id", select("dashboard_id").from("hot"));
         }},
    }};

const knex_twins locks{
    "lock",
    {
        {"for-update", [] { return select().from("users").where("user_id", 1).for_update(); }},
        {"for-update-tables",
         [] {
             return select("u.user_id")
                 .from("users as u")
                 .join("organizations as o", "o.organization_id", "u.organization_id")
                 .for_update("u", "o");
         }},
        {"for-update-array", [] { return ids_in("users").for_update("users"); }},
        {"for-share", [] { return ids_in("users").for_share(); }},
        {"for-share-of", [] { return ids_in("users").for_share("users"); }},
        {"for-no-key-update", [] { return ids_in("users").for_no_key_update(); }},
        {"for-update-with-schema",
         [] { return select().from("page_views").with_schema("analytics").for_update("page_views").skip_locked(); }},
        {"for-update-in-subquery",
         [] {
             const auto next = select("scheduler_uuid")
                                   .from("scheduler")
                                   .where("enabled", true)
                                   .order_by("next_run_at")
                                   .limit(1)
                                   .for_update()
                                   .skip_locked();
             return update("scheduler")
                 .set("next_run_at", std::nullopt)
                 .where_in("scheduler_uuid", next)
                 .returning("scheduler_uuid");
         }},
    }};

} // namespace
} // namespace lightdash::testing
