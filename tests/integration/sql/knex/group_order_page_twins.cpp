#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

select queries()
{
    return select().from("query_history");
}

const knex_twins having{
    "group-having",
    {
        {"group-one", [] { return queries().columns("status").count().group_by("status"); }},
        {"group-raw",
         [] {
             return queries()
                 .columns(raw("date_trunc('day', created_at) as day"))
                 .count("* as n")
                 .group_by(raw("date_trunc('day', created_at)"))
                 .order_by("day");
         }},
        {"group-by-raw-object", [] { return queries().count("* as n").group_by(raw("extract(day from created_at)")); }},
        {"group-raw-rollup",
         [] {
             return queries()
                 .columns("project_id")
                 .sum("duration_ms as ms")
                 .group_by(raw("rollup (project_id)"))
                 .order_by("project_id", asc, nulls::last);
         }},
        {"group-raw-rollup/builder",
         [] {
             return queries()
                 .columns("project_id")
                 .sum("duration_ms as ms")
                 .group_by(rollup("project_id"))
                 .order_by("project_id", asc, nulls::last);
         },
         differs("rollup() quotes its columns")},
        {"having-basic",
         [] { return queries().columns("project_id").group_by("project_id").having("project_id", ">", 1); }},
        {"or-having-raw",
         [] {
             return queries().columns("status").group_by("status").having(
                 where("status", "=", "error").or_where_raw("max(duration_ms) > ?", 1000));
         }},
        {"having-not-in-or",
         [] {
             return queries().columns("status").group_by("status").having(
                 where("status", "=", "x").or_where_not_in("status", each{"ready"}));
         }},
        {"having-not-in-or/array",
         [] {
             return queries().columns("status").group_by("status").having(
                 where("status", "=", "x").or_where_not_in("status", std::vector<std::string>{"ready"}));
         },
         differs("a list is one array")},
        {"having-between",
         [] {
             return queries()
                 .columns("project_id")
                 .group_by("project_id")
                 .having(condition().where_between("project_id", 1, 2));
         }},
        {"having-not-between",
         [] {
             return queries()
                 .columns("project_id")
                 .group_by("project_id")
                 .having(condition().where_not_between("project_id", 1, 2));
         }},
        {"having-null",
         [] { return queries().columns("user_id").group_by("user_id").having(condition().where_null("user_id")); }},
        {"having-not-null-or",
         [] {
             return queries().columns("user_id").group_by("user_id").having(
                 condition().where_not_null("user_id").or_where_null("user_id"));
         }},
        {"having-not-exists",
         [] {
             const auto ops = select()
                                  .from("projects")
                                  .where("name", "Ops")
                                  .where_raw("projects.project_id = query_history.project_id");
             return queries().columns("project_id").group_by("project_id").having(condition().where_not_exists(ops));
         }},
        {"having-callback",
         [] {
             return queries()
                 .columns("project_id")
                 .group_by("project_id")
                 .having(where(where("project_id", 1).or_where("project_id", 3)));
         }},
        {"having-order-limit",
         [] {
             return queries()
                 .columns("user_id")
                 .count("* as n")
                 .where_not_null("user_id")
                 .group_by("user_id")
                 .having(raw("count(*) >= ?", 1))
                 .order_by("n", desc)
                 .limit(2);
         }},
        {"having-and-or-chain",
         [] {
             return queries()
                 .columns("project_id")
                 .group_by("project_id")
                 .having(where("project_id", ">", 0).where("project_id", "<", 9).or_where("project_id", "=", 99));
         }},
    }};

select ids()
{
    return select("user_id").from("users");
}

const knex_twins order{
    "order",
    {
        {"asc-default", [] { return select("email").from("users").order_by("email"); }},
        {"two-calls", [] { return ids().order_by("role").order_by("login_count", desc); }},
        {"array-strings", [] { return ids().order_by("role").order_by("email"); }},
        {"array-objects",
         [] { return ids().order_by("role", desc).order_by("email").order_by("updated_at", asc, nulls::first); }},
        {"nulls-last", [] { return ids().order_by("updated_at", desc, nulls::last); }},
        {"bad-direction-becomes-asc", does_not_compile("unknown_direction")},
        {"raw-object-in-order", [] { return ids().order_by(raw("char_length(email)"), desc); }},
        {"by-position",
         [] { return select("email", "role").from("users").order_by(raw("2"), asc).order_by(raw("1"), asc); }},
        {"by-subquery",
         [] {
             const auto dashboards = select().count().from("dashboards as d").where_column("d.space_id", "s.space_id");
             return select("slug").from("spaces as s").order_by(dashboards, desc);
         }},
        {"by-alias", [] { return select("email as handle").from("users").order_by("handle", desc); },
         differs("directions are written in lower case")},
    }};

const knex_twins page{
    "page",
    {
        {"limit", [] { return ids().order_by("user_id").limit(2); }},
        {"limit-offset", [] { return ids().order_by("user_id").limit(2).offset(3); }},
        {"limit-zero", [] { return select().from("users").limit(0); }},
        {"offset-zero-vanishes", [] { return ids().order_by("user_id").limit(1).offset(0); },
         differs("every page of a list is the same prepared statement, the first one too")},
        {"limit-string", [] { return ids().order_by("user_id").limit(3); }},
        {"offset-only", [] { return ids().order_by("user_id").offset(4); }},
        {"skip-binding", [] { return ids().order_by("user_id").limit(raw("2")).offset(raw("1")); }},
        {"first-all", [] { return select().from("users").where("user_id", 4).first(); }},
        {"first-columns", [] { return select().from("users").first("email", "role").order_by("user_id", desc); }},
    }};

} // namespace
} // namespace lightdash::testing
