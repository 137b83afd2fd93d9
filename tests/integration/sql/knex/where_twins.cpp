#include "integration/sql/twin_values.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

select users()
{
    return select().from("users");
}

const knex_twins twins{
    "where",
    {
        {"equals-two-args", [] { return users().where("email", "ada@acme.test"); }},
        {"operator", [] { return users().where("login_count", ">=", 5); }},
        {"object", [] { return users().where("role", "admin").where("is_active", true); }},
        {"chained-and",
         [] { return users().where("role", "admin").where("login_count", "<", 10).where("is_active", true); }},
        {"null-two-args", [] { return users().where("deleted_at", std::nullopt); }},
        {"is-null-three-args", [] { return users().where("deleted_at", "is", std::nullopt); }},
        {"not-equal-null-binds", [] { return users().columns("user_id").where("deleted_at", "!=", std::nullopt); },
         instead("NULL is compared with `is`", "3")},
        {"boolean-true-false", [] { return users().where(true).or_where(false); }},
        {"not", [] { return users().where_not("role", "viewer"); }},
        {"or-not", [] { return users().where("role", "admin").or_where_not("is_active", true); }},
        {"and-after-or-is-flat",
         [] { return users().where("role", "viewer").or_where("role", "admin").where("login_count", ">", 10); }},
        {"not-column", [] { return users().where_not_column("user_id", "manager_id"); }},
        {"value-raw",
         [] { return users().where("created_at", ">", raw("now() - ?::interval", untyped{"100 years"})); }},
        {"value-ref", [] { return users().where("users.user_id", ref("users.manager_id")); }},
        {"column-raw", [] { return users().where(raw("lower(email)"), "=", "ada@acme.test"); }},
        {"raw-alone", [] { return users().where(raw("login_count between ? and ?", 1, 20)); }},
        {"where-raw",
         [] { return users().where_raw("date_part(?, created_at) = ?", "month", 1).or_where_raw("false"); }},
        {"scalar-subquery",
         [] {
             return select()
                 .from("dashboards")
                 .where("views_count", "=", select().max("views_count").from("dashboards"));
         }},
        {"similar-to", [] { return users().where("role", "similar to", "(admin|editor)"); }},
        {"array-overlap",
         [] { return select().from("saved_queries").where("tags", "&&", std::vector<std::string>{"finance", "ops"}); }},
        {"array-contains",
         [] { return select().from("saved_queries").where("tags", "@>", std::vector<std::string>{"finance"}); }},
        {"jsonb-contains-object", [] { return users().where("preferences", "@>", pg::json_text{R"({"lang":"en"})"}); }},
        {"jsonb-any-key",
         [] { return users().where("preferences", "?|", std::vector<std::string>{"nested", "flags"}); }},
        {"uuid-and-bool",
         [] {
             return select()
                 .from("projects")
                 .where("project_uuid", fixture_id(0xc2))
                 .where_not("project_type", "DEFAULT");
         }},
        {"empty-object", [] { return users().where(condition()); }, refuses("empty")},
        {"three-arg-in", [] { return users().where_in("user_id", each{1, 2}); }},
        {"three-arg-not-between", [] { return users().where_not_between("user_id", 2, 4); }},
        {"not-null-value", [] { return users().where_not("deleted_at", std::nullopt); }},
        {"equals-null-three-args",
         [] { return users().columns("user_id").where("deleted_at", "=", std::nullopt).order_by("user_id"); },
         instead("NULL is compared with `is`", "1\n2\n4\n5")},
        {"not-with-in-operator",
         [] { return users().columns("user_id").where_not_in("user_id", each{1, 2}).order_by("user_id"); },
         instead("the NOT is kept", "3\n4\n5")},
        {"unknown-column-type-date-string",
         [] {
             return select()
                 .from("query_history")
                 .where("created_at", "<", midnight(2024, 5, 2))
                 .where("query_history.status", "ready");
         }},
    }};

