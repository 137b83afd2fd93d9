// Migrations without a transaction: begun, counted, interrupted, finished (promise D11).
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

class Apart : public ::testing::Test {
protected:
    static migration apart(const std::string& up, const std::string& down = "")
    {
        return made("2_b", up, down, " transaction:off");
    }
    // As a crash leaves it: begun, and so many statements done.
    void begun(const registry& known, int steps, const std::string& state = "applying")
    {
        db.execute(
            "insert into lightdash_migrations (name, batch, checksum, duration_ms, version, state, steps) values "
            "('2_b', 2, '" +
            known.find("2_b")->checksum + "', 0, '1', '" + state + "', " + std::to_string(steps) + ")");
    }
    // As a build that was killed leaves it.
    void invalidate(const std::string& index)
    {
        db.execute("update pg_index set indisvalid = false where indexrelid = '" + index + "'::regclass");
    }
    bool valid(const std::string& index) const
    {
        return db.value("select indisvalid from pg_index where indexrelid = to_regclass('" + index + "')") == "t";
    }
    std::vector<std::string> history() const
    {
        return db.column("select name || ' ' || state || ' ' || steps from lightdash_migrations order by id");
    }
    migrate_error failure_of(const registry& known, migrator_options options = {})
    {
        try {
            here.up(known, std::move(options));
        } catch (const migrate_error& failure) {
            return failure;
        }
        throw std::runtime_error("it did not fail");
    }

    test_database db = test_database::empty();
    migrating here{db};
    const migration table =
        made("1_a", "create table a (b int, c int);\ninsert into a values (1, 1), (2, 2);", "drop table a;");
};

TEST_F(Apart, IsFinishedAfterACrashWithTheInvalidIndexBuiltAgain)
{
    const auto known = known_as({table, apart("create index concurrently a_b on a (b);\n"
                                              "create index concurrently a_c on a (c);")});
    here.up(known_as({table}));
    begun(known, 1);
    db.execute("create index a_b on a (b); create index a_c on a (c)");
    invalidate("a_c");
    const auto before = db.value("select 'a_b'::regclass::oid");

    const auto rows = here.status(known);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].state, migration_state::interrupted);
    EXPECT_THAT(rows[1].detail, HasSubstr("after 1 of 2 statements"));
    EXPECT_THAT(rows[1].detail, HasSubstr("invalid index public.a_c"));
    EXPECT_THAT(here.pending(known), ElementsAre("2_b"));

    std::vector<std::string> notes;
    EXPECT_EQ(here.up(known, {.on_note = [&](const std::string& text) { notes.push_back(text); }}), 1U);
    EXPECT_THAT(notes, ElementsAre("2_b was interrupted: going on with statement 2."));
    EXPECT_TRUE(valid("a_c"));
    EXPECT_EQ(db.value("select 'a_b'::regclass::oid"), before); // not done again
    EXPECT_THAT(history(), ElementsAre("1_a applied 0", "2_b applied 0"));
    EXPECT_EQ(here.status(known)[1].state, migration_state::applied);
}

TEST_F(Apart, TakesAStatementForDoneWhoseCountWasLost)
{
    const auto known = known_as({table, apart("create index concurrently a_b on a (b);\n"
                                              "drop index concurrently a_b;\nvacuum a;")});
    here.up(known_as({table}));
    begun(known, 0);
    db.execute("create index a_b on a (b)"); // valid: only the count is missing
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_EQ(db.value("select to_regclass('a_b') is null"), "t");

    db.execute("delete from lightdash_migrations where name = '2_b'");
    begun(known, 1); // and the index is dropped already
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_THAT(history(), ElementsAre("1_a applied 0", "2_b applied 0"));
}

TEST_F(Apart, CommitsStatementsTogetherWithTheirCount)
{
    const auto known = known_as({table, apart("insert into a values (3, 3);\ninsert into a values (4, 4);\n"
                                              "insert into a values ('x', 5);")});
    const auto failure = failure_of(known);
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), HasSubstr("its first 2 statements were kept"));
    EXPECT_THAT(history(), ElementsAre("1_a applied 0", "2_b applying 2"));
    EXPECT_EQ(db.value("select count(*) from a"), "4");
    EXPECT_EQ(failure_of(known).code(), exit_code::failed); // the same place again, nothing twice
    EXPECT_EQ(db.value("select count(*) from a"), "4");
    db.execute("alter table a alter b type text");
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_THAT(db.column("select b from a order by c"), ElementsAre("1", "2", "3", "4", "x"));
}

TEST_F(Apart, LeavesNothingWhenItsFirstStatementFails)
{
    const auto known = known_as({table, apart("create unique index concurrently a_b on a (b);")});
    here.up(known_as({table}));
    db.execute("insert into a values (1, 1)");
    const auto failure = failure_of(known);
    EXPECT_EQ(failure.sqlstate(), "23505");
    EXPECT_THAT(failure.message(), HasSubstr("nothing of it was kept"));
    EXPECT_THAT(history(), ElementsAre("1_a applied 0"));
    EXPECT_EQ(db.value("select to_regclass('a_b') is null"), "t");
    db.execute("delete from a where ctid = (select max(ctid) from a)");
    EXPECT_EQ(here.up(known), 1U);
}

