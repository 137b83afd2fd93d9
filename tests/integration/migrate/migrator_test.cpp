// Promises D8, D9, D10, D12, D13 and D15 of the migrations, each against a real server.
#include "integration/migrate/migrating.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <functional>
#include <optional>
#include <thread>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Migrator : public ::testing::Test {
protected:
    std::string table_exists(const std::string& name) const
    {
        return db.value("select to_regclass('" + name + "') is not null");
    }
    std::vector<std::string> history() const { return db.column("select name from lightdash_migrations order by id"); }

    // Waits, beside the code under test, until a statement like this one runs.
    void wait_for_statement(const std::string& pattern) const
    {
        auto witness = db.plain();
        for (int i = 0; i < 2000; ++i) {
            if (witness.value(
                    "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' "
                    "and pid <> pg_backend_pid() and query like '" +
                    pattern + "'") != "0")
                return;
            std::this_thread::sleep_for(5ms);
        }
        throw std::runtime_error("no such statement ran");
    }

    static migrate_error failure_of(const std::function<void()>& work)
    {
        try {
            work();
        } catch (const migrate_error& failure) {
            return failure;
        }
        throw std::runtime_error("it did not fail");
    }

    test_database db = test_database::empty();
};

TEST_F(Migrator, AppliesEverythingOnceAndSaysSo)
{
    migrating here{db};
    const auto known = registry::compiled_in();
    ASSERT_GE(known.all().size(), 9U);
    std::vector<std::string> told;
    EXPECT_EQ(here.up(known, {.on_step = [&](const progress& step) { told.push_back(step.name); }}),
              known.all().size());
    EXPECT_EQ(told, history());
    EXPECT_EQ(here.up(known), 0U);
    EXPECT_THAT(here.pending(known), IsEmpty());

    const auto rows = here.status(known);
    ASSERT_EQ(rows.size(), known.all().size());
    for (const auto& row : rows) {
        EXPECT_EQ(row.state, migration_state::applied) << row.name;
        EXPECT_EQ(row.batch, 1);
        EXPECT_THAT(row.applied_at, ::testing::MatchesRegex("2[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z"));
    }
    EXPECT_THAT(db.column("select distinct version from lightdash_migrations"), ElementsAre(known.program_version()));
}

