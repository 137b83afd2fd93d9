// Described structs as columns of a select and as rows of an insert.
#include "lightdash/sql/builder.hpp"
#include "unit/sql/building.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

using testing::HasSubstr;

struct author {
    uuid id;
    std::string email;
};
LIGHTDASH_DESCRIBE(author, id, email)

struct article {
    int id = 0;
    std::string title;
    std::optional<author> written_by;
    std::int64_t views = 0;
};
LIGHTDASH_DESCRIBE(article, id, title, written_by, views)

struct size {
    int w = 0, h = 0;
};
LIGHTDASH_DESCRIBE(size, w, h)

struct new_tile {
    std::string title;
    std::optional<int> tab;
    struct size size;
    bool wide = false;
};
LIGHTDASH_DESCRIBE(new_tile, title, tab, size, wide)

TEST(columns_of, are_the_members_in_their_order_and_those_of_structs_in_their_place)
{
    EXPECT_EQ(text(select(columns_of<article>()).from("articles")),
              R"(select "id", "title", "written_by_id", "written_by_email", "views" from "articles")");
    EXPECT_EQ(text(select(columns_of<size>("s.sizes"), raw("1")).from("s.sizes")),
              R"(select "s"."sizes"."w", "s"."sizes"."h", 1 from "s"."sizes")");
}

TEST(columns_of, can_come_from_other_columns_tables_and_expressions)
{
    EXPECT_EQ(text(select(columns_of<article>("a")
                              .set("id", "a.article_id")
                              .member("written_by", "u")
                              .set("views", select().count().from("views as v").where_column("v.article", "a.id")))
                       .from("articles as a")
                       .left_join("users as u", "u.id", "a.author")),
              R"(select "a"."article_id" as "id", "a"."title", "u"."id" as "written_by_id", )"
              R"("u"."email" as "written_by_email", (select count(*) from "views" as "v" where "v"."article" = )"
              R"("a"."id") as "views" from "articles" as "a" left join "users" as "u" on "u"."id" = "a"."author")");
}

TEST(columns_of, can_be_set_again_and_takes_values)
{
    const auto found =
        select(columns_of<size>().set("w", "width").set("w", raw("? + 1", 5)).set("h", call("least", ref("h"), 3)))
            .compile();
    EXPECT_EQ(found.text, R"(select $1 + 1 as "w", least("h", $2) as "h")");
    EXPECT_EQ(found.values.values().size(), 2U);
}

TEST(columns_of, names_what_the_struct_does_not_have)
{
    EXPECT_THAT(refusal([] { columns_of<article>().set("titel", "t"); }),
                HasSubstr("no column \"titel\"; its columns are id, title, written_by_id, written_by_email, views; "
                          "did you mean title?"));
    EXPECT_THAT(refusal([] { columns_of<article>().member("reader", "u"); }), HasSubstr("no member \"reader\""));
}

TEST(columns_of, stand_wherever_columns_are_listed)
{
    EXPECT_EQ(text(insert("t").set("w", 1).returning(columns_of<size>(), "id")),
              R"(insert into "t" ("w") values ($1) returning "w", "h", "id")");
    EXPECT_EQ(text(update("t as x").set("w", 1).returning(columns_of<size>("x"))),
              R"(update "t" as "x" set "w" = $1 returning "x"."w", "x"."h")");
    EXPECT_EQ(text(select(columns_of<size>()).count("* as n").from("t").group_by(columns_of<size>())),
              R"(select "w", "h", count(*) as "n" from "t" group by "w", "h")");
    EXPECT_EQ(
        text(insert("t").columns(columns_of<size>()).values(1, 2).values(3, 4).on_conflict(conflict("w").merge())),
        R"(insert into "t" ("w", "h") values ($1, $2), ($3, $4) on conflict ("w") do update set )"
        R"("w" = excluded."w", "h" = excluded."h")");
}

TEST(insert_of_structs, writes_a_parameter_for_each_value)
{
    const std::vector<new_tile> tiles{{"a", 1, {2, 3}, true}, {"b", std::nullopt, {4, 5}, false}};
    const auto made = insert("tiles").rows(tiles).row(new_tile{"c", 7, {8, 9}, true}).returning("id").compile();
    EXPECT_EQ(made.text, R"(insert into "tiles" ("title", "tab", "size_w", "size_h", "wide") values )"
                         R"(($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15) returning "id")");
    ASSERT_EQ(made.values.values().size(), 15U);
    EXPECT_STREQ(made.values.data(made.values.values()[5]), "b");
    EXPECT_TRUE(made.values.values()[6].null);
    EXPECT_EQ(made.values.values()[4].type, pg::oid::boolean);
}

TEST(insert_of_structs, writes_an_array_for_each_column)
{
    const std::vector<new_tile> tiles{{"a", 1, {2, 3}, true}, {"b", std::nullopt, {4, 5}, false}};
    const auto made = insert("tiles").unnest(tiles).on_conflict(conflict("title").merge("tab")).compile();
    EXPECT_EQ(made.text, R"(insert into "tiles" ("title", "tab", "size_w", "size_h", "wide") select * from )"
                         R"(unnest($1, $2, $3, $4, $5) on conflict ("title") do update set "tab" = excluded."tab")");
    EXPECT_EQ(insert("tiles").unnest(std::vector<new_tile>{}).compile().text,
              R"(insert into "tiles" ("title", "tab", "size_w", "size_h", "wide") select * from )"
              R"(unnest($1, $2, $3, $4, $5))");
    ASSERT_EQ(made.values.values().size(), 5U);
    EXPECT_EQ(made.values.values()[1].type, pg::oid::int4_array);
    EXPECT_EQ(made.values.values()[4].type, pg::oid::boolean_array);
}

TEST(insert_of_structs, refuses_no_rows_and_rows_of_other_columns)
{
    EXPECT_THAT(refusal([] { insert("tiles").rows(std::vector<new_tile>{}); }), HasSubstr("empty list"));
    EXPECT_THAT(refusal([] { insert("tiles").row(size{1, 2}).row(new_tile{}); }), HasSubstr("another at \"title\""));
    EXPECT_THAT(refusal([] { text(insert("tiles").row(new_tile{}).row(size{1, 2})); }), HasSubstr("another at \"w\""));
    EXPECT_THAT(refusal([] { text(insert("tiles").row(size{1, 2}).set("w", 1)); }), HasSubstr("row"));
}

} // namespace
} // namespace lightdash::sql
