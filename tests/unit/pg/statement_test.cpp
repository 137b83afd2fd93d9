#include "lightdash/pg/statement.hpp"

#include "pg/connection/prepared_name.hpp"

#include <gtest/gtest.h>

namespace lightdash::pg {
namespace {

TEST(Statement, KeepsItsNameAndText)
{
    const statement find{"users.by_id", "SELECT 1"};
    EXPECT_EQ(find.name(), "users.by_id");
    EXPECT_EQ(find.text(), "SELECT 1");
}

TEST(Statement, HashesItsTextAndNothingElse)
{
    const statement one{"a", "SELECT 1"};
    EXPECT_EQ(one.hash(), (statement{"b", "SELECT 1"}.hash()));
    EXPECT_EQ(one.hash(), statement::trusted("c", "SELECT 1").hash());
    EXPECT_NE(one.hash(), (statement{"a", "SELECT 2"}.hash()));
}

TEST(Statement, HashesAlikeInEveryProcess)
{
    EXPECT_EQ((statement{"empty", ""}.hash()), 0xcbf29ce484222325ULL); // FNV-1a's published offset basis
    EXPECT_EQ((statement{"a", "a"}.hash()), 0xaf63dc4c8601ec8cULL);    // FNV-1a's published test vector
}

TEST(PreparedName, FollowsFromTextAndTypes)
{
    const statement find{"f", "SELECT $1"};
    const prepared_name name{find, params::of(1)};
    EXPECT_EQ(name.view().size(), 18U);
    EXPECT_EQ(name.view().substr(0, 2), "s_");
    EXPECT_EQ(name.view().find_first_not_of("0123456789abcdef", 2), std::string_view::npos);
    EXPECT_STREQ(name.c_str(), std::string{name.view()}.c_str());
    EXPECT_EQ(name.view(), (prepared_name{find, params::of(2)}.view()));
    EXPECT_NE(name.view(), (prepared_name{find, params::of("2")}.view()));
    EXPECT_NE(name.view(), (prepared_name{find, params::of(1, 1)}.view()));
    EXPECT_NE(name.view(), (prepared_name{statement{"f", "SELECT $2"}, params::of(1)}.view()));
}

} // namespace
} // namespace lightdash::pg
