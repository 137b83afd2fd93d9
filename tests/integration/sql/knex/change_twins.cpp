#include "integration/sql/twin_values.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

const knex_twins inserts{
    "insert",
    {
        {"columns-are-sorted",
         [] { return insert("audit_log").set("actor", "z").set("audit_id", 10).set("action", "a"); },
         differs("columns stay in the order of the calls")},
        {"ragged-rows-default",
         [] {
             return insert("audit_log")
                 .row(set("action", "x").set("actor", "me").set("audit_id", 13))
                 .row(set("action", "y").set("audit_id", 14))
                 .row(set("action", "z").set("audit_id", 15).set("created_at", midnight(2024, 2, 2)));
         }},
        {"undefined-becomes-default",
         [] { return insert("audit_log").set("action", "u").set("actor", default_value()).set("audit_id", 16); }},
        {"null-value",
         [] { return insert("audit_log").set("action", "n").set("actor", std::nullopt).set("audit_id", 17); }},
        {"empty-object", [] { return insert("ticks").default_values(); }},
        {"empty-array-is-noop", [] { return insert("audit_log").rows({}); }, refuses("empty list of rows")},
        {"returning-one",
         [] { return insert("audit_log").set("action", "r").set("audit_id", 18).returning("audit_id"); }},
        {"returning-many",
         [] {
             return insert("audit_log")
                 .columns("action", "audit_id")
                 .values("r", 19)
                 .values("s", 20)
                 .returning("audit_id", "action");
         }},
        {"returning-many/arrays",
         [] {
             return insert("audit_log")
                 .unnest("action", std::vector<std::string>{"r", "s"})
                 .unnest("audit_id", std::vector{19, 20})
                 .returning("audit_id", "action");
         },
         differs("many rows are one array per column")},
        {"returning-star-arg",
         [] { return insert("audit_log").set("action", "r").set("audit_id", 21).returning("*"); }},
        {"returning-raw",
         [] {
             return insert("audit_log").set("action", "r").set("audit_id", 22).returning(raw("audit_id * 2 as twice"));
         }},
        {"array-value",
         [] {
             return insert("saved_queries")
                 .set("name", "T")
                 .set("saved_query_uuid", fixture_id(0xf9))
                 .set("slug", "t")
                 .set("tags", std::vector<std::string>{"a", "b"});
         }},
        {"raw-and-fn-values",
         [] {
             return insert("audit_log")
                 .set("action", raw("upper(?)", "q"))
                 .set("audit_id", raw("1 + ?", 22))
                 .set("created_at", now());
         }},
        {"subquery-value",
         [] {
             return insert("audit_log")
                 .set("action", "sub")
                 .set("actor", select("email").from("users").where("user_id", 2))
                 .set("audit_id", 24);
         }},
        {"into-schema",
         [] { return insert("analytics.page_views").set("path", "/x").set("seen_at", midnight(2024, 6, 1)); }},
    }};

insert session(std::string_view id, std::string data)
{
    return insert("sessions")
        .set("expired", midnight(2031, 1, 1))
        .set("sess", pg::json_text{std::move(data)})
        .set("sid", id);
}

insert member(std::uint8_t id, std::string_view email, std::string_view first, std::string_view last)
{
    return insert("users")
        .set("email", email)
        .set("first_name", first)
        .set("last_name", last)
        .set("user_uuid", fixture_id(id));
}

const knex_twins upserts{
    "upsert",
    {
        {"ignore-any", [] { return session("s-1", "{}").on_conflict(conflict::ignore_any()); }},
        {"ignore-two-columns",
         [] {
             return insert("project_memberships")
                 .set("project_id", 1)
                 .set("role", "viewer")
                 .set("user_id", 1)
                 .on_conflict(conflict("project_id", "user_id").ignore());
         }},
        {"merge-all", [] { return session("s-1", "{}").on_conflict(conflict("sid").merge()); }},
        {"merge-list",
         [] {
             return insert("users")
                 .set("email", "ada@acme.test")
                 .set("first_name", "A")
                 .set("last_name", "L")
                 .set("role", "viewer")
                 .set("user_uuid", fixture_id(0xb1))
                 .on_conflict(conflict("email").merge("role", "first_name"));
         }},
        {"merge-object-raw",
         [] {
             return insert("catalog_items")
                 .set("chart_usage", 1)
                 .set("kind", "table")
                 .set("name", "orders")
                 .set("project_id", 1)
                 .on_conflict(conflict("project_id", "name")
                                  .merge(set("chart_usage", raw("catalog_items.chart_usage + excluded.chart_usage"))));
         }},
        {"merge-where",
         [] {
             return member(0xb2, "grace@acme.test", "G", "H")
                 .on_conflict(
                     conflict("email").merge(set("first_name", "Grace M.")).where("users.login_count", ">", 10));
         }},
        {"merge-all-where-returning",
         [] {
             return session("s-2", R"({"user":9})")
                 .on_conflict(conflict("sid").merge().where("sessions.expired", "<", midnight(2024, 1, 1)))
                 .returning("sid");
         }},
        {"target-raw-partial",
         [] {
             return member(0xb9, "ada@acme.test", "N", "N").on_conflict(conflict(raw("(email)")).merge("first_name"));
         }},
        {"insert-select-merge-list",
         [] {
             return insert("project_memberships")
                 .columns("project_id", "user_id", "role")
                 .from(select(raw("1"), "user_id", "role").from("users"))
                 .on_conflict(conflict("project_id", "user_id").merge("role"));
         }},
    }};

