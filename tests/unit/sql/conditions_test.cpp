#include "lightdash/sql/builder.hpp"
#include "unit/sql/building.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

TEST(where, compares_values_columns_and_expressions)
{
    EXPECT_EQ(text(where("role", "viewer").or_where("role", "admin").where("n", ">", 10)),
              R"("role" = $1 or "role" = $2 and "n" > $3)");
    EXPECT_EQ(text(condition().where_not_column("a", "b").where("a.x", ref("b.y"))),
              R"(not "a" = "b" and "a"."x" = "b"."y")");
    EXPECT_EQ(text(where(raw("lower(email)"), "=", "x").or_where_raw("false")), R"(lower(email) = $1 or false)");
    EXPECT_EQ(text(condition().where(true).or_where(false)), "1 = $1 or 1 = $2");
}

TEST(where, groups_and_negates)
{
    EXPECT_EQ(text(condition()
                       .where("a", false)
                       .or_where(where("b", 1).where("c", ">", 2))
                       .where_not(where("d", 1).or_where_null("e"))),
              R"("a" = $1 or ("b" = $2 and "c" > $3) and not ("d" = $4 or "e" is null))");
}

TEST(where, turns_comparisons_with_null_into_is_null)
{
    EXPECT_EQ(text(where("a", std::nullopt)), R"("a" is null)");
    EXPECT_EQ(text(where("a", "!=", std::nullopt)), R"("a" is not null)");
    EXPECT_EQ(text(condition().where_not("a", std::nullopt)), R"("a" is not null)");
    EXPECT_EQ(text(condition().or_where_not("a", "is not", std::nullopt)), R"("a" is null)");
    EXPECT_THAT(refusal([] { where("a", "<", std::nullopt); }), testing::HasSubstr("never true"));
    EXPECT_THAT(refusal([] { where("a", "is", 1); }), testing::HasSubstr("NULL alone"));
}

TEST(where, refuses_a_missing_value)
{
    EXPECT_THAT(refusal([] { where("a", std::optional<int>{}); }), testing::HasSubstr(R"(value for "a" is missing)"));
    EXPECT_THAT(refusal([] { condition().where_between("a", 1, std::optional<int>{}); }),
                testing::HasSubstr("missing"));
    EXPECT_THAT(refusal([] { where("a", static_cast<const char*>(nullptr)); }), testing::HasSubstr("missing"));
    EXPECT_EQ(text(where("a", std::optional{1})), R"("a" = $1)");
}

TEST(where, takes_a_list_as_one_array)
{
    EXPECT_EQ(text(condition().where_in("a", std::vector{1, 2, 3})), R"("a" = any($1))");
    EXPECT_EQ(text(condition().where_not_in("a", {"x", "y"})), R"("a" <> all($1))");
    EXPECT_EQ(condition().where_in("a", {"x", "y"}).to_string(), R"("a" = any(array['x', 'y']::text[]))");
    EXPECT_EQ(text(condition().where_in("a", std::vector<int>{})), R"("a" = any($1))");
    EXPECT_EQ(text(condition().where_in(row("a", "b"), unnest(std::vector{1}, std::vector{2}))),
              R"(("a", "b") in (select * from unnest($1, $2)))");
}

TEST(where, takes_each_value_of_a_list_on_request)
{
    EXPECT_EQ(text(condition().where_in("a", each({1, 2}))), R"("a" in ($1, $2))");
    const std::vector ids{1, 2};
    EXPECT_EQ(text(condition().where_in("a", each{ids})), R"("a" in ($1, $2))");
    EXPECT_EQ(text(condition().where_in("a", each{1, 2, 3})), R"("a" in ($1, $2, $3))");
    EXPECT_EQ(text(condition().where_in("a", each(std::vector<int>{}))), "1 = $1");
    EXPECT_EQ(condition().where_not_in("a", each(std::vector<int>{})).to_string(), "1 = 1");
    EXPECT_EQ(condition().where_in(row("a", "b"), each({std::tuple{1, "x"}, std::tuple{2, "y"}})).to_string(),
              R"(("a", "b") in ((1, 'x'), (2, 'y')))");
}

TEST(where, takes_queries_as_lists)
{
    EXPECT_EQ(text(condition().where_in("a", select("a").from("t"))), R"("a" in (select "a" from "t"))");
    EXPECT_EQ(text(condition().where_in("a", raw("select unnest(?::int[])", std::vector{1}))),
              R"("a" in (select unnest($1::int[])))");
    EXPECT_EQ(text(condition().where_exists(raw("select 1")).where_not_exists(select().from("t"))),
              R"(exists (select 1) and not exists (select * from "t"))");
}