TEST_F(Apart, FinishesAnInterruptedRevertAndAppliesItAgain)
{
    const auto known = known_as({table, apart("create index concurrently a_b on a (b);\n"
                                              "create index concurrently a_c on a (c);",
                                              "drop index concurrently a_c;\ndrop index concurrently a_b;")});
    here.up(known);
    db.execute("update lightdash_migrations set state = 'reverting', steps = 1 where name = '2_b'; drop index a_c");
    EXPECT_EQ(here.status(known)[1].state, migration_state::interrupted);
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_TRUE(valid("a_b"));
    EXPECT_TRUE(valid("a_c"));

    db.execute("update lightdash_migrations set state = 'reverting', steps = 1 where name = '2_b'; drop index a_c");
    EXPECT_EQ(here.down(known), 1U);
    EXPECT_THAT(history(), ElementsAre("1_a applied 0"));
}

TEST_F(Apart, IsNotRevertedWhileItIsHalfApplied)
{
    const auto known =
        known_as({table, apart("insert into a values (3, 3);\nvacuum a;", "delete from a where b = 3;")});
    here.up(known_as({table}));
    begun(known, 1);
    try {
        here.down(known);
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::half_done);
        EXPECT_THAT(failure.message(), HasSubstr("'migrate' finishes it"));
    }
}

TEST_F(Apart, IsRefusedWhenItsFileChangedSinceTheCrash)
{
    const auto known = known_as({table, apart("vacuum a;")});
    here.up(known_as({table}));
    begun(known, 0);
    const auto failure = failure_of(known_as({table, apart("vacuum full a;")}));
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(failure.message(), HasSubstr("its file was changed since"));
}

// CREATE INDEX IF NOT EXISTS says "already exists, skipping" of an index that PostgreSQL never uses.
TEST_F(Apart, AnInvalidIndexIsBuiltAgainThoughItExists)
{
    here.up(known_as({table}));
    db.execute("create index a_b on a (b)");
    invalidate("a_b");
    EXPECT_EQ(here.up(known_as({table, apart("create unique index concurrently if not exists a_b on a (b);")})), 1U);
    EXPECT_TRUE(valid("a_b"));
    EXPECT_EQ(db.value("select indisunique from pg_index where indexrelid = 'a_b'::regclass"), "t");
}

TEST_F(Apart, AnIndexOfAnotherTableIsNotTakenForTheOneThatExists)
{
    here.up(known_as({table}));
    db.execute("create table other (b int); create index a_b on other (b)");
    const auto failure = failure_of(known_as({table, apart("create index concurrently if not exists a_b on a (b);")}));
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), HasSubstr("was not built"));
    EXPECT_THAT(history(), ElementsAre("1_a applied 0"));
}

TEST_F(Apart, AnInvalidIndexIsNoExistingOneInsideATransactionEither)
{
    here.up(known_as({table}));
    db.execute("create index a_b on a (b)");
    invalidate("a_b");
    const auto inside = known_as({table, made("2_b", "create index if not exists a_b on a (b);")});
    const auto failure = failure_of(inside);
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), HasSubstr("the index public.a_b exists and is invalid"));
    EXPECT_THAT(failure_of(known_as({table, apart("create index if not exists a_b on a (b);")})).message(),
                HasSubstr("the index public.a_b exists and is invalid"));
    db.execute("drop index a_b");
    EXPECT_EQ(here.up(inside), 1U);
    EXPECT_TRUE(valid("a_b"));
}

TEST_F(Apart, AnIndexWhoseTableIsGoneIsNotTakenForDoneAfterACrash)
{
    const auto known = known_as({table, apart("create index concurrently a_b on gone (b);")});
    here.up(known_as({table}));
    begun(known, 0);
    EXPECT_EQ(failure_of(known).sqlstate(), "42P01");
}

TEST_F(Apart, WaitsForAnOldTransactionWithoutAnEndAndTellsOfIt)
{
    here.up(known_as({table}));
    auto reader = db.plain();
    reader.execute("begin isolation level repeatable read; select * from a");
    const auto known = known_as({table, apart("create index concurrently a_b on a (b);")});
    std::vector<std::string> notes;
    std::thread closer([&] {
        std::this_thread::sleep_for(1200ms);
        reader.execute("rollback");
    });
    EXPECT_EQ(
        here.up(known, {.lock_timeout = 100ms, .on_note = [&](const std::string& text) { notes.push_back(text); }}),
        1U);
    closer.join();
    EXPECT_TRUE(valid("a_b"));
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("pid " + std::to_string(reader.backend_pid()))));
}

TEST_F(Apart, LeavesNoSettingBehindOnTheSharedConnections)
{
    here.up(known_as({table, apart("vacuum a;")}));
    for (int i = 0; i < 3; ++i) {
        static const pg::statement show{"test.show", "select current_setting('lock_timeout')"};
        const auto session = here.database.exclusive(deadline::after(5s));
        EXPECT_EQ(here.run(session->one<std::string>(show)), "0");
    }
}

} // namespace
} // namespace lightdash::migrate
