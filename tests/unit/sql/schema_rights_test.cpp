// Row-level security, grants, and what changes of domains and of the schema that something is in.
#include "lightdash/sql/condition.hpp"
#include "unit/sql/building.hpp"
#include "unit/sql/schema_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SchemaRights, WritesRowLevelSecurityWithItsTable)
{
    schema_builder schema;
    schema.create_table("app.notes", [](table& t) {
        t.uuid("owner");
        t.enable_row_level_security();
        t.force_row_level_security();
        t.create_policy("own", {.rows = raw("owner = current_setting('app.user')::uuid")});
        t.create_policy("no_guests", {.restrictive = true,
                                      .command = policy_command::update,
                                      .roles = {"public", "the guests"},
                                      .rows = where("owner", "<>", "x"),
                                      .new_rows = raw("true")});
    });
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(create table "app"."notes" ("owner" uuid))",
                            R"(alter table "app"."notes" enable row level security)",
                            R"(alter table "app"."notes" force row level security)",
                            R"(create policy "own" on "app"."notes" using (owner = current_setting('app.user')::uuid))",
                            R"(create policy "no_guests" on "app"."notes" as restrictive for update to "public", )"
                            R"("the guests" using ("owner" <> 'x') with check (true))"));
}

TEST(SchemaRights, ChangesRowLevelSecurity)
{
    schema_builder schema;
    schema.alter_table("notes", [](table& t) {
        t.no_force_row_level_security();
        t.disable_row_level_security();
        t.alter_policy("own", {.roles = {"editors"}, .new_rows = raw("false")});
        t.rename_policy("own", "theirs");
        t.drop_policy("theirs", {.if_exists = true});
    });
    EXPECT_THAT(texts(schema), ElementsAre(R"(alter table "notes" no force row level security)",
                                           R"(alter table "notes" disable row level security)",
                                           R"(alter policy "own" on "notes" to "editors" with check (false))",
                                           R"(alter policy "own" on "notes" rename to "theirs")",
                                           R"(drop policy if exists "theirs" on "notes")"));
}

TEST(SchemaRights, RefusesPoliciesThatPostgresqlWouldRefuse)
{
    const auto refused = [](const policy_options& options) {
        return refusal([&] {
            schema_builder schema;
            schema.alter_table("notes", [&](table& t) { t.create_policy("p", options); });
        });
    };
    EXPECT_THAT(refused({.command = policy_command::insert, .rows = raw("true")}), HasSubstr("new rows only"));
    EXPECT_THAT(refused({.command = policy_command::select, .new_rows = raw("true")}), HasSubstr("write no rows"));
    EXPECT_THAT(refused({.command = policy_command::remove, .new_rows = raw("true")}), HasSubstr("write no rows"));
    EXPECT_THAT(refusal([] {
                    schema_builder schema;
                    schema.alter_table("notes", [](table& t) { t.alter_policy("p", {}); });
                }),
                HasSubstr("nothing of it changes"));
}

TEST(SchemaRights, GrantsAndRevokes)
{
    using enum privilege;
    schema_builder schema;
    schema.grant({select, insert, remove}, grant_target::table("app.notes"), {"reader", "public"});
    schema.grant({all}, grant_target::all_tables_in("app"), {"o\"wner"}, {.grant_option = true});
    schema.grant({usage}, grant_target::schema("app"), {"reader"});
    schema.grant({usage}, grant_target::type("app.mood"), {"reader"});
    schema.grant({connect, temporary}, grant_target::database("lightdash"), {"reader"});
    schema.revoke({update}, grant_target::sequence("app.ids"), {"reader"}, {.cascade = true});
    schema.revoke({all}, grant_target::all_sequences_in("app"), {"reader"}, {.grant_option_only = true});
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(grant select, insert, delete on table "app"."notes" to "reader", "public")",
                            R"(grant all on all tables in schema "app" to "o""wner" with grant option)",
                            R"(grant usage on schema "app" to "reader")",
                            R"(grant usage on type "app"."mood" to "reader")",
                            R"(grant connect, temporary on database "lightdash" to "reader")",
                            R"(revoke update on sequence "app"."ids" from "reader" cascade)",
                            R"(revoke grant option for all on all sequences in schema "app" from "reader")"));
}

TEST(SchemaRights, RefusesGrantsOfNothingAndToNobody)
{
    schema_builder schema;
    const auto on = grant_target::table("t");
    EXPECT_THAT(refusal([&] { schema.grant({}, on, {"r"}); }), HasSubstr("rights one by one"));
    EXPECT_THAT(refusal([&] { schema.grant({privilege::all, privilege::select}, on, {"r"}); }), HasSubstr("alone"));
    EXPECT_THAT(refusal([&] { schema.revoke({privilege::all}, on, {}); }), HasSubstr("at least one"));
}

TEST(SchemaRights, AltersDomains)
{
    schema_builder schema;
    schema.alter_domain("app.mail", [](domain& d) {
        d.set_default("a@b");
        d.drop_default();
        d.set_not_null();
        d.drop_not_null();
        d.check("has_at", raw("value ~ '@'"));
        d.check_not_valid("short", raw("length(value) < ?", 100));
        d.validate_constraint("short");
        d.rename_constraint("short", "brief");
        d.drop_constraint("brief", {.if_exists = true, .cascade = true});
        d.set_schema("other");
    });
    EXPECT_THAT(texts(schema),
                ElementsAre(R"(alter domain "app"."mail" set default 'a@b')",
                            R"(alter domain "app"."mail" drop default)", R"(alter domain "app"."mail" set not null)",
                            R"(alter domain "app"."mail" drop not null)",
                            R"(alter domain "app"."mail" add constraint "has_at" check (value ~ '@'))",
                            R"(alter domain "app"."mail" add constraint "short" check (length(value) < 100) not valid)",
                            R"(alter domain "app"."mail" validate constraint "short")",
                            R"(alter domain "app"."mail" rename constraint "short" to "brief")",
                            R"(alter domain "app"."mail" drop constraint if exists "brief" cascade)",
                            R"(alter domain "app"."mail" set schema "other")"));
}

TEST(SchemaRights, MovesThingsToAnotherSchema)
{
    schema_builder schema;
    schema.set_type_schema("app.mood", "other");
    schema.set_sequence_schema("ids", "other");
    schema.set_extension_schema("pg_trgm", "other");
    schema.set_materialized_view_schema("app.m", "other");
    EXPECT_THAT(texts(schema), ElementsAre(R"(alter type "app"."mood" set schema "other")",
                                           R"(alter sequence "ids" set schema "other")",
                                           R"(alter extension "pg_trgm" set schema "other")",
                                           R"(alter materialized view "app"."m" set schema "other")"));
}

} // namespace
} // namespace lightdash::sql
