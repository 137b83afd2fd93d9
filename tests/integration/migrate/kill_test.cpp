// Promise D8: SIGKILL at any point of a run, and the next run ends consistent with no step by hand.
#include "integration/migrate/forked_migrator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <sys/wait.h>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using clock = std::chrono::steady_clock;

constexpr int points = 200;
constexpr auto time_for_all = 60s;

// Statements that would fail, or count, when they ran twice.
registry known_migrations()
{
    return known_as(
        {made("001_a",
              "create table a (id int primary key, b int, c int);\n"
              "insert into a select n, n, n from generate_series(1, 500) n;",
              "drop table a;"),
         made("002_b", "create index concurrently a_b on a (b);\ncreate unique index concurrently a_c on a (c);",
              "drop index concurrently a_c;\ndrop index concurrently a_b;", " transaction:off"),
         made("003_c", "alter table a add d int not null default 0;\nupdate a set d = d + 1;",
              "alter table a drop column d;"),
         made("004_d",
              "insert into a values (1001, 1001, 1001);\nupdate a set d = d + 1;\nvacuum a;\n"
              "insert into a values (1002, 1002, 1002);\ndrop index concurrently a_b;\n"
              "create index concurrently a_d on a (d);",
              "drop index concurrently a_d;\ncreate index concurrently a_b on a (b);\n"
              "delete from a where id > 1000;\nupdate a set d = d - 1;",
              " transaction:off"),
         made("005_e", "create table e (id int primary key references a (id));\ninsert into e select id from a;",
              "drop table e;")});
}

class Kill : public ::testing::Test {
protected:
    void reset() const { db.execute("drop schema public cascade; create schema public"); }

    // Columns, and indexes with their validity.
    std::vector<std::string> schema() const
    {
        return db.column("select attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || "
                         "coalesce(' valid ' || i.indisvalid::text, '') from pg_attribute a join pg_class c on c.oid = "
                         "attrelid left join pg_index i on i.indexrelid = c.oid where relnamespace = "
                         "'public'::regnamespace and attnum > 0 and not attisdropped order by 1");
    }

    // By a fresh migrator that knows nothing of what was before.
    void finish_and_check(const std::vector<std::string>& whole, const std::string& when)
    {
        {
            migrating here{db};
            ASSERT_NO_THROW(here.up(known, {.lock_wait = 20s})) << when;
        }
        ASSERT_EQ(schema(), whole) << when;
        ASSERT_EQ(db.value("select count(*) || ' ' || sum(d) from a"), "502 1001") << when;
        ASSERT_EQ(db.value("select count(*) from e"), "502") << when;
        ASSERT_EQ(
            db.value("select count(*) || ' ' || count(*) filter (where state = 'applied') from lightdash_migrations"),
            "5 5")
            << when;
    }

    const registry known = known_migrations();
    const test_database db = test_database::empty();
};

TEST_F(Kill, AtTwoHundredRandomPointsTheNextRunEndsConsistent)
{
    const auto began = clock::now();
    ASSERT_TRUE(ended_within(start_migrating(db, known, true), 20s));
    const auto usual = clock::now() - began;
    const auto whole = schema();

    std::mt19937 random{20261125};
    std::uniform_real_distribution<double> share{0, 1.1};
    int round = 0, cut = 0;
    for (; round < points && clock::now() - began < time_for_all; ++round) {
        const bool up = round % 4 != 3; // every fourth one is killed while it reverts everything
        if (up)
            reset();
        const auto after = std::chrono::duration_cast<clock::duration>(usual * share(random));
        const pid_t child = start_migrating(db, known, up);
        if (!ended_within(child, after)) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            ++cut;
        }
        finish_and_check(whole, "round " + std::to_string(round));
        if (HasFatalFailure())
            return;
    }
    RecordProperty("rounds", round);
    RecordProperty("killed", cut);
    std::printf("killed %d of %d runs, at up to %lld ms\n", cut, round,
                static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(usual).count()));
    EXPECT_GT(cut, round / 3);
    EXPECT_GE(round, 40) << "this machine is too slow for the test to mean anything";
}

} // namespace
} // namespace lightdash::migrate
