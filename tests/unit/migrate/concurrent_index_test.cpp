#include "migrate/run/concurrent_index.hpp"

#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

TEST(ConcurrentIndex, IsFoundInTheStatementThatBuildsIt)
{
    const auto plain = index_built_by("CREATE INDEX CONCURRENTLY Users_Email ON users (email)");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "users_email");
    EXPECT_EQ(plain->table, "users");
    EXPECT_FALSE(plain->rebuilt);

    const auto quoted = index_built_by("-- why\ncreate unique index concurrently if not exists \"A \"\"b\"\"\" on only "
                                       "\"My schema\".\"T\" using btree (a)");
    ASSERT_TRUE(quoted);
    EXPECT_EQ(quoted->name, "A \"b\"");
    EXPECT_EQ(quoted->table, "\"My schema\".\"T\"");

    const auto nameless = index_built_by("create index concurrently on t (a)");
    ASSERT_TRUE(nameless);
    EXPECT_EQ(nameless->name, "");

    const auto rebuilt = index_built_by("reindex index concurrently public.users_email");
    ASSERT_TRUE(rebuilt);
    EXPECT_EQ(rebuilt->name, "users_email");
    EXPECT_TRUE(rebuilt->rebuilt);
}

TEST(ConcurrentIndex, IsNotFoundInOtherStatements)
{
    for (const auto* other :
         {"", "create index i on t (a)", "create table concurrently ()", "drop index concurrently i",
          "create index \"concurrently\" on t (a)", "/* create index concurrently i on t (a) */", "\"",
          "reindex table concurrently t", "create"})
        EXPECT_FALSE(index_built_by(other)) << other;
}

TEST(IndexIfMissing, IsReadFromPlainCreateIndexIfNotExists)
{
    const auto plain =
        index_built_if_missing("create unique index if not exists Users_Email on only app.users (email)");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "users_email");
    EXPECT_EQ(plain->table, "app.users");
    for (const auto* other : {"create index users_email on users (email)", "create table if not exists t ()",
                              "create index concurrently if not exists i on t (a)", "drop index if exists i", "create"})
        EXPECT_FALSE(index_built_if_missing(other)) << other;
}

} // namespace
} // namespace lightdash::migrate