const knex_twins updates{
    "update",
    {
        {"object", [] { return update("users").set("role", "admin").set("login_count", 18).where("user_id", 2); }},
        {"column-value", [] { return update("users").set("role", "admin").where("user_id", 2); }},
        {"no-where", [] { return update("scheduler").set("enabled", false); }},
        {"undefined-is-skipped", [] { return update("users").set("role", "x").where("user_id", 2); }},
        {"returning",
         [] { return update("users").set("is_active", true).where("is_active", false).returning("user_id", "email"); }},
        {"raw-and-ref-values",
         [] {
             return update("users")
                 .set("login_count", raw("?? + ?", "login_count", 3))
                 .set("first_name", ref("last_name"))
                 .where("user_id", 1);
         }},
        {"subquery-value",
         [] {
             return update("projects")
                 .set("name", select("organization_name").from("organizations").where("organization_id", 1))
                 .where("project_id", 2);
         }},
        {"array-value",
         [] {
             return update("saved_queries")
                 .set("tags", std::vector<std::string>{"ops", "new"})
                 .where("saved_query_id", 4);
         }},
        {"increment", [] { return update("dashboards").increment("views_count", 2).where("dashboard_id", 1); }},
        {"decrement", [] { return update("users").decrement("balance", pg::numeric{"10.5"}).where("user_id", 1); }},
        {"increment-and-update",
         [] {
             return update("dashboards")
                 .increment("views_count")
                 .set("last_viewed_at", midnight(2024, 7, 1))
                 .where("dashboard_id", 2);
         }},
        {"clear-counters",
         [] {
             return update("dashboards")
                 .increment("views_count", 5)
                 .clear(update::clause::counters)
                 .set("description", "d")
                 .where("dashboard_id", 2);
         }},
        {"update-from",
         [] {
             return update("users")
                 .from("organizations")
                 .set("role", "guest")
                 .where_raw("organizations.organization_id = users.organization_id")
                 .where("organizations.plan", "free");
         }},
        {"update-from-alias-column",
         [] {
             return update("dashboards")
                 .from("spaces as s")
                 .set("description", ref("s.name"))
                 .where_column("s.space_id", "dashboards.space_id")
                 .returning("dashboards.dashboard_id");
         }},
        {"where-in-subquery",
         [] {
             return update("scheduler")
                 .set("enabled", true)
                 .where_in("user_id", select("user_id").from("users").where("role", "admin"));
         }},
        {"table-alias", [] { return update("users as u").set("role", "x").where("u.user_id", 1); }},
        {"limit-and-order-are-dropped", does_not_compile("update_with_limit")},
    }};

const knex_twins deletions{
    "delete",
    {
        {"where", [] { return remove("sessions").where("expired", "<", midnight(2024, 1, 1)); }},
        {"all", [] { return remove("sessions"); }},
        {"returning-arg", [] { return remove("sessions").where("sid", "s-1").returning("*"); }},
        {"using",
         [] {
             return remove("scheduler_log")
                 .using_tables("scheduler")
                 .where_raw("scheduler.scheduler_uuid = scheduler_log.scheduler_uuid")
                 .where("scheduler.enabled", false);
         }},
        {"using-array",
         [] {
             return remove("scheduler_log")
                 .using_tables("scheduler", "users")
                 .where_column("scheduler.scheduler_uuid", "scheduler_log.scheduler_uuid")
                 .where_column("users.user_id", "scheduler.user_id")
                 .where("users.user_id", 4);
         }},
        {"empty-group-deletes-all", [] { return remove("sessions").where(condition()); }, refuses("empty")},
        {"only", [] { return remove(only("audit_log")).where("action", "login"); }},
        {"where-exists",
         [] {
             return remove("sessions")
                 .where_exists(
                     select().from("users").where_raw("users.user_id = (sess->>'user')::int").where("role", "editor"));
         }},
        {"truncate", [] { return truncate("sessions"); }},
        {"order-by-is-ignored", does_not_compile("remove_with_order")},
    }};

} // namespace
} // namespace lightdash::testing
