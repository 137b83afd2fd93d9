// Views, schemas, extensions, types and sequences.
#include "lightdash/core/error.hpp"
#include "unit/sql/schema_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;

TEST(SchemaObjects, WritesViews)
{
    schema_builder schema;
    schema.create_view("a.v", raw("select 1"), {.columns = {"one"}, .security_invoker = true});
    schema.create_materialized_view("m", raw("select 1 as one"), {.if_not_exists = true, .with_no_data = true});
    schema.alter_view("v", [](view& v) {
        v.drop_default("one");
        v.set_schema("a");
    });
    schema.rename_view("a.v", "w");
    schema.rename_materialized_view("m", "n");
    schema.refresh_materialized_view("n", {.with_no_data = true});
    schema.drop_view("a.w", {.if_exists = true, .cascade = true});
    schema.drop_materialized_view("n");
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(create view "a"."v" ("one") with (security_invoker = true) as select 1)",
                            R"(create materialized view if not exists "m" as select 1 as one with no data)",
                            R"(alter view "v" alter "one" drop default)", R"(alter view "v" set schema "a")",
                            R"(alter view "a"."v" rename to "w")", R"(alter materialized view "m" rename to "n")",
                            R"(refresh materialized view "n" with no data)", R"(drop view if exists "a"."w" cascade)",
                            R"(drop materialized view "n")"));
}

TEST(SchemaObjects, WritesTypes)
{
    schema_builder schema;
    schema.create_enum("a.mood", {"good", "it's bad"});
    schema.add_enum_value("a.mood", "fair", {.if_not_exists = true, .after = "good"});
    schema.rename_enum_value("a.mood", "it's bad", "bad");
    schema.rename_type("a.mood", "humour");
    schema.drop_type("a.humour", {.if_exists = true});
    schema.create_domain("mail", "text",
                         {.not_null = true, .default_to = "a@b", .check = raw("value ~ '@'"), .check_name = "has_at"});
    schema.drop_domain("mail", {.cascade = true});
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(create type "a"."mood" as enum ('good', 'it''s bad'))",
                            R"(alter type "a"."mood" add value if not exists 'fair' after 'good')",
                            R"(alter type "a"."mood" rename value 'it''s bad' to 'bad')",
                            R"(alter type "a"."mood" rename to "humour")", R"(drop type if exists "a"."humour")",
                            R"(create domain "mail" as text default 'a@b' not null constraint "has_at" check )"
                            R"((value ~ '@'))",
                            R"(drop domain "mail" cascade)"));
}

TEST(SchemaObjects, WritesSequencesSchemasAndExtensions)
{
    schema_builder schema;
    schema.create_sequence("s", {.if_not_exists = true,
                                 .type = "integer",
                                 .increment = 2,
                                 .minimum = 1,
                                 .maximum = 9,
                                 .start = 3,
                                 .cache = 4,
                                 .cycle = true,
                                 .owned_by = "users.n"});
    schema.alter_sequence("s", {.restart = 5});
    schema.rename_sequence("s", "z");
    schema.drop_sequence("z");
    schema.rename_schema("a", "b");
    schema.drop_schema("b", {.if_exists = true, .cascade = true});
    schema.create_extension("uuid-ossp", {.if_not_exists = true, .schema = "x", .version = "1.1", .cascade = true});
    schema.drop_extension("uuid-ossp", {.cascade = true});
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(create sequence if not exists "s" as integer increment by 2 minvalue 1 maxvalue 9 )"
                            R"(start with 3 cache 4 cycle owned by "users"."n")",
                            R"(alter sequence "s" restart with 5)", R"(alter sequence "s" rename to "z")",
                            R"(drop sequence "z")", R"(alter schema "a" rename to "b")",
                            R"(drop schema if exists "b" cascade)",
                            R"(create extension if not exists "uuid-ossp" schema "x" version '1.1' cascade)",
                            R"(drop extension "uuid-ossp" cascade)"));
}

TEST(SchemaObjects, RefusesWhatHasNoMeaning)
{
    schema_builder schema;
    EXPECT_THROW(schema.create_enum("mood", {}), error);
    EXPECT_THROW(schema.add_enum_value("mood", "a", {.before = "b", .after = "c"}), error);
    EXPECT_THROW(schema.alter_sequence("s", {}), error);
    EXPECT_THROW(schema.create_sequence("s", {.restart = 1}), error);
    EXPECT_THROW(schema.refresh_materialized_view("m", {.concurrently = true, .with_no_data = true}), error);
    EXPECT_THROW(schema.drop_table(""), error);
}

} // namespace
} // namespace lightdash::sql
