// What a database is beside its content, as statements and as differences.
#include "lightdash/ops/database_properties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lightdash::ops {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

database_properties plain()
{
    database_properties made;
    made.encoding = "UTF8";
    made.provider = "libc";
    made.collate = made.ctype = "C.UTF-8";
    made.owner = "ada";
    made.tablespace = "pg_default";
    return made;
}

std::vector<std::string> texts(const std::string& name, const database_properties& wanted, bool change_owner = true)
{
    std::vector<std::string> made;
    for (const auto& step : property_steps(name, wanted, change_owner))
        made.push_back(step.text);
    return made;
}

TEST(DatabaseProperties, ADatabaseIsMadeWithItsEncodingAndLocale)
{
    auto like = plain();
    EXPECT_EQ(create_database_text("a\"b", like, 150000, true),
              "create database \"a\"\"b\" template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' "
              "locale_provider libc");
    EXPECT_EQ(create_database_text("a", like, 140000, true),
              "create database \"a\" template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'");
    like.provider = "icu";
    like.locale = "de-u-co-phonebk";
    like.tablespace = "fast";
    EXPECT_THAT(create_database_text("a", like, 150000, true),
                HasSubstr("locale_provider icu icu_locale 'de-u-co-phonebk' tablespace \"fast\""));
    EXPECT_THAT(create_database_text("a", like, 150000, false), ::testing::EndsWith("'de-u-co-phonebk'"));
}

TEST(DatabaseProperties, SettingsThatAreListsStayLists)
{
    auto wanted = plain();
    wanted.settings = {{std::nullopt, "search_path", "\"$user\", public, \"a \"\"b\"\", c\""},
                       {std::nullopt, "search_path", "\"\""},
                       {"it's", "role", "x, y"},
                       {std::nullopt, "myapp.mode", "a'b"}};
    EXPECT_THAT(texts("d", wanted, false),
                ElementsAre("alter database \"d\" set \"search_path\" to '$user', 'public', 'a \"b\", c'",
                            "alter database \"d\" set \"search_path\" to ''",
                            "alter role \"it's\" in database \"d\" set \"role\" to 'x, y'",
                            "alter database \"d\" set \"myapp\".\"mode\" to 'a''b'"));
    EXPECT_EQ(texts("d", without_roles(wanted), false).size(), 3u);
}

TEST(DatabaseProperties, GrantsReplaceTheDefaultOnes)
{
    auto wanted = plain();
    wanted.grants = {{"ada", "CREATE", false}, {"ada", "CONNECT", false}, {"bob", "CONNECT", true}};
    EXPECT_THAT(texts("d", wanted),
                ElementsAre("alter database \"d\" owner to \"ada\"", "revoke all on database \"d\" from public",
                            "revoke all on database \"d\" from \"ada\"",
                            "grant CREATE, CONNECT on database \"d\" to \"ada\"",
                            "grant CONNECT on database \"d\" to \"bob\" with grant option"));
}

TEST(DatabaseProperties, WhatSomebodySetStaysAndTheRestIsFilled)
{
    auto has = plain(), wanted = plain();
    has.owner = "bob";
    has.settings = {{std::nullopt, "work_mem", "1MB"}};
    wanted.settings = {{std::nullopt, "work_mem", "2MB"}, {"ada", "work_mem", "3MB"}};
    wanted.connection_limit = 7;
    wanted.comment = "ours";
    const auto made = filled(has, wanted);
    EXPECT_EQ(made.owner, "bob");
    EXPECT_EQ(made.connection_limit, 7);
    EXPECT_EQ(made.settings.size(), 2u);
    EXPECT_THAT(property_differences(made, wanted),
                ElementsAre("the owner bob, not ada", "the setting work_mem = 1MB, not 2MB"));
    EXPECT_THAT(lacking(has, wanted).settings, ElementsAre(database_setting{"ada", "work_mem", "3MB"}));
    EXPECT_THAT(property_differences(wanted, wanted), IsEmpty());
}

} // namespace
} // namespace lightdash::ops