TEST(where, has_ranges_patterns_and_json)
{
    EXPECT_EQ(text(condition().where_between("a", 1, raw("now()")).or_where_not_between("b", 1, 2)),
              R"("a" between $1 and now() or "b" not between $2 and $3)");
    EXPECT_EQ(text(condition().where_like("a", "x%").or_where_ilike("a", "y%")), R"("a" like $1 or "a" ilike $2)");
    EXPECT_EQ(text(condition().where("p", "?", "theme")), R"("p" ? $1)");
    EXPECT_EQ(text(condition().where_json_path("p", "$.size", ">", 10).or_where_json_path("p", "$.lang", "=", "fr")),
              R"(jsonb_path_query_first("p", $1)::numeric > $2 or jsonb_path_query_first("p", $3) #>> '{}' = $4)");
    EXPECT_EQ(text(condition().where_json_not_superset_of("p", pg::json_text{"{}"})), R"(not "p" @> $1)");
}

TEST(where, refuses_an_empty_group)
{
    EXPECT_THAT(refusal([] { select().from("t").where(condition()); }), testing::HasSubstr("every row"));
    EXPECT_THAT(refusal([] { remove("t").where(condition()); }), testing::HasSubstr("every row"));
    EXPECT_THAT(refusal([] { update("t").set("a", 1).where(condition().where(condition())); }),
                testing::HasSubstr("every row"));
}

TEST(having, speaks_of_conditions_as_where_does)
{
    EXPECT_EQ(text(select("s").from("t").group_by("s").having(where("s", "=", "x")
                                                                  .or_where_not_in("s", each({"ready"}))
                                                                  .where(where("a", 1).or_where("a", 3))
                                                                  .or_where_raw("max(d) > ?", 1000))),
              R"(select "s" from "t" group by "s" having "s" = $1 or "s" not in ($2) and ("a" = $3 or "a" = $4) or )"
              R"(max(d) > $5)");
}

TEST(having, takes_each_condition_as_a_whole)
{
    const auto from = [] { return select("s").from("t").group_by("s"); };
    EXPECT_EQ(text(from().having("a", 1).having(raw("b > 2")).having(where("c", 3).where("d", 4))),
              R"(select "s" from "t" group by "s" having "a" = $1 and b > 2 and "c" = $2 and "d" = $3)");
    EXPECT_EQ(text(from().having(where("a", 1).or_where("b", 2)).having(where("c", 3).or_where("d", 4))),
              R"(select "s" from "t" group by "s" having ("a" = $1 or "b" = $2) and ("c" = $3 or "d" = $4))");
    EXPECT_THAT(refusal([&] { from().having(condition()); }), testing::HasSubstr("empty"));
}

TEST(where, refuses_null_in_a_list)
{
    using maybe = std::optional<int>;
    EXPECT_THAT(refusal([] { condition().where_not_in("a", std::vector<maybe>{1, std::nullopt}); }),
                testing::HasSubstr(R"(list for "a" holds NULL)"));
    EXPECT_THAT(refusal([] { condition().where_in("a", each(std::vector<maybe>{std::nullopt})); }),
                testing::HasSubstr("holds NULL"));
    EXPECT_THAT(refusal([] {
                    condition().or_where_in(row("a", "b"),
                                            each(std::vector<std::tuple<int, maybe>>{{1, std::nullopt}}));
                }),
                testing::HasSubstr("holds NULL"));
    EXPECT_EQ(text(condition().where_in("a", std::vector<maybe>{1, 2})), R"("a" = any($1))");
}

TEST(where, compares_numbers_of_json_exactly)
{
    EXPECT_EQ(text(condition().where_json_path("j", "$.n", "=", 0)),
              R"(jsonb_path_query_first("j", $1)::numeric = $2)");
    EXPECT_EQ(text(condition().where_json_path("j", "$.n", "=", std::int64_t{0})),
              R"(jsonb_path_query_first("j", $1)::numeric = $2)");
    EXPECT_EQ(text(condition().where_json_path("j", "$.n", "<", 0.5)),
              R"(jsonb_path_query_first("j", $1)::float < $2)");
}

TEST(on, begins_a_condition)
{
    EXPECT_EQ(text(on("a.x", "b.x").or_where_null("b.y").where_in("b.z", std::vector{1}).where_between("b.w", 1, 2)),
              R"("a"."x" = "b"."x" or "b"."y" is null and "b"."z" = any($1) and "b"."w" between $2 and $3)");
    EXPECT_EQ(text(condition().where_json_path_equals("a.p", "$.l", "b.p", "$.l")),
              R"(jsonb_path_query_first("a"."p", $1) = jsonb_path_query_first("b"."p", $2))");
}

