#include "lightdash/sql/builder.hpp"
#include "unit/sql/building.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

TEST(insert, takes_one_row)
{
    EXPECT_EQ(
        text(insert("users").set("email", "x").set("at", now()).set("n", std::nullopt).returning("id", "email as e")),
        R"(insert into "users" ("email", "at", "n") values ($1, CURRENT_TIMESTAMP, $2) returning "id", "email" as "e")");
}

TEST(insert, fills_ragged_rows_with_defaults)
{
    EXPECT_EQ(
        text(insert("t").row(set("a", 1).set("b", 2)).row(set("b", 3)).row(set("c", 4).set("a", default_value()))),
        R"(insert into "t" ("a", "b", "c") values ($1, $2, DEFAULT), (DEFAULT, $3, DEFAULT), (DEFAULT, DEFAULT, $4))");
}

TEST(insert, takes_rows_of_named_columns)
{
    const std::vector<std::tuple<int, std::string>> rows{{1, "x"}, {2, "y"}};
    EXPECT_EQ(text(insert("t").columns("a", "b").values(rows).values(3, std::nullopt)),
              R"(insert into "t" ("a", "b") values ($1, $2), ($3, $4), ($5, $6))");
    EXPECT_THAT(refusal([] { text(insert("t").columns("a", "b").values(1)); }), testing::HasSubstr("2 columns"));
}

TEST(insert, takes_arrays_whose_number_of_rows_does_not_change_the_text)
{
    EXPECT_EQ(text(insert("t").unnest("a", std::vector{1, 2}).unnest("b", std::vector<std::string>{"x", "y"})),
              R"(insert into "t" ("a", "b") select * from unnest($1, $2))");
    EXPECT_THAT(refusal([] { insert("t").unnest("a", std::vector{1, 2}).unnest("b", std::vector{1}); }),
                testing::HasSubstr("2 and 1 elements"));
}

TEST(insert, takes_a_query_and_defaults)
{
    EXPECT_EQ(text(insert("t").columns("a", "b").from(select("a", "b").from("u")).with("u", select().from("v"))),
              R"(with "u" as (select * from "v") insert into "t" ("a", "b") select "a", "b" from "u")");
    EXPECT_EQ(text(insert("t").default_values()), R"(insert into "t" default values)");
}

TEST(insert, computes_its_values_for_each_row_of_a_query)
{
    EXPECT_EQ(
        text(insert("t")
                 .set("a", ref("u.a"))
                 .from(select().with("w", select("x").from("v")).from("u").where_exists(select().from("w")).limit(5))
                 .set("b", 7)
                 .on_conflict(conflict("a").merge())
                 .returning("b")),
        R"(insert into "t" ("a", "b") with "w" as (select "x" from "v") select "u"."a", $1 from "u" )"
        R"(where exists (select * from "w") limit $2 on conflict ("a") do update set "a" = excluded."a", )"
        R"("b" = excluded."b" returning "b")");
    EXPECT_EQ(text(insert("t").set("a", 1).from(select().where_not_exists(select().from("t")))),
              R"(insert into "t" ("a") select $1 where not exists (select * from "t"))");
    const auto inner = insert("v").set("b", 2).from(select().from("w")).returning("b");
    EXPECT_EQ(text(insert("t").set("a", 1).from(select().with("x", inner).from("x"))),
              R"(insert into "t" ("a") with "x" as (insert into "v" ("b") select $1 from "w" returning "b") )"
              R"(select $2 from "x")");
    const auto refused = [](const expression& query) {
        return refusal([&] { text(insert("t").set("a", 1).from(query)); });
    };
    EXPECT_THAT(refused(select("a").from("u")), testing::HasSubstr("lists no columns itself"));
    EXPECT_THAT(refused(raw("select 1")), testing::HasSubstr("lists no columns itself"));
    EXPECT_THAT(refusal([] { text(insert("t").row(set("a", 1)).row(set("a", 2)).from(select().from("u"))); }),
                testing::HasSubstr("one set of values"));
}

TEST(insert, refuses_no_rows_and_two_kinds_of_rows)
{
    EXPECT_THAT(refusal([] { text(insert("t")); }), testing::HasSubstr("no rows"));
    EXPECT_THAT(refusal([] { insert("t").rows({}); }), testing::HasSubstr("empty list"));
    EXPECT_THAT(refusal([] { text(insert("t").set("a", 1).default_values()); }), testing::HasSubstr("one kind"));
    EXPECT_THAT(refusal([] { insert("t").set("a", 1).set("a", 2); }), testing::HasSubstr("set twice"));
}

