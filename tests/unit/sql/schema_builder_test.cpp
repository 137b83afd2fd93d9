#include "lightdash/sql/schema/schema_builder.hpp"

#include "lightdash/core/error.hpp"
#include "unit/sql/building.hpp"
#include "unit/sql/schema_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SchemaBuilder, WritesTheGuidesUsersTable)
{
    EXPECT_THAT(created([](table& t) {
                    t.uuid("id").primary().default_to(raw("uuid_generate_v4()"));
                    t.string("email").not_null().unique();
                    t.uuid("organization_id").not_null().references("id").in_table("organizations");
                    t.boolean("is_active").default_to(true);
                    t.timestamps();
                    t.index("organization_id", "idx_users_organization_id");
                    t.index({"organization_id", "created_at"});
                }),
                ElementsAre(R"(create table "users" ("id" uuid default uuid_generate_v4(), "email" varchar not null, )"
                            R"("organization_id" uuid not null, "is_active" boolean default '1', )"
                            R"("created_at" timestamp default now(), "updated_at" timestamp default now(), )"
                            R"(constraint "users_pkey" primary key ("id")))",
                            R"(alter table "users" add constraint "users_email_unique" unique ("email"))",
                            R"(alter table "users" add constraint "users_organization_id_foreign" foreign key )"
                            R"(("organization_id") references "organizations" ("id"))",
                            R"(create index "idx_users_organization_id" on "users" ("organization_id"))",
                            R"(create index "users_organization_id_created_at_index" on "users" )"
                            R"(("organization_id", "created_at"))"));
}

TEST(SchemaBuilder, KnowsEveryTypeItHasAWordFor)
{
    EXPECT_THAT(created([](table& t) {
                    t.string("a", 40);
                    t.text("b");
                    t.integer("c");
                    t.big_integer("d");
                    t.binary("e");
                    t.timestamp("f");
                    t.timestamptz("g");
                    t.jsonb("h");
                    t.column("i", "numeric(8, 2)[]");
                }),
                ElementsAre(R"(create table "users" ("a" varchar(40), "b" text, "c" integer, "d" bigint, "e" bytea, )"
                            R"("f" timestamp, "g" timestamptz, "h" jsonb, "i" numeric(8, 2)[]))"));
}

