#include "lightdash/sql/json.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

select users()
{
    return select().from("users");
}

pg::json_text json(std::string text)
{
    return {std::move(text)};
}

const knex_twins twins{
    "json",
    {
        {"extract", [] { return select(json_extract("preferences", "$.theme").as("theme")).from("users"); }},
        {"extract-many",
         [] {
             return select(json_extract("preferences", "$.theme").as("theme"),
                           json_extract("preferences", "$.size").as("size"))
                 .from("users");
         }},
        {"extract-with-select",
         [] {
             return select("user_id", json_extract("preferences", "$.flags[0]").as("flag"))
                 .from("users")
                 .order_by("user_id");
         }},
        {"set-array-index",
         [] {
             return select(json_set("preferences", "$.flags[0]", json(R"("gamma")")).as("p"))
                 .from("users")
                 .where("user_id", 1);
         }},
        {"set-deep-path",
         [] {
             return select(
                        json_get_path_text(json_set("preferences", "$.nested.a.b[1]", json("9")), "$.nested").as("p"))
                 .from("users")
                 .where("user_id", 4);
         },
         instead("the whole path is converted", R"({"a": {"b": [1, 9, 3]}})")},
        {"insert",
         [] { return select(json_insert("preferences", "$.region", json(R"("eu")")).as("p")).from("users"); }},
        {"remove", [] { return select(json_remove("preferences", "$.theme").as("p")).from("users"); }},
        {"remove-nested", [] { return select(json_remove("preferences", "{nested,a,b}")).from("users"); }},
        {"where-not-object-or",
         [] {
             return users()
                 .where_not_json_object("preferences", json("{}"))
                 .or_where_json_object("preferences", json(R"({"lang":"nl"})"));
         }},
        {"where-path-int", [] { return users().where_json_path("preferences", "$.size", ">", 10); },
         differs("an integer compares as numeric: as an integer 0.4 would be 0")},
        {"where-path-float", [] { return users().where_json_path("preferences", "$.ratio", "<", 0.75); }},
        {"where-path-or",
         [] {
             return users()
                 .where_json_path("preferences", "$.lang", "=", "fr")
                 .or_where_json_path("preferences", "$.size", "=", 12);
         },
         differs("an integer compares as numeric: as an integer 0.4 would be 0")},
        {"superset", [] { return users().where_json_superset_of("preferences", json(R"({"theme":"dark"})")); }},
        {"superset-not", [] { return users().where_json_not_superset_of("preferences", json(R"({"theme":"dark"})")); }},
        {"superset-string-or",
         [] {
             return users()
                 .where_json_superset_of("preferences", json(R"({"lang":"fr"})"))
                 .or_where_json_superset_of("preferences", json(R"({"lang":"nl"})"));
         }},
        {"subset", [] { return users().where_json_subset_of("preferences", json(R"({"lang":"nl","theme":"x"})")); }},
        {"update-with-json-object",
         [] { return update("users").set("preferences", json(R"({"theme":"light","n":1})")).where("user_id", 1); }},
    }};

} // namespace
} // namespace lightdash::testing