TEST(insert, handles_conflicts)
{
    const auto base = insert("t").set("a", 1).set("b", 2);
    const auto with = [&](const conflict_action& action) { return text(insert{base}.on_conflict(action)).substr(42); };
    EXPECT_EQ(with(conflict::ignore_any()), " on conflict do nothing");
    EXPECT_EQ(with(conflict("a", "b").ignore()), R"( on conflict ("a", "b") do nothing)");
    EXPECT_EQ(with(conflict("a").merge()),
              R"( on conflict ("a") do update set "a" = excluded."a", "b" = excluded."b")");
    EXPECT_EQ(with(conflict(raw("(lower(a))")).merge("b")),
              R"( on conflict (lower(a)) do update set "b" = excluded."b")");
    EXPECT_EQ(with(conflict::constraint("t_pkey").merge(set("b", raw("t.b + 1"))).where("t.b", ">", 10)),
              R"( on conflict on constraint "t_pkey" do update set "b" = t.b + 1 where "t"."b" > $3)");
    EXPECT_EQ(with(conflict("a").where(where("b", ">", 0)).ignore()),
              R"( on conflict ("a") where "b" > $3 do nothing)");
}

TEST(update, sets_and_counts)
{
    EXPECT_EQ(
        text(update("t as x").increment("n").decrement("m", 2).set("a", raw("?? + ?", "a", 3)).set("b", ref("c"))),
        R"(update "t" as "x" set "a" = "a" + $1, "b" = "c", "n" = "n" + $2, "m" = "m" - $3)");
    EXPECT_EQ(text(update("u").from("o as o").set("a", 1).where_column("o.id", "u.o").returning("*")),
              R"(update "u" set "a" = $1 from "o" as "o" where "o"."id" = "u"."o" returning *)");
}

TEST(update, takes_values_from_arrays)
{
    EXPECT_EQ(text(update("t")
                       .set("n", ref("v.n"))
                       .from(unnest(std::vector{1}, std::vector<std::string>{"x"}).as("v", {"id", "n"}))
                       .where_column("v.id", "t.id")),
              R"(update "t" set "n" = "v"."n" from (select * from unnest($1, $2)) as "v"("id", "n") )"
              R"(where "v"."id" = "t"."id")");
}

TEST(update, refuses_to_set_nothing)
{
    EXPECT_THAT(refusal([] { text(update("t").where("a", 1)); }), testing::HasSubstr("sets nothing"));
    EXPECT_THAT(refusal([] { text(update("t").increment("a").clear(update::clause::counters)); }),
                testing::HasSubstr("sets nothing"));
}

TEST(remove, uses_other_tables)
{
    EXPECT_EQ(text(remove("l").using_tables("s", "u").where_column("s.id", "l.s").where("u.id", 4).returning("l.id")),
              R"(delete from "l" using "s","u" where "s"."id" = "l"."s" and "u"."id" = $1 returning "l"."id")");
    EXPECT_EQ(text(remove(only("t")).where("a", 1)), R"(delete from only "t" where "a" = $1)");
}

TEST(only, takes_the_schema_of_its_statement)
{
    EXPECT_EQ(text(update(only("t")).with_schema("app").set("a", 1)), R"(update only "app"."t" set "a" = $1)");
    EXPECT_EQ(text(remove(only("t as x")).with_schema("app").where("a", 1)),
              R"(delete from only "app"."t" as "x" where "a" = $1)");
    EXPECT_EQ(text(select().from(only("t"), "u").join(only("v").as("w"), raw("true")).with_schema("app")),
              R"(select * from only "app"."t", "app"."u" inner join only "app"."v" as "w" on true)");
    EXPECT_EQ(text(select().from(only("public.t")).with_schema("app")), R"(select * from only "public"."t")");
    EXPECT_EQ(text(update("t").set("a", 1).from(only("u")).with_schema("app")),
              R"(update "app"."t" set "a" = $1 from only "app"."u")");
    // A query inside has a schema of its own.
    EXPECT_EQ(text(select().from("t").where_exists(select(raw("1")).from(only("u"))).with_schema("app")),
              R"(select * from "app"."t" where exists (select 1 from only "u"))");
}