const knex_twins in_lists{
    "where-in",
    {
        {"numbers", [] { return users().where_in("user_id", each{1, 2, 3}); }},
        {"numbers/array", [] { return users().where_in("user_id", {1, 2, 3}); }, differs("a list is one array")},
        {"strings-or", [] { return users().where("is_active", false).or_where_in("role", each{"admin", "editor"}); }},
        {"strings-or/array", [] { return users().where("is_active", false).or_where_in("role", {"admin", "editor"}); },
         differs("a list is one array")},
        {"or-not-in", [] { return users().where("user_id", 1).or_where_not_in("user_id", each{1, 2, 3, 4}); }},
        {"or-not-in/array",
         [] { return users().where("user_id", 1).or_where_not_in("user_id", std::vector{1, 2, 3, 4}); },
         differs("a list is one array")},
        {"empty-list-is-false", [] { return users().where_in("user_id", each(std::vector<int>{})); }},
        {"empty-list-is-false/array", [] { return users().where_in("user_id", std::vector<int>{}); },
         differs("an empty array matches nothing, and the text is the one of every list")},
        {"not-in-empty-is-true", [] { return users().where_not_in("user_id", each(std::vector<int>{})); }},
        {"not-in-empty-is-true/array", [] { return users().where_not_in("user_id", std::vector<int>{}); },
         differs("an empty array matches nothing, and the text is the one of every list")},
        {"subquery",
         [] {
             return users().where_in("organization_id",
                                     select("organization_id").from("organizations").where("plan", "cloud"));
         }},
        {"tuples",
         [] {
             return select()
                 .from("project_memberships")
                 .where_in(row("project_id", "user_id"), each{std::tuple{1, 1}, std::tuple{3, 5}});
         }},
        {"tuples/arrays",
         [] {
             return select()
                 .from("project_memberships")
                 .where_in(row("project_id", "user_id"), unnest(std::vector{1, 3}, std::vector{1, 5}));
         },
         differs("a list of tuples is one array per column")},
        {"tuples-not",
         [] {
             return select()
                 .from("project_memberships")
                 .where_not_in(row("project_id", "user_id"), each{std::tuple{1, 1}, std::tuple{3, 5}});
         }},
        {"tuples-subquery",
         [] {
             return select()
                 .from("project_memberships")
                 .where_in(row("project_id", "user_id"),
                           select("project_id", "user_id").from("query_history").where("status", "ready"));
         }},
        {"raw-value", [] { return users().where_in("user_id", raw("select unnest(?::int[])", std::vector{1, 4})); }},
        {"with-null-element",
         [] { return users().where_in("manager_id", each{std::optional{1}, std::optional<int>{}}); },
         refuses("holds NULL")},
        {"single-scalar", [] { return users().where_in("user_id", each{std::tuple{4}}); }},
        {"tuples-empty",
         [] {
             return select()
                 .from("project_memberships")
                 .where_in(row("project_id", "user_id"), each(std::vector<std::tuple<int, int>>{}));
         }},
    }};

const knex_twins ranges{
    "where-range",
    {
        {"between", [] { return users().where_between("login_count", 5, 20); }},
        {"not-between", [] { return users().where_not_between("login_count", 5, 20); }},
        {"or-between", [] { return users().where("user_id", 1).or_where_between("login_count", 0, 1); }},
        {"not-null-or-null", [] { return users().where_not_null("updated_at").or_where_null("manager_id"); }},
        {"or-not-null",
         [] { return select().from("dashboards").where("views_count", ">", 100).or_where_not_null("description"); }},
        {"like", [] { return select().from("saved_queries").where_like("name", "%Rate%"); }},
        {"ilike",
         [] { return select().from("saved_queries").where_ilike("name", "%rate%").or_where_ilike("slug", "PAGES"); }},
        {"like-escaped-percent", [] { return select().from("saved_queries").where("name", "like", "%100\\%%"); }},
        {"or-like", [] { return users().where("user_id", 2).or_where_like("email", "b%"); }},
        {"exists",
         [] {
             return users().where_exists(
                 select().from("projects").where_column("projects.organization_id", "users.organization_id"));
         }},
        {"not-exists",
         [] {
             return users().where_not_exists(
                 select(raw("1")).from("project_memberships").where_raw("project_memberships.user_id = users.user_id"));
         }},
        {"or-exists",
         [] {
             return users()
                 .where("role", "admin")
                 .or_where_exists(select().from("scheduler").where_column("scheduler.user_id", "users.user_id"));
         }},
        {"or-not-exists",
         [] {
             return users()
                 .where("role", "admin")
                 .or_where_not_exists(
                     select().from("query_history").where_column("query_history.user_id", "users.user_id"));
         }},
        {"exists-raw", [] { return users().where_exists(raw("select 1 where ? = 1", 1)); }},
    }};

const knex_twins groups{
    "where-group",
    {
        {"or-callback",
         [] {
             return users().where("is_active", false).or_where(where("role", "admin").where("login_count", ">", 10));
         }},
        {"not-callback", [] { return users().where_not(where("role", "admin").or_where("login_count", 0)); }},
        {"nested-two-levels",
         [] {
             const auto quiet = where("login_count", 0).or_where_null("updated_at");
             return users().where(where("user_id", 1).or_where(where("role", "viewer").where(quiet)));
         }},
        {"only-empty-callback", [] { return users().where(condition()); }, refuses("empty")},
        {"exists-inside-group",
         [] {
             const auto schedules = select().from("scheduler").where_column("scheduler.user_id", "users.user_id");
             return users().where(condition().where_exists(schedules).or_where_in("role", each{"viewer"}));
         }},
        {"soft-delete-access-filter",
         [] {
             const auto membership = select()
                                         .from("project_memberships as m")
                                         .where_column("m.project_id", "s.project_id")
                                         .where("m.user_id", 2);
             return select("d.dashboard_uuid")
                 .from("dashboards as d")
                 .join("spaces as s", "s.space_id", "d.space_id")
                 .where_null("d.deleted_at")
                 .where(where("s.is_private", false).or_where_exists(membership));
         }},
    }};

} // namespace
} // namespace lightdash::testing