TEST(raw, fills_its_placeholders)
{
    EXPECT_EQ(text(raw("select ?? from ?? where ?? = ?", "u.email", "users as u", "u.id", 1)),
              R"(select "u"."email" from "users" as "u" where "u"."id" = $1)");
    EXPECT_EQ(text(raw("select ?? from ??", names("email", "role"), "users")),
              R"(select "email", "role" from "users")");
    EXPECT_EQ(text(raw(R"(select p \? 'theme' where id = ?)", 1)), "select p ? 'theme' where id = $1");
    EXPECT_EQ(text(raw("select * where ?", raw("id = ?", 3))), "select * where id = $1");
    EXPECT_EQ(text(raw("a ?| b")), "a ?| b");
}

TEST(raw, leaves_quoted_text_and_comments_alone)
{
    EXPECT_EQ(text(raw("select '?' || \"a?\" /* ? /* ? */ ? */ || $x$ ? $x$ || E'\\'?' -- ?\n || ?", 1)),
              "select '?' || \"a?\" /* ? /* ? */ ? */ || $x$ ? $x$ || E'\\'?' -- ?\n || $1");
}

TEST(raw, takes_bindings_by_name)
{
    EXPECT_EQ(
        text(raw("select :col: from t where a = :id or b = :id and n::int = 1", named("col", "email"), named("id", 2))),
        R"(select "email" from t where a = $1 or b = $2 and n::int = 1)");
    EXPECT_EQ(text(raw(R"(select a[1\:2], :n::int)", named("n", 4))), "select a[1:2], $1::int");
    EXPECT_THAT(refusal([] { raw("select :idd", named("id", 2)); }), testing::HasSubstr("did you mean id"));
    EXPECT_THAT(refusal([] { raw("select 1", named("id", 2)); }), testing::HasSubstr("no place for :id"));
}

TEST(raw, has_no_place_without_a_value)
{
    EXPECT_EQ(text(raw(R"(j \? 'a' and a[1\:n] is null and b ?& c)")), "j ? 'a' and a[1:n] is null and b ?& c");
    EXPECT_EQ(text(raw("'?' || x::text")), "'?' || x::text");
    EXPECT_THAT(refusal([] { raw::trusted("select ?"); }), testing::HasSubstr("no value was given"));
    EXPECT_THAT(refusal([] { raw::trusted("select :id"); }), testing::HasSubstr("no value was given"));
}

TEST(raw, refuses_a_missing_value)
{
    const std::optional<int> missing;
    EXPECT_THAT(refusal([&] { raw("a = ?", missing); }), testing::HasSubstr("a value is missing"));
    EXPECT_THAT(refusal([&] { raw("a = :a", named("a", missing)); }), testing::HasSubstr("a value is missing"));
    EXPECT_THAT(refusal([&] { where("x", 1).where_raw("a = ?", missing); }), testing::HasSubstr("a value is missing"));
    EXPECT_EQ(raw("coalesce(?, a)", value(missing)).to_string(), "coalesce(null, a)");
    EXPECT_EQ(raw("coalesce(?, a)", std::nullopt).to_string(), "coalesce(null, a)");
}

TEST(raw, refuses_what_does_not_fit)
{
    EXPECT_THAT(refusal([] { raw("select ??", 1); }), testing::HasSubstr("take the name"));
    EXPECT_THAT(refusal([] { raw::trusted("select ?, ?", 1); }), testing::HasSubstr("2 placeholders, but 1"));
    EXPECT_THAT(refusal([] { raw("a = ?", 1).text(); }), testing::HasSubstr("without values"));
}

TEST(json, converts_every_step_of_a_path)
{
    EXPECT_EQ(json_set("p", "$.nested.a.b[1]", pg::json_text{"9"}).to_string(),
              R"(jsonb_set("p", '{nested,a,b,1}', '9'::jsonb))");
    EXPECT_EQ(json_remove("p", R"($."a b"[0])").to_string(), R"("p" #- '{"a b",0}')");
    EXPECT_EQ(text(json_get_text("p", "k")), R"("p" ->> $1)");
    EXPECT_THAT(refusal([] { json_remove("p", "$.a[*]"); }), testing::HasSubstr("one place"));
}

} // namespace
} // namespace lightdash::sql