TEST(with_schema, is_of_every_statement_that_names_tables)
{
    EXPECT_EQ(text(insert("t").with_schema("app").set("a", 1)), R"(insert into "app"."t" ("a") values ($1))");
    EXPECT_EQ(text(truncate("a", "s.b", "c").with_schema("app")),
              R"(truncate "app"."a", "s"."b", "app"."c" restart identity)");
    EXPECT_EQ(text(merge("t").with_schema("app").using_rows("s", on("t.id", "s.id")).when_matched_remove()),
              R"(merge into "app"."t" using "app"."s" on "t"."id" = "s"."id" when matched then delete)");
}

TEST(merge, branches)
{
    EXPECT_EQ(
        text(merge("t as t")
                 .using_rows("s as s", on("t.id", "s.id"))
                 .when_matched_remove(where("s.gone", true))
                 .when_matched_update(set("n", ref("s.n")))
                 .when_not_matched_insert(where("s.a", 1).or_where("s.a", 2), set("id", ref("s.id")).set("n", 0))
                 .when_not_matched_ignore()),
        R"(merge into "t" as "t" using "s" as "s" on "t"."id" = "s"."id" when matched and "s"."gone" = $1 then delete )"
        R"(when matched then update set "n" = "s"."n" when not matched and ("s"."a" = $2 or "s"."a" = $3) then insert )"
        R"(("id", "n") values ("s"."id", $4) when not matched then do nothing)");
    EXPECT_THAT(refusal([] { text(merge("t").when_matched_remove()); }), testing::HasSubstr("no source"));
}

TEST(truncate, restarts_identities)
{
    EXPECT_EQ(text(truncate("a", "s.b")), R"(truncate "a", "s"."b" restart identity)");
    EXPECT_EQ(text(truncate("a").continue_identity().cascade()), R"(truncate "a" continue identity cascade)");
}

TEST(prepared, fills_open_parameters_in_the_texts_order)
{
    const auto find = select("id")
                          .from("t")
                          .where("a", param<uuid>())
                          .limit(param<std::int64_t>())
                          .named<uuid, std::int64_t>("t.find");
    EXPECT_EQ(find.text(), R"(select "id" from "t" where "a" = $1 limit $2)");
    EXPECT_EQ(find.name(), "t.find");
    const auto bound = find(uuid{}, 5);
    ASSERT_EQ(bound.values.values().size(), 2u);
    EXPECT_EQ(bound.values.values()[0].type, pg::oid::uuid);
    EXPECT_EQ(bound.values.values()[1].type, pg::oid::int8);
    EXPECT_EQ(&bound.what, &find.statement());
}

TEST(prepared, keeps_values_that_are_given_beforehand)
{
    const auto find = select().from("t").where("a", "x").where("b", param<std::string>()).named("t.find");
    const auto bound = find("y");
    ASSERT_EQ(bound.values.values().size(), 2u);
    EXPECT_STREQ(bound.values.data(bound.values.values()[0]), "x");
    EXPECT_STREQ(bound.values.data(bound.values.values()[1]), "y");
}

TEST(prepared, shares_parameters_of_one_name)
{
    const auto find = select()
                          .from("t")
                          .where("a", param<int>("id"))
                          .or_where("b", param<int>("id"))
                          .where("c", param<bool>())
                          .named<int, bool>("t.find");
    EXPECT_EQ(find.text(), R"(select * from "t" where "a" = $1 or "b" = $1 and "c" = $2)");
    EXPECT_EQ(find(1, true).values.values().size(), 2u);
}

TEST(prepared, refuses_other_values_than_its_parameters)
{
    const auto query = select().from("t").where("a", param<uuid>());
    EXPECT_THAT(refusal([&] { query.compile(); }), testing::HasSubstr("open parameters"));
    EXPECT_THAT(refusal([&] { query.named<int>("t.find"); }),
                testing::HasSubstr("takes uuid as its open parameter 1, not int4"));
    EXPECT_THAT(refusal([&] { query.named("t.find")(); }), testing::HasSubstr("1 open parameters, but 0"));
    EXPECT_THAT(refusal([&] { query.named("t.find")("x"); }), testing::HasSubstr("not text"));
    EXPECT_THAT(
        refusal([] { select().from("t").where("a", param<uuid>("x")).where("b", param<int>("x")).named("t.find"); }),
        testing::HasSubstr("two types"));
}

} // namespace
} // namespace lightdash::sql
