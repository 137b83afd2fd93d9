#include "lightdash/sql/builder.hpp"
#include "unit/sql/building.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

TEST(select, without_columns_takes_all)
{
    EXPECT_EQ(text(select().from("users")), R"(select * from "users")");
}

TEST(select, quotes_each_part_of_a_name_and_keeps_star_and_index)
{
    EXPECT_EQ(text(select("u.id", "u.*", "tags[1]", R"(a"b)").from("main.users as u")),
              R"(select "u"."id", "u".*, "tags"[1], "a""b" from "main"."users" as "u")");
    EXPECT_EQ(text(select("email AS user.mail").from("users")), R"(select "email" as "user.mail" from "users")");
}

TEST(select, keeps_a_question_mark_in_a_name)
{
    EXPECT_EQ(text(select("email as ok?").from("users").where("id", 1)),
              R"(select "email" as "ok?" from "users" where "id" = $1)");
}

TEST(select, writes_its_clauses_in_sqls_order)
{
    const auto q = select("w.id")
                       .limit(10)
                       .offset(1)
                       .having(raw("count(*) > ?", 0))
                       .group_by("w.id")
                       .where("w.role", "admin")
                       .order_by_raw(raw("coalesce(w.id, ?)", 5))
                       .join("organizations as o", on("o.id", "w.organization_id").where("o.plan", "<>", "none"))
                       .from("w")
                       .with("w", select().from("users").where("id", "<", 100));
    EXPECT_EQ(text(q),
              R"(with "w" as (select * from "users" where "id" < $1) select "w"."id" from "w" inner join )"
              R"("organizations" as "o" on "o"."id" = "w"."organization_id" and "o"."plan" <> $2 where "w"."role" = )"
              R"($3 group by "w"."id" having count(*) > $4 order by coalesce(w.id, $5) limit $6 offset $7)");
    EXPECT_EQ(q.to_string(),
              R"(with "w" as (select * from "users" where "id" < 100) select "w"."id" from "w" inner join )"
              R"("organizations" as "o" on "o"."id" = "w"."organization_id" and "o"."plan" <> 'none' where )"
              R"("w"."role" = 'admin' group by "w"."id" having count(*) > 0 order by coalesce(w.id, 5) )"
              R"(limit 10 offset 1)");
}

TEST(select, is_a_value)
{
    auto base = select("id").from("users").where("is_active", true);
    const auto copy = base;
    base.where("role", "never");
    EXPECT_EQ(text(copy), R"(select "id" from "users" where "is_active" = $1)");
    EXPECT_EQ(text(base), R"(select "id" from "users" where "is_active" = $1 and "role" = $2)");
}

TEST(select, can_be_part_of_itself)
{
    auto q = select("id").from("users").where("a", 1);
    q.where_in("id", q);
    EXPECT_EQ(text(q),
              R"(select "id" from "users" where "a" = $1 and "id" in (select "id" from "users" where "a" = $2))");
}

TEST(select, takes_subqueries_as_columns_tables_and_operands)
{
    EXPECT_EQ(text(select("name", select().count().from("d").where_column("d.s", "s.id").as("n")).from("spaces as s")),
              R"(select "name", (select count(*) from "d" where "d"."s" = "s"."id") as "n" from "spaces" as "s")");
    EXPECT_EQ(text(select("t.email").from(select().from("users").where("a", true).as("t"))),
              R"(select "t"."email" from (select * from "users" where "a" = $1) as "t")");
    EXPECT_EQ(text(select().from("d").where("n", "=", select().max("n").from("d"))),
              R"(select * from "d" where "n" = (select max("n") from "d"))");
}

TEST(select, prefixes_tables_with_the_schema_but_not_subqueries)
{
    EXPECT_EQ(text(select("path")
                       .from("page_views")
                       .join("other.t", "a", "b")
                       .join("u", "c", "d")
                       .with_schema("analytics")
                       .where_exists(select().from("x"))),
              R"(select "path" from "analytics"."page_views" inner join "other"."t" on "a" = "b" inner join )"
              R"("analytics"."u" on "c" = "d" where exists (select * from "x"))");
}

TEST(select, joins_in_every_way)
{
    EXPECT_EQ(text(select().from("a").left_join("b", "a.x", ">", "b.x").cross_join("c").natural_join("d")),
              R"(select * from "a" left join "b" on "a"."x" > "b"."x" cross join "c" natural join "d")");
    EXPECT_EQ(text(select().from("a").full_outer_join("b", using_columns("x", "y"))),
              R"(select * from "a" full outer join "b" using ("x", "y"))");
    EXPECT_EQ(
        text(select().from("a").left_join_lateral(select().from("b").where_column("b.x", "a.x").limit(1).as("l"))),
        R"(select * from "a" left join lateral (select * from "b" where "b"."x" = "a"."x" limit $1) as "l" on true)");
    EXPECT_EQ(text(select().from("a").join("b", raw("b.x = a.x and b.y = ?", 1)).join_raw(raw("join c using (id)"))),
              R"(select * from "a" inner join "b" on b.x = a.x and b.y = $1 join c using (id))");
    EXPECT_EQ(
        text(select().from("u").join("m", on("m.u", "u.id").where(on("m.p", "u.o").or_where_column("m.r", "u.r")))),
        R"(select * from "u" inner join "m" on "m"."u" = "u"."id" and ("m"."p" = "u"."o" or "m"."r" = "u"."r"))");
}

TEST(select, refuses_a_join_without_a_condition)
{
    EXPECT_THAT(refusal([] { select().from("a").join("b", condition()); }), testing::HasSubstr("cross_join"));
}

TEST(select, groups_orders_and_pages)
{
    EXPECT_EQ(
        text(select("a").from("t").group_by("a", rollup("b", "c"), grouping_sets(row("a", "b"), row("a"), row()))),
        R"(select "a" from "t" group by "a", rollup ("b", "c"), grouping sets (("a", "b"), ("a"), ()))");
    EXPECT_EQ(text(select().from("t").order_by("a").order_by("b", desc, nulls::last).order_by(raw("2 desc"))),
              R"(select * from "t" order by "a" asc, "b" desc nulls last, 2 desc)");
    EXPECT_EQ(text(select().from("t").limit(raw("2")).offset(raw("1"))), R"(select * from "t" limit 2 offset 1)");
    EXPECT_EQ(text(select().from("t").first("a")), R"(select "a" from "t" limit $1)");
    EXPECT_THAT(refusal([] { select().limit(-1); }), testing::HasSubstr("negative"));
}

TEST(select, continues_after_a_row)
{
    const auto page = select().from("t").where("p", 1).or_where("p", 2).order_by("a").order_by("id").limit(5);
    auto next = page;
    EXPECT_EQ(text(next.after(3, 4)), R"(select * from "t" where ("p" = $1 or "p" = $2) and ("a", "id") > ($3, $4) )"
                                      R"(order by "a" asc, "id" asc limit $5)");
    EXPECT_EQ(text(select().from("t").order_by("a", desc).after(3)),
              R"(select * from "t" where "a" < $1 order by "a" desc)");
}

TEST(select, continues_after_a_row_when_directions_differ)
{
    const auto q = select().from("t").order_by("a", desc).order_by("b").order_by("c").after(1, 2, 3);
    EXPECT_EQ(text(q),
              R"(select * from "t" where ("a" < $1 or ("a" = $1 and ("b" > $2 or ("b" = $2 and ("c" > $3))))) )"
              R"(order by "a" desc, "b" asc, "c" asc)");
    EXPECT_EQ(value_count(q), 3u);
}

TEST(select, refuses_to_continue_in_an_unknown_order)
{
    EXPECT_THAT(refusal([] { text(select().from("t").order_by("a").after(1, 2)); }),
                testing::HasSubstr("2 values and 1 orders"));
    EXPECT_THAT(refusal([] { text(select().from("t").order_by("a", asc, nulls::first).after(1)); }),
                testing::HasSubstr("never NULL"));
}

TEST(select, locks_rows)
{
    EXPECT_EQ(text(select().from("t").for_update().skip_locked()), R"(select * from "t" for update skip locked)");
    EXPECT_EQ(text(select().from("t").for_update("t").for_key_share("u").no_wait()),
              R"(select * from "t" for update of "t" for key share of "u" nowait)");
    EXPECT_THAT(refusal([] { select().skip_locked(); }), testing::HasSubstr("belongs to a lock"));
    EXPECT_THAT(refusal([] { select().for_share().skip_locked().no_wait(); }),
                testing::HasSubstr("exclude each other"));
}

TEST(select, takes_clauses_back)
{
    auto q = select("a").from("t").where("b", 1).order_by("a").limit(1).offset(2).distinct();
    using clause = select::clause;
    for (const auto each :
         {clause::where, clause::order, clause::limit, clause::offset, clause::distinct, clause::columns})
        q.clear(each);
    EXPECT_EQ(text(q.count("* as total")), R"(select count(*) as "total" from "t")");
    EXPECT_EQ(value_count(q), 0u);
}

TEST(select, puts_comments_first_and_refuses_those_that_end_themselves)
{
    EXPECT_EQ(text(select().from("t").comment("route: /users/:id").comment("trace 42")),
              R"(/* route: /users/:id */ /* trace 42 */ select * from "t")");
    EXPECT_THAT(refusal([] { select().comment("a */ b"); }), testing::HasSubstr("begin or end a comment"));
    EXPECT_THAT(refusal([] { select().comment("a /* b"); }), testing::HasSubstr("begin or end a comment"));
}

TEST(select, can_be_changed_by_shared_steps)
{
    const auto only_role = [](select& q, std::string_view role) { q.where("role", role); };
    EXPECT_EQ(text(select("email").from("users").modify(only_role, "editor")),
              R"(select "email" from "users" where "role" = $1)");
}

TEST(select, refuses_names_that_are_none)
{
    EXPECT_THAT(refusal([] { select(""); }), testing::HasSubstr("empty"));
    EXPECT_THAT(refusal([] { select("a..b"); }), testing::HasSubstr("empty"));
    EXPECT_THAT(refusal([] { select(static_cast<const char*>(nullptr)); }), testing::HasSubstr("null pointer"));
    EXPECT_THAT(refusal([] { select().where("a as b", 1); }), testing::HasSubstr("only one may be used"));
    EXPECT_THAT(refusal([] { select(std::string(64, 'x')); }), testing::HasSubstr("63"));
}

TEST(set_operation, closes_each_branch)
{
    EXPECT_EQ(text(select("a").from("t").limit(1).union_all(select("a").from("u").order_by("a"))),
              R"((select "a" from "t" limit $1) union all (select "a" from "u" order by "a" asc))");
    EXPECT_EQ(
        text(select("a")
                 .from("t")
                 .union_with(select("a").from("u"), raw("select x from y where z > ?", 1))
                 .order_by("a")
                 .limit(3)),
        R"(select "a" from "t" union select "a" from "u" union select x from y where z > $1 order by "a" asc limit $2)");
    EXPECT_EQ(text(select("a").from("t").except_all(select("a").from("u")).parenthesized()),
              R"((select "a" from "t") except all (select "a" from "u"))");
}

TEST(set_operation, goes_from_left_to_right)
{
    const auto one = [](const char* table) { return select("a").from(table); };
    EXPECT_EQ(
        text(one("t").union_with(one("u")).intersect(one("v")).except(one("w"))),
        R"((select "a" from "t" union select "a" from "u") intersect select "a" from "v" except select "a" from "w")");
    EXPECT_EQ(text(one("t").union_with(one("u").intersect(one("v")))),
              R"(select "a" from "t" union (select "a" from "u" intersect select "a" from "v"))");
}

TEST(with, takes_column_lists_materialization_and_recursion)
{
    EXPECT_EQ(text(select("q").from("l").with_not_materialized("l", {"q", "r"}, select("a", "b").from("t"))),
              R"(with "l"("q", "r") as not materialized (select "a", "b" from "t") select "q" from "l")");
    EXPECT_EQ(
        text(select("n").from("c").with_recursive("c", {"n"},
                                                  raw("select 1 union all select n + 1 from c where n < ?", 3))),
        R"(with recursive "c"("n") as (select 1 union all select n + 1 from c where n < $1) select "n" from "c")");
}

TEST(with, refuses_what_returns_no_rows)
{
    EXPECT_THAT(refusal([] { select().with("x", remove("t")); }), testing::HasSubstr("returning"));
    EXPECT_EQ(text(select().from("x").with("x", remove("t").where("a", 1).returning("id"))),
              R"(with "x" as (delete from "t" where "a" = $1 returning "id") select * from "x")");
}

TEST(call, writes_everything_that_may_follow)
{
    EXPECT_EQ(
        text(select(count("id").filter(where("a", true)).over(window().partition_by("p").order_by("o", desc)).as("n"))),
        R"(select count("id") filter (where "a" = $1) over (partition by "p" order by "o" desc) as "n")");
    EXPECT_EQ(text(select(call("percentile_cont", 0.5).within_group("ms", desc))),
              R"(select percentile_cont($1) within group (order by "ms" desc))");
    EXPECT_EQ(text(select(call("string_agg", ref("name"), ", ").distinct().order_by("name"))),
              R"(select string_agg(distinct "name", $1 order by "name"))");
    EXPECT_EQ(text(select(count_distinct("a", "b"), count_distinct("a"))),
              R"(select count(distinct ("a", "b")), count(distinct "a"))");
    EXPECT_EQ(
        text(select(call("lag", ref("a"), 1).over("w"), row_number().over())
                 .from("t")
                 .window("w", window().order_by("b").rows(frame_bound::preceding(2), frame_bound::current_row()))),
        R"(select lag("a", $1) over "w", row_number() over () from "t" window "w" as (order by "b" rows between 2 )"
        R"(preceding and current row))");
}

TEST(call, refuses_frames_that_end_before_they_begin)
{
    EXPECT_THAT(refusal([] { window().rows(frame_bound::current_row(), frame_bound::preceding(1)); }),
                testing::HasSubstr("ends before it begins"));
}

} // namespace
} // namespace lightdash::sql