TEST(SchemaBuilder, WritesDefaultsOfEachKind)
{
    EXPECT_THAT(created([](table& t) {
                    t.text("quoted").default_to("it's");
                    t.boolean("no").default_to(false);
                    t.integer("five").nullable().default_to(5);
                    t.big_integer("far").default_to(std::int64_t{-9'000'000'000});
                    t.timestamptz("at").not_null().default_to(raw("now()"));
                }),
                ElementsAre(R"(create table "users" ("quoted" text default 'it''s', "no" boolean default '0', )"
                            R"("five" integer null default '5', "far" bigint default '-9000000000', )"
                            R"("at" timestamptz not null default now()))"));
}

TEST(SchemaBuilder, WritesForeignKeysWithTheirActions)
{
    EXPECT_THAT(created([](table& t) {
                    t.uuid("a").references("id").in_table("other.things").on_delete(referential_action::cascade);
                    t.uuid("b");
                    t.foreign({"a", "b"}, "both")
                        .references({"x", "y"})
                        .in_table("pairs")
                        .on_update(referential_action::no_action)
                        .on_delete(referential_action::set_null);
                }),
                ElementsAre(R"(create table "users" ("a" uuid, "b" uuid))",
                            R"(alter table "users" add constraint "users_a_foreign" foreign key ("a") references )"
                            R"("other"."things" ("id") on delete cascade)",
                            R"(alter table "users" add constraint "both" foreign key ("a", "b") references "pairs" )"
                            R"(("x", "y") on update no action on delete set null)"));
}

TEST(SchemaBuilder, TakesNoIndexForAColumn)
{
    const auto said = [](auto drop) { return refusal([&] { altered(drop); }); };
    EXPECT_EQ(
        said([](table& t) { t.drop_index("idx_users_email"); }),
        "drop_index(\"idx_users_email\") takes columns: that would drop \"users_idx_users_email_index\". To drop what "
        "is called \"idx_users_email\" write drop_index_named(\"idx_users_email\").");
    EXPECT_THAT(said([](table& t) { t.drop_unique("users_email_key"); }),
                HasSubstr("drop_constraint(\"users_email_key\")"));
    EXPECT_THAT(said([](table& t) { t.drop_foreign("users_organization_id_fkey"); }), HasSubstr("drop_constraint("));
    EXPECT_THAT(said([](table& t) { t.drop_unique_index("users_email_idx"); }), HasSubstr("drop_index_named("));
    EXPECT_THAT(altered([](table& t) {
                    t.drop_index_named("idx_users_email", {.if_exists = true});
                    t.drop_index("sort_index");
                    t.drop_unique("api_key");
                    t.drop_index("idx_of_page", "by_page");
                }),
                ElementsAre(R"(drop index if exists "idx_users_email")", R"(drop index "users_sort_index_index")",
                            R"(alter table "users" drop constraint "users_api_key_unique")",
                            R"(drop index "by_page")"));
}

TEST(SchemaBuilder, GivesArraysADefault)
{
    EXPECT_THAT(altered([](table& t) {
                    t.text("tags").array().default_to(std::vector<std::string>{"a", "it's"});
                    t.integer("sizes").array().default_to(std::vector<int>{});
                    t.timestamps({.not_null = true});
                }),
                ElementsAre(R"(alter table "users" add column "tags" text[] default array['a', 'it''s']::text[], )"
                            R"(add column "sizes" integer[] default '{}'::int4[], )"
                            R"(add column "created_at" timestamp not null default now(), )"
                            R"(add column "updated_at" timestamp not null default now())"));
}

TEST(SchemaBuilder, WritesAlterationsInTheirOrder)
{
    EXPECT_THAT(
        altered([](table& t) {
            t.boolean("is_active").default_to(true);
            t.timestamptz("last_login").nullable();
            t.drop_index("email");
            t.drop_unique("email");
            t.drop_foreign("organization_id");
            t.drop_check("positive");
            t.drop_primary();
            t.primary({"id", "email"});
            t.check(raw("last_login > created_at"), "later");
            t.rename_column("a", "b");
            t.set_not_null("b");
            t.drop_not_null("c");
            t.drop_column("d");
            t.unique("b");
        }),
        ElementsAre(R"(alter table "users" add column "is_active" boolean default '1', )"
                    R"(add column "last_login" timestamptz null)",
                    R"(drop index "users_email_index")", R"(alter table "users" drop constraint "users_email_unique")",
                    R"(alter table "users" drop constraint "users_organization_id_foreign")",
                    R"(alter table "users" drop constraint "positive")",
                    R"(alter table "users" drop constraint "users_pkey")",
                    R"(alter table "users" add constraint "users_pkey" primary key ("id", "email"))",
                    R"(alter table "users" add constraint "later" check (last_login > created_at))",
                    R"(alter table "users" rename "a" to "b")", R"(alter table "users" alter column "b" set not null)",
                    R"(alter table "users" alter column "c" drop not null)", R"(alter table "users" drop column "d")",
                    R"(alter table "users" add constraint "users_b_unique" unique ("b"))"));
}

TEST(SchemaBuilder, WritesTablesOfOtherSchemas)
{
    schema_builder schema;
    schema.create_table("reports.monthly", [](table& t) { t.integer("n").index(); });
    schema.alter_table("reports.monthly", [](table& t) { t.drop_index("n"); });
    schema.rename_table("reports.monthly", "yearly");
    schema.drop_table_if_exists("reports.yearly");
    schema.drop_table("plain");
    schema.raw("vacuum");
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(create table "reports"."monthly" ("n" integer))",
                            R"(create index "monthly_n_index" on "reports"."monthly" ("n"))",
                            R"(drop index "reports"."monthly_n_index")",
                            R"(alter table "reports"."monthly" rename to "yearly")",
                            R"(drop table if exists "reports"."yearly")", R"(drop table "plain")", "vacuum"));
}

TEST(SchemaBuilder, IsAValue)
{
    schema_builder one;
    one.create_table("a", [](table& t) { t.integer("x"); });
    auto two = one;
    two.drop_table("a");
    EXPECT_EQ(compile(one).size(), 1U);
    EXPECT_EQ(compile(two).size(), 2U);
}

TEST(SchemaBuilder, RefusesWhatHasNoMeaning)
{
    EXPECT_THROW(created([](table& t) { t.uuid("a").references("id"); }), error) << "no target table";
    EXPECT_THROW(created([](table& t) { t.uuid("a").in_table("b"); }), error) << "no foreign key";
    EXPECT_THROW(created([](table& t) { t.foreign("a").in_table("b"); }), error) << "no target column";
    EXPECT_THROW(created([](table& t) { t.drop_column("a"); }), error) << "dropping while creating";
    EXPECT_THROW(
        created([](table& t) { t.index({"a_rather_long_column", "another_rather_long_column", "third_column"}); }),
        error)
        << "PostgreSQL would cut the name that the rule makes";
}

} // namespace
} // namespace lightdash::sql
