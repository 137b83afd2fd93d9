#include "lightdash/sql/call.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

const knex_twins twins{
    "select",
    {
        {"all-columns", [] { return select().from("users"); }},
        {"column-list", [] { return select("user_id", "email").from("users"); }},
        {"select-appends", [] { return select("user_id").columns("email", "role").from("users"); }},
        {"columns-mixed", [] { return select("user_id", "email as mail", raw("upper(role) as shout")).from("users"); }},
        {"alias-in-string", [] { return select("email as mail", "user_id AS id").from("users"); }},
        {"alias-object", [] { return select("users.email as mail", "users.user_id as id").from("users"); }},
        {"alias-with-dot", [] { return select("email as user.mail").from("users"); }},
        {"alias-with-quote", [] { return select(ref("email").as("the \"mail\"")).from("users"); }},
        {"table-alias-object", [] { return select("u.email").from("users as u"); }},
        {"three-part-identifier", [] { return select("analytics.page_views.path").from("analytics.page_views"); }},
        {"with-schema", [] { return select("path").from("page_views").with_schema("analytics"); }},
        {"from-subquery-alias",
         [] { return select("t.email").from(select().from("users").where("is_active", true).as("t")); }},
        {"from-callback-subquery",
         [] { return select("r.role").from(select("role").from("users").group_by("role").as("r")); }},
        {"scalar-subquery-column",
         [] {
             const auto dashboards = select()
                                         .count()
                                         .from("dashboards")
                                         .where_column("dashboards.space_id", "spaces.space_id")
                                         .as("dashboards");
             return select("name", dashboards).from("spaces");
         }},
        {"distinct", [] { return select().distinct("role").from("users"); }},
        {"distinct-two-columns",
         [] { return select().distinct("project_id", "status").from("query_history").order_by("project_id"); }},
        {"distinct-on",
         [] {
             return select("dashboard_id", "created_at")
                 .distinct_on("dashboard_id")
                 .from("dashboard_versions")
                 .order_by("dashboard_id")
                 .order_by("created_at", desc);
         }},
        {"from-only-option", [] { return select("audit_id").from(only("audit_log")); }},
        {"array-element", [] { return select("tags[1]").from("saved_queries").where_not_null("space_id"); }},
        {"number-constant", [] { return select(raw("1")).from("organizations"); }},
        {"select-nothing-means-star", [] { return select().columns().from("organizations"); }},
        {"identifier-with-question-mark",
         [] { return select(ref("email").as("ok?")).from("users").where("user_id", 1); },
         instead("a name is never a placeholder", "ada@acme.test")},
    }};

} // namespace
} // namespace lightdash::testing
