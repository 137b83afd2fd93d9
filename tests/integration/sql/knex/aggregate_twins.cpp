#include "lightdash/sql/call.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

select queries()
{
    return select().from("query_history");
}

const knex_twins aggregates{
    "aggregate",
    {
        {"count-star", [] { return select().count().from("users"); }},
        {"count-column-as", [] { return select().count("manager_id as managed").from("users"); }},
        {"count-option-as", [] { return select(count("user_id").as("total")).from("users"); }},
        {"count-object", [] { return select().count("* as total").count("manager_id as managed").from("users"); }},
        {"count-array", does_not_compile("count_of_two_columns")},
        {"count-raw", [] { return select().count(raw("*")).from("users"); }},
        {"min-max", [] { return queries().min("duration_ms as low").max("duration_ms as high"); }},
        {"sum-avg-by-group",
         [] {
             return queries()
                 .columns("project_id")
                 .sum("cost as cost")
                 .avg("duration_ms as avg_ms")
                 .group_by("project_id")
                 .order_by("project_id");
         }},
        {"sum-raw-expression", [] { return queries().sum(raw("coalesce(duration_ms, ?)", 0)); }},
        {"sum-avg-distinct",
         [] { return select().sum_distinct("login_count as s").avg_distinct("login_count as a").from("users"); }},
    }};

const knex_twins windows{
    "analytic",
    {
        {"row-number",
         [] { return queries().columns("query_id", row_number().over(window().order_by("created_at")).as("rn")); }},
        {"row-number-objects",
         [] {
             const auto rows =
                 window().partition_by("project_id", "status").order_by("created_at", desc).order_by("query_id");
             return queries().columns("query_id", row_number().over(rows).as("rn"));
         }},
        {"dense-rank",
         [] {
             const auto views = window().order_by("views_count", desc);
             return select("name", dense_rank().over(views).as("position")).from("dashboards");
         }},
        {"dense-rank-callback-arrays",
         [] {
             const auto rows =
                 window().partition_by("space_id", "deleted_at").order_by("views_count", desc).order_by("name");
             return select(dense_rank().over(rows).as("position")).from("dashboards");
         }},
        {"no-alias", [] { return select(row_number().over(window().order_by("dashboard_id"))).from("dashboards"); }},
        {"latest-per-group",
         [] {
             const auto newest = window().partition_by("dashboard_id").order_by("created_at", desc);
             const auto numbered =
                 select("dashboard_id", row_number().over(newest).as("rn")).from("dashboard_versions");
             return select("dashboard_id").from(numbered.as("v")).where("v.rn", 1).order_by("dashboard_id");
         }},
    }};

} // namespace
} // namespace lightdash::testing
