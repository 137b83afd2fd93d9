#include "lightdash/sql/schema/schema_statement.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <source_location>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TableLock, ConflictsAsTheManualsTableSays)
{
    using enum table_lock;
    EXPECT_FALSE(conflicts(share_row_exclusive, access_share)) << "reads go on";
    EXPECT_TRUE(conflicts(share_row_exclusive, row_exclusive)) << "writes wait";
    EXPECT_FALSE(conflicts(share, share)) << "two indexes at once";
    EXPECT_TRUE(conflicts(share_update_exclusive, share_update_exclusive));
    EXPECT_FALSE(conflicts(share_update_exclusive, row_exclusive));
    for (int one = 0; one < 8; ++one) {
        EXPECT_TRUE(conflicts(access_exclusive, table_lock(one)));
        for (int other = 0; other < 8; ++other)
            EXPECT_EQ(conflicts(table_lock(one), table_lock(other)), conflicts(table_lock(other), table_lock(one)));
    }
    EXPECT_EQ(to_string(share_update_exclusive), "SHARE UPDATE EXCLUSIVE");
}

TEST(SchemaStatement, SaysWhatItLocks)
{
    schema_builder schema;
    schema.create_table("notes", [](table& t) { t.integer("user_id").references("users.id").index(); });
    schema.alter_table("users", [](table& t) {
        t.index("email").concurrently();
        t.integer("age");
    });
    const auto made = compile(schema);
    ASSERT_EQ(made.size(), 5U);
    EXPECT_THAT(made[0].locks, IsEmpty());
    EXPECT_THAT(made[1].locks, ElementsAre(locked_table{"notes", table_lock::share_row_exclusive},
                                           locked_table{"users", table_lock::share_row_exclusive}));
    EXPECT_THAT(made[2].locks, ElementsAre(locked_table{"notes", table_lock::share}));
    EXPECT_THAT(made[3].locks, ElementsAre(locked_table{"users", table_lock::access_exclusive}));
    EXPECT_THAT(made[4].locks, ElementsAre(locked_table{"users", table_lock::share_update_exclusive}));
    EXPECT_TRUE(made[3].transactional);
    EXPECT_FALSE(made[4].transactional);
}

TEST(SchemaStatement, KnowsTheLineThatDescribedIt)
{
    schema_builder schema;
    const int first = static_cast<int>(std::source_location::current().line());
    schema.alter_table("users", [](table& t) {
        t.text("nick").index();
        t.drop_column("age");
        t.index({"a", "b"});
        t.unique("c");
        t.drop_not_null("d");
        t.drop_index("e");
    });
    schema.drop_table("old");
    schema.raw("select 1");
    std::vector<int> lines;
    for (const auto& statement : compile(schema))
        lines.push_back(statement.line - first);
    EXPECT_THAT(lines, ElementsAre(2, 2, 3, 4, 5, 6, 7, 9, 10));
}

TEST(SchemaStatement, KnowsWhatPostgresqlRefusesInsideATransaction)
{
    for (const auto* alone :
         {"vacuum", "VACUUM (analyze) users", "create index concurrently on t (a)",
          "CREATE UNIQUE INDEX /* of /* many */ */ CONCURRENTLY if not exists x on t (a)",
          "drop index -- later\n concurrently x", "reindex (verbose) table concurrently users", "reindex database x",
          "reindex table CONCURRENTLY t", "alter table a detach partition b concurrently", "alter system set a = 1",
          "create database x", "drop database x", "create tablespace x location '/'", "drop tablespace x", "cluster",
          "alter database x set tablespace y", "create subscription s connection '' publication p"})
        EXPECT_FALSE(runs_in_transaction(alone)) << alone;
    for (const auto* inside :
         {"select 'create index concurrently'", "create index \"concurrently\" on t (a)", "create table vacuum (a int)",
          "refresh materialized view concurrently v", "reindex table users", "cluster users", "",
          "alter table \"detach\" add column a text default 'detach partition concurrently'",
          "alter database x set work_mem = '1MB'", "-- vacuum\nselect 1", "insert into t values ('x')"})
        EXPECT_TRUE(runs_in_transaction(inside)) << inside;
}

} // namespace
} // namespace lightdash::sql