TEST_F(Migrator, ReadsADatabaseThatWasNeverMigratedAndCreatesNothing)
{
    migrating here{db};
    const auto known = known_as({made("1_a", "select 1;"), made("2_b", "select 1;")});
    EXPECT_THAT(here.pending(known), ElementsAre("1_a", "2_b"));
    EXPECT_THAT(here.status(known), SizeIs(2));
    EXPECT_EQ(here.down(known), 0U);
    EXPECT_EQ(db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace"), "0");
}

TEST_F(Migrator, RevertsTheLastOnesNewestFirst)
{
    migrating here{db};
    const auto known = known_as({made("1_a", "create table a ();", "drop table a;"),
                                 made("2_b", "create table b ();", "drop table b;"),
                                 made("3_c", "create table c ();", "drop table c;")});
    here.up(known);
    EXPECT_EQ(here.down(known, 2), 2U);
    EXPECT_THAT(history(), ElementsAre("1_a"));
    EXPECT_EQ(table_exists("b"), "f");
    EXPECT_EQ(here.down(known, 5), 1U);
    EXPECT_THAT(history(), IsEmpty());
}

TEST_F(Migrator, CountsOneBatchPerRun)
{
    migrating here{db};
    here.up(known_as({made("1_a", "select 1;"), made("2_b", "select 1;")}));
    here.up(known_as({made("1_a", "select 1;"), made("2_b", "select 1;"), made("3_c", "select 1;")}));
    EXPECT_THAT(db.column("select batch from lightdash_migrations order by id"), ElementsAre("1", "1", "2"));
}

TEST_F(Migrator, LeavesNothingOfAFailedMigrationAndNamesThePlace)
{
    migrating here{db};
    const auto known = known_as({made("1_a", "create table a ();"),
                                 made("2_b", "create table b ();\n\ncreate table c (\n  d int,\n  e nonsense\n);")});
    const auto failure = failure_of([&] { here.up(known); });
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_EQ(failure.sqlstate(), "42704");
    EXPECT_THAT(failure.message(), HasSubstr("Migration 2_b (up) failed at statement 2 of 2, nothing of it was kept"));
    EXPECT_THAT(failure.message(), HasSubstr("type \"nonsense\" does not exist (SQLSTATE 42704)"));
    EXPECT_THAT(failure.message(), HasSubstr("migrations/2_b.sql:6:   e nonsense"));
    EXPECT_THAT(history(), ElementsAre("1_a"));
    EXPECT_EQ(table_exists("a"), "t");
    EXPECT_EQ(table_exists("b"), "f");
}

TEST_F(Migrator, RefusesAnEditedFile)
{
    migrating here{db};
    here.up(known_as({made("1_a", "create table a ();")}));
    const auto edited = known_as({made("1_a", "create table a (b int);"), made("2_b", "create table b ();")});
    const auto failure = failure_of([&] { here.up(edited); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(failure.message(), HasSubstr("1_a was changed after it was applied"));
    EXPECT_EQ(table_exists("b"), "f");
    EXPECT_EQ(here.status(edited)[0].state, migration_state::changed);
    EXPECT_EQ(failure_of([&] { here.down(edited); }).code(), exit_code::history);
}

TEST_F(Migrator, ToleratesADatabaseThatANewerProgramMigrated)
{
    migrating here{db};
    here.up(known_as({made("1_a", "select 1;"), made("2_b", "select 1;")}, "1.10.0"));
    const auto older = known_as({made("1_a", "select 1;")}, "1.9.9");
    EXPECT_EQ(here.up(older), 0U);
    EXPECT_THAT(here.pending(older), IsEmpty());
    EXPECT_EQ(here.status(older)[1].state, migration_state::newer);
    EXPECT_THAT(failure_of([&] { here.down(older); }).message(),
                HasSubstr("2_b was applied by the newer program 1.10.0: use that program to revert it"));
}

TEST_F(Migrator, RefusesToGoOnWhenTheFileOfTheNewestMigrationIsGone)
{
    migrating here{db};
    here.up(known_as({made("1_a", "select 1;"), made("2_b", "select 1;")}));
    const auto without = known_as({made("1_a", "select 1;")});
    EXPECT_EQ(here.status(without)[1].state, migration_state::missing);
    EXPECT_EQ(failure_of([&] { here.up(without); }).code(), exit_code::history);
}

TEST_F(Migrator, AppliesEachMigrationOnceWhenTenRunAtTheSameTime)
{
    const auto known = registry::compiled_in();
    std::vector<std::unique_ptr<migrating>> deployers;
    std::vector<std::thread> threads;
    std::vector<std::size_t> applied(10);
    std::vector<std::string> failures(10);
    for (std::size_t i = 0; i < applied.size(); ++i)
        deployers.push_back(std::make_unique<migrating>(db));
    for (std::size_t i = 0; i < applied.size(); ++i)
        threads.emplace_back([&, i] {
            try {
                applied[i] = deployers[i]->up(known);
            } catch (const std::exception& failure) {
                failures[i] = failure.what();
            }
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_THAT(failures, ::testing::Each(""));
    std::size_t sum = 0;
    for (const auto count : applied)
        sum += count;
    EXPECT_EQ(sum, known.all().size());
    EXPECT_THAT(history(), SizeIs(known.all().size()));
    EXPECT_THAT(db.column("select distinct batch from lightdash_migrations"), ElementsAre("1"));
}

TEST_F(Migrator, LeavesNothingAndNoLockWhenItsBackendDies)
{
    migrating here{db};
    const auto slow = known_as({made("1_a", "create table a ();\nselect pg_sleep(30);")});
    std::thread killer([&] {
        wait_for_statement("%pg_sleep(30)%");
        db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> "
            "pg_backend_pid() and datname = current_database()");
    });
    const auto failure = failure_of([&] { here.up(slow); });
    killer.join();
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), HasSubstr("1_a"));
    EXPECT_EQ(table_exists("a"), "f");

    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(here.up(known_as({made("1_a", "create table a ();")})), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    EXPECT_EQ(table_exists("a"), "t");
}

TEST_F(Migrator, LeavesEachMigrationAppliedOrNotWhereverItIsCut)
{
    const auto known = registry::compiled_in();
    for (int round = 0; round < 10; ++round) {
        const auto target = test_database::empty();
        std::thread cutter([&] {
            auto witness = target.plain();
            // A different migration each time: as soon as so many are in the history.
            for (int i = 0; i < 1000; ++i) {
                std::this_thread::sleep_for(1ms);
                if (witness.value("select to_regclass('lightdash_migrations')").empty())
                    continue;
                if (std::stoi(witness.value("select count(*) from lightdash_migrations")) >= round)
                    break;
            }
            witness.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> "
                "pg_backend_pid()");
        });
        std::size_t by_first = 0;
        {
            migrating first{target};
            try {
                by_first = first.up(known);
            } catch (const migrate_error&) {
                by_first = 0; // some of them, the history knows
            }
        }
        cutter.join();
        const auto kept = target.value("select to_regclass('lightdash_migrations')").empty()
                              ? std::size_t{0}
                              : std::stoul(target.value("select count(*) from lightdash_migrations"));
        EXPECT_GE(kept, by_first);
        migrating second{target};
        EXPECT_EQ(second.up(known), known.all().size() - kept) << "round " << round;
        EXPECT_THAT(second.pending(known), IsEmpty());
    }
}

TEST_F(Migrator, MakesOneBatchOfWhatAnotherMigratorAppliedBetweenItsOwn)
{
    const auto known =
        known_as({made("1_a", "create table a ();"), made("2_b", "create table b ();"), made("3_c", "select 1;")});
    migrating first{db};
    migrating second{db};
    std::size_t by_second = 0;
    const auto by_first = first.up(known, {.on_step = [&](const progress&) { by_second = second.up(known); }});
    EXPECT_EQ(by_first, 1U);
    EXPECT_EQ(by_second, 2U);
    EXPECT_THAT(db.column("select batch from lightdash_migrations order by id"), ElementsAre("1", "1", "1"));
}

TEST_F(Migrator, WaitsForAnotherMigratorNoLongerThanItMay)
{
    migrating here{db};
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    const auto known = known_as({made("1_a", "create table a ();")});
    const auto failure = failure_of([&] { here.up(known, {.lock_wait = 300ms}); });
    EXPECT_EQ(failure.code(), exit_code::locked);
    EXPECT_THAT(failure.message(), HasSubstr("Another migrator"));
    EXPECT_THAT(failure.message(), HasSubstr("pid " + std::to_string(other.backend_pid())));

    std::thread unlocker([&] {
        std::this_thread::sleep_for(300ms);
        other.execute("rollback");
    });
    EXPECT_EQ(here.up(known, {.lock_wait = 20s}), 1U);
    unlocker.join();
}

TEST_F(Migrator, TriesAgainWhenATableIsInUseAndGivesUpAfterFiveTries)
{
    migrating here{db};
    db.execute("create table busy ()");
    auto reader = db.plain();
    reader.execute("begin; select * from busy");
    const auto known = known_as({made("1_a", "alter table busy add a int;")});
    const auto failure = failure_of([&] { here.up(known, {.lock_timeout = 20ms}); });
    EXPECT_EQ(failure.code(), exit_code::locked);
    EXPECT_EQ(failure.sqlstate(), "55P03");

    std::thread closer([&] {
        wait_for_statement("alter table busy%");
        std::this_thread::sleep_for(100ms);
        reader.execute("rollback");
    });
    EXPECT_EQ(here.up(known, {.lock_timeout = 50ms}), 1U);
    closer.join();
}

TEST_F(Migrator, RunsStatementsOutsideOfATransactionWhenAsked)
{
    migrating here{db};
    const auto known =
        known_as({made("1_a", "create table a (b int);"), made("2_b", "create index concurrently a_b on a (b);",
                                                               "drop index concurrently a_b;", " transaction:off")});
    EXPECT_EQ(here.up(known), 2U);
    EXPECT_EQ(table_exists("a_b"), "t");
    EXPECT_EQ(here.down(known), 1U);
    EXPECT_EQ(table_exists("a_b"), "f");
}

TEST_F(Migrator, RollsBackWhenItIsCancelled)
{
    migrating here{db};
    const auto known = known_as({made("1_a", "create table a ();\nselect pg_sleep(31);")});
    migrator worker{here.database, here.clocks, known, {}};
    asio::cancellation_signal interrupt;
    std::exception_ptr failure;
    bool ended = false;
    asio::co_spawn(here.context, worker.up(deadline::after(50s)),
                   asio::bind_cancellation_slot(interrupt.slot(), [&](std::exception_ptr e, std::size_t) {
                       failure = e;
                       ended = true;
                   }));
    std::thread interrupter([&] {
        wait_for_statement("%pg_sleep(31)%");
        asio::post(here.context, [&] { interrupt.emit(asio::cancellation_type::terminal); });
    });
    const auto limit = std::chrono::steady_clock::now() + 10s;
    while (!ended && std::chrono::steady_clock::now() < limit)
        here.context.run_one_for(100ms);
    interrupter.join();
    ASSERT_TRUE(ended);
    try {
        std::rethrow_exception(failure);
    } catch (const error& cancelled) {
        EXPECT_EQ(exit_code_of(cancelled), exit_code::interrupted);
    }
    here.context.restart();
    EXPECT_EQ(here.up(known_as({made("1_a", "create table a ();")}), {.lock_wait = 5s}), 1U);
    EXPECT_EQ(table_exists("a"), "t");
}

TEST_F(Migrator, SaysThatTheDatabaseIsUnreachable)
{
    pg::connection_options nowhere;
    nowhere.conninfo = secret{"host=127.0.0.1 port=1 user=nobody dbname=nothing"};
    migrating here{nowhere};
    const auto known = known_as({made("1_a", "select 1;")});
    migrator worker{here.database, here.clocks, known, {}};
    EXPECT_EQ(failure_of([&] { here.run(worker.up(deadline::after(2s))); }).code(), exit_code::unreachable);
}

} // namespace
} // namespace lightdash::migrate
