// migrate:verify's core: each way down against its way up, on a database of its own.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<verified_migration> verify_on_scratch(const registry& known)
{
    const auto scratch = test_database::empty();
    migrating on{scratch};
    return on.run(verify(on.database, on.clocks, known, {}, deadline::after(50s)));
}

std::vector<std::string> sentences(const std::vector<catalog_difference>& differences)
{
    std::vector<std::string> made;
    for (const auto& one : differences)
        made.push_back(one.sentence);
    return made;
}

TEST(Verify, EveryShippedMigrationIsUndoneExactly)
{
    const auto known = registry::compiled_in();
    const auto seen = verify_on_scratch(known);
    EXPECT_EQ(seen.size(), known.all().size());
    for (const auto& one : seen) {
        EXPECT_TRUE(one.exact()) << one.name;
        EXPECT_THAT(sentences(one.after_down), IsEmpty()) << one.name;
        EXPECT_THAT(sentences(one.after_up), IsEmpty()) << one.name;
    }
}

TEST(Verify, AWrongWayDownIsCaughtAndTheDifferenceNamed)
{
    const auto seen = verify_on_scratch(known_as({
        made("001_t",
             "create table t (a integer not null, b text); create function f() returns int language sql as "
             "'select 1'",
             "drop table t; drop function f()"),
        made("002_wrong", "alter table t alter a drop not null; create index t_b on t (b); alter table t add c int",
             "drop index t_b; alter table t drop c"),
        made("003_leaves_behind", "create type mood as enum ('sad'); create table m (mood mood)",
             "drop table m; alter type mood rename to old_mood"),
    }));
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_TRUE(seen[0].exact());
    EXPECT_THAT(sentences(seen[1].after_down),
                ElementsAre("column a of public.t is \"integer\", expected \"integer not null\""));
    EXPECT_THAT(sentences(seen[1].after_up), IsEmpty());
    EXPECT_THAT(sentences(seen[2].after_down), ElementsAre("enum public.old_mood is not expected: 'sad'"));
    EXPECT_THAT(sentences(seen[2].after_up), ElementsAre("enum public.old_mood is not expected: 'sad'"));
    EXPECT_FALSE(seen[2].exact());
}

TEST(Verify, ADroppedColumnThatComesBackLastIsExactEnough)
{
    const auto seen = verify_on_scratch(known_as({
        made("001_t", "create table t (a integer, b text)", "drop table t"),
        made("002_drop_a", "alter table t drop a", "alter table t add a integer"),
    }));
    EXPECT_THAT(sentences(seen[1].after_down),
                ElementsAre("the columns of public.t stand in the order b, a, expected a, b"));
    EXPECT_TRUE(seen[1].exact());
}

TEST(Verify, AMigrationWithoutAWayDownIsOnlyApplied)
{
    const auto seen = verify_on_scratch(known_as({made("001_t", "create table t (a integer)", ""),
                                                  made("002_u", "create table u (a integer)", "drop table u")}));
    EXPECT_FALSE(seen[0].reversible);
    EXPECT_TRUE(seen[1].exact());
}

TEST(Verify, AWayUpThatCannotBeRepeatedEndsTheCheckAndTheWayDownIsBlamed)
{
    try {
        verify_on_scratch(known_as({made("001_t", "create table t (a integer)", "select 1")}));
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::history);
        EXPECT_THAT(refused.message(), StartsWith("001_t cannot be applied again after its way down: after it, table "
                                                  "public.t is not expected"));
        EXPECT_THAT(refused.message(), HasSubstr("relation \"t\" already exists"));
    }
    try {
        verify_on_scratch(known_as({made("001_t", "create table t (a integer primary key)", "drop table t"),
                                    made("002_row", "insert into t values (1)", "select 1")}));
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("something else that stays, such as rows or roles"));
    }
}

TEST(Verify, AWayUpThatWasNeverAcceptedIsAFailedMigration)
{
    try {
        verify_on_scratch(known_as({made("001_t", "create table t (a nonsense)", "drop table t")}));
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::failed);
        EXPECT_THAT(refused.message(), StartsWith("Migration 001_t (up) failed"));
    }
}

} // namespace
} // namespace lightdash::migrate
