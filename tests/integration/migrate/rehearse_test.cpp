#include "lightdash/migrate/rehearse.hpp"

#include "integration/migrate/catalog_reading.hpp"
#include "integration/migrate/migrating.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rehearse : public ::testing::Test {
protected:
    rehearsal rehearsed(const registry& known, migrator_options options = {})
    {
        return here.run(rehearse(here.database, here.clocks, known, {}, std::move(options), deadline::after(30s)));
    }

    test_database db = test_database::empty();
    migrating here{db};
};

TEST_F(Rehearse, ChangesNothingAndReportsTimesAndLocks)
{
    here.up(
        known_as({made("1_a", "create table users (id int primary key, name text);\ninsert into users values (1);")}));
    const auto before = described(db).text();
    const auto known = known_as({made("1_a", "create table users (id int primary key, name text);\n"
                                             "insert into users values (1);"),
                                 made("2_b", "alter table users add email text;\nselect pg_sleep(0.1);"),
                                 made("3_c", "create index concurrently i on users (name);", "", " transaction:off"),
                                 made("4_d", "create table t (id int references users (id));\n"
                                             "create index u on users (email);")});
    const auto seen = rehearsed(known);
    EXPECT_EQ(described(db).text(), before);
    EXPECT_THAT(db.column("select name from lightdash_migrations"), ElementsAre("1_a"));

    EXPECT_THAT(seen.not_rehearsed, ElementsAre("3_c"));
    ASSERT_EQ(seen.statements.size(), 4U);
    EXPECT_EQ(seen.statements[0].place, "migrations/2_b.sql:2");
    ASSERT_EQ(seen.statements[0].locks.size(), 1U);
    EXPECT_EQ(seen.statements[0].locks[0].table, "public.users");
    EXPECT_EQ(seen.statements[0].locks[0].mode, "ACCESS EXCLUSIVE");
    EXPECT_EQ(seen.statements[0].locks[0].waiting, 0U);
    EXPECT_GE(seen.statements[1].took.count(), 100);
    EXPECT_THAT(seen.statements[1].locks, IsEmpty());
    ASSERT_EQ(seen.statements[2].locks.size(), 1U); // the new table; users is locked harder already
    EXPECT_EQ(seen.statements[2].locks[0].table, "public.t");
}

TEST_F(Rehearse, LeavesOutWhatNoRollbackTakesBack)
{
    const auto seen = rehearsed(known_as({
        made("1_a", "create table t (a int);"),
        made("2_slot", "select pg_create_physical_replication_slot('of_a_rehearsal');"),
    }));
    EXPECT_THAT(seen.not_rehearsed, ElementsAre("2_slot"));
    EXPECT_EQ(seen.statements.size(), 1U);
    EXPECT_EQ(db.value("select count(*) from pg_replication_slots where slot_name = 'of_a_rehearsal'"), "0");
}

TEST_F(Rehearse, CountsTheSessionsThatWait)
{
    db.execute("create table users (id int)");
    const auto known = known_as({made("1_a", "alter table users add email text;\nselect pg_sleep(0.6);")});
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            auto session = db.plain();
            for (int round = 0; round < 20; ++round) {
                session.execute("select * from users");
                std::this_thread::sleep_for(50ms);
            }
        });
    const auto seen = rehearsed(known);
    for (auto& reader : readers)
        reader.join();
    ASSERT_EQ(seen.statements.size(), 2U);
    ASSERT_EQ(seen.statements[1].locks.size(), 1U);
    EXPECT_EQ(seen.statements[1].locks[0].table, "public.users");
    EXPECT_EQ(seen.statements[1].locks[0].waiting, 3U);
}

TEST_F(Rehearse, FailsAsTheMigrationWouldAndLeavesNoLock)
{
    const auto known = known_as({made("1_a", "create table a ();"), made("2_b", "create table b (c nonsense);")});
    try {
        rehearsed(known);
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::failed);
        EXPECT_THAT(failure.message(), HasSubstr("migrations/2_b.sql:2"));
    }
    EXPECT_EQ(db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace"), "0");
    EXPECT_EQ(here.up(known_as({made("1_a", "create table a ();")}), {.lock_wait = 1s}), 1U);
}

TEST_F(Rehearse, UnderTheLockOfATableThatIsNotThereYetMakesNone)
{
    const auto known = known_as({made("1_a", "create table a (x int);")});
    const auto seen =
        here.run(rehearse(here.database, here.clocks, known, {}, {.lock = lock_kind::table}, deadline::after(20s)));
    EXPECT_EQ(seen.statements.size(), 1U);
    EXPECT_EQ(db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace"), "0");
    here.up(known, {.lock = lock_kind::table});
    EXPECT_TRUE(
        here.run(rehearse(here.database, here.clocks, known, {}, {.lock = lock_kind::table}, deadline::after(20s)))
            .statements.empty());
}

} // namespace
} // namespace lightdash::migrate
