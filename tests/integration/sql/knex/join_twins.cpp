#include "lightdash/sql/call.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

const knex_twins twins{
    "join",
    {
        {"inner",
         [] {
             return select("users.email", "organizations.organization_name")
                 .from("users")
                 .join("organizations", "users.organization_id", "=", "organizations.organization_id");
         }},
        {"inner-no-operator",
         [] {
             return select("u.email")
                 .from("users as u")
                 .inner_join("organizations as o", "u.organization_id", "o.organization_id");
         }},
        {"left",
         [] {
             return select("p.name", "q.status")
                 .from("projects as p")
                 .left_join("query_history as q", "p.project_id", "q.project_id");
         }},
        {"left-outer",
         [] {
             return select("s.slug", "d.name")
                 .from("spaces as s")
                 .left_outer_join("dashboards as d", "s.space_id", "d.space_id");
         }},
        {"right",
         [] { return select("s.slug").from("dashboards as d").right_join("spaces as s", "s.space_id", "d.space_id"); }},
        {"full-outer",
         [] {
             return select("d.name", "c.slug")
                 .from("dashboards as d")
                 .full_outer_join("saved_queries as c", "c.dashboard_id", "d.dashboard_id");
         }},
        {"outer-join-keyword", does_not_compile("outer_join")},
        {"callback-on-and-or",
         [] {
             return select("d.dashboard_id")
                 .from("dashboards as d")
                 .left_join("dashboard_versions as v", on("v.dashboard_id", "=", "d.dashboard_id")
                                                           .where_column("v.created_at", ">", "d.created_at")
                                                           .or_where_column("v.updated_by", "=", "d.dashboard_id"));
         }},
        {"callback-nested",
         [] {
             return select("u.user_id")
                 .from("users as u")
                 .join(
                     "project_memberships as m",
                     on("m.user_id", "u.user_id")
                         .where(on("m.project_id", "=", "u.organization_id").or_where_column("m.role", "=", "u.role")));
         }},
        {"using-array",
         [] {
             return select("role")
                 .from("project_memberships as m")
                 .left_join("query_history as q", using_columns("project_id", "user_id"));
         }},
        {"on-in",
         [] {
             return select("u.email")
                 .from("users as u")
                 .join("project_memberships as m",
                       on("m.user_id", "u.user_id").where_in("m.role", each{"admin", "editor"}));
         }},
        {"on-in/array",
         [] {
             return select("u.email")
                 .from("users as u")
                 .join("project_memberships as m",
                       on("m.user_id", "u.user_id").where_in("m.role", {"admin", "editor"}));
         },
         differs("a list is one array")},
        {"on-not-in",
         [] {
             return select("u.email", "m.project_id")
                 .from("users as u")
                 .left_join("project_memberships as m",
                            on("m.user_id", "u.user_id").where_not_in("m.project_id", each{1, 2}));
         }},
        {"on-not-in/array",
         [] {
             return select("u.email", "m.project_id")
                 .from("users as u")
                 .left_join("project_memberships as m",
                            on("m.user_id", "u.user_id").where_not_in("m.project_id", {1, 2}));
         },
         differs("a list is one array")},
        {"on-in-tuples",
         [] {
             return select("u.user_id")
                 .from("users as u")
                 .join("project_memberships as m", condition().where_in(row("m.project_id", "m.user_id"),
                                                                        each{std::tuple{1, 1}, std::tuple{1, 2}}));
         },
         differs("a blank follows the comma between tuples, as everywhere")},
        {"on-null",
         [] {
             return select("a.slug", "b.slug as child")
                 .from("spaces as a")
                 .left_join("spaces as b", on("b.parent_space_id", "a.space_id").where_null("a.parent_space_id"));
         }},
        {"on-not-null-or",
         [] {
             return select()
                 .count()
                 .from("spaces as a")
                 .join("spaces as b",
                       condition().where_not_null("b.parent_space_id").or_where_null("a.parent_space_id"));
         }},
        {"on-between",
         [] {
             return select("q.query_id")
                 .from("users as u")
                 .join("query_history as q", on("q.user_id", "u.user_id").where_between("q.duration_ms", 50, 700));
         }},
        {"on-not-between-or",
         [] {
             return select("q.query_id")
                 .from("users as u")
                 .join("query_history as q",
                       on("q.user_id", "u.user_id").or_where_not_between("q.duration_ms", 0, 1000));
         }},
        {"on-exists",
         [] {
             const auto members =
                 select(raw("1")).from("project_memberships as m").where_raw("m.project_id = p.project_id");
             return select("u.email", "p.name")
                 .from("users as u")
                 .join("projects as p", on("p.organization_id", "u.organization_id").where_exists(members));
         }},
        {"on-not-exists",
         [] {
             const auto queries = select().from("query_history as q").where_raw("q.project_id = p.project_id");
             return select("p.name")
                 .from("users as u")
                 .join("projects as p", on("p.organization_id", "u.organization_id").where_not_exists(queries));
         }},
        {"on-json-path",
         [] {
             return select("a.user_id", "b.user_id as other")
                 .from("users as a")
                 .join("users as b",
                       condition().where_json_path_equals("a.preferences", "$.lang", "b.preferences", "$.lang"));
         }},
        {"on-raw",
         [] {
             return select("u.email")
                 .from("users as u")
                 .join("projects as p", raw("p.organization_id = u.organization_id and p.name = ?", "Ops"));
         }},
        {"on-subquery-value",
         [] {
             const auto latest = select()
                                     .max("x.dashboard_version_id")
                                     .from("dashboard_versions as x")
                                     .where_column("x.dashboard_id", "d.dashboard_id");
             return select("d.name")
                 .from("dashboards as d")
                 .join("dashboard_versions as v", on("v.dashboard_version_id", "=", latest));
         }},
        {"join-subquery",
         [] {
             const auto latest =
                 select("dashboard_id").max("created_at as latest").from("dashboard_versions").group_by("dashboard_id");
             return select("d.name", "lv.latest")
                 .from("dashboards as d")
                 .join(latest.as("lv"), "lv.dashboard_id", "d.dashboard_id");
         }},
        {"join-type-in-callback",
         [] { return select("u.user_id").from("users as u").left_join("scheduler as s", "s.user_id", "u.user_id"); }},
    }};

} // namespace
} // namespace lightdash::testing
