// What a migration leaves behind in its session: nothing.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/rehearse.hpp"

#include <gmock/gmock.h>

#include <tuple>

namespace lightdash::migrate {
namespace {

using ::testing::IsEmpty;

class SessionState : public migrating_test {
protected:
    using state = std::tuple<std::string, std::string, std::string, std::int64_t, std::int64_t, std::int64_t>;

    // Of every connection that the pool can have, all held at once.
    std::vector<state> of_all_connections()
    {
        static const pg::statement look{
            "test.session",
            "select current_setting('search_path'), current_setting('statement_timeout'), current_user::text, "
            "(select count(*) from pg_listening_channels()), (select count(*) from pg_class where relpersistence = "
            "'t'), "
            "(select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())"};
        const auto read = [this]() -> task<std::vector<state>> {
            std::vector<pg::transaction> held;
            std::vector<state> seen;
            for (int i = 0; i < 2; ++i) { // the third one is the lane
                held.push_back(co_await here.database.begin({}, deadline::after(5s)));
                seen.push_back(co_await held.back().one<state>(look));
            }
            for (auto& one : held)
                co_await one.rollback();
            co_return seen;
        };
        return here.run(read());
    }
};

TEST_F(SessionState, IsWhatItWasBeforeTheMigrationOnEveryConnectionOfThePool)
{
    const auto role = "owner_" + db.name().substr(db.name().rfind('_') + 1);
    db.execute("create role " + role + "; create schema elsewhere; grant all on schema elsewhere to " + role);
    const auto clean = of_all_connections();
    EXPECT_EQ(here.up(known_as({made("1_a", "set search_path = elsewhere;\nset statement_timeout = '1h';\n"
                                            "listen news;\ncreate temporary table passing (x int);\n"
                                            "select pg_advisory_lock(4711);\nset role " +
                                                role + ";\ncreate table t (x int);")})),
              1U);
    EXPECT_EQ(of_all_connections(), clean);
    EXPECT_EQ(db.value("select tableowner from pg_tables where schemaname = 'elsewhere' and tablename = 't'"), role)
        << "inside the migration it holds";
    EXPECT_EQ(db.value("select count(*) from public.lightdash_migrations"), "1") << "and not for the history";
    db.execute("drop owned by " + role + "; drop role " + role);
}

// ALTER DATABASE and ALTER ROLE change the search path of the connections to come.
TEST_F(SessionState, ASearchPathThatAMigrationGivesTheDatabaseDoesNotHideTheHistory)
{
    const auto known =
        known_as({made("1_a", "create schema app;\nalter database " + db.name() + " set search_path = app;"),
                  made("2_b", "create table b ();", "drop table app.b")});
    EXPECT_EQ(here.up(known), 2U);
    migrating later{db};
    EXPECT_THAT(later.pending(known), IsEmpty());
    EXPECT_EQ(later.status(known)[1].state, migration_state::applied);
    EXPECT_EQ(later.up(known_as({known.all()[0], known.all()[1],
                                 made("3_c", "vacuum;\ncreate table c ();", "drop table c", " transaction:off")})),
              1U);
    EXPECT_EQ(db.value("select count(*) from public.lightdash_migrations"), "3");
    EXPECT_EQ(db.value("select to_regclass('app.lightdash_migrations') is null and to_regclass('app.c') is not null"),
              "t");
}

TEST_F(SessionState, ASchemaThatIsRenamedTakesItsHistoryAlong)
{
    const auto known =
        known_as({made("1_a", "create table a ();"),
                  made("2_b", "alter schema public rename to app;", "alter schema app rename to public;"),
                  made("3_c", "create table app.c ();")});
    EXPECT_EQ(here.up(known), 3U);
    migrating later{db};
    EXPECT_THAT(later.pending(known), IsEmpty());
    EXPECT_EQ(later.down(known, 2), 2U);
    EXPECT_EQ(db.value("select count(*) from public.lightdash_migrations"), "1");
}

TEST_F(SessionState, AMigrationThatDropsTheHistoryIsTakenBack)
{
    const auto known =
        known_as({made("1_a", "create table a ();"), made("2_b", "drop schema public cascade; create schema public;")});
    const auto failure = failure_up(known);
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), ::testing::HasSubstr("drops the table of the history, public.lightdash_migrations"));
    EXPECT_THAT(history(), ::testing::ElementsAre("1_a"));
    EXPECT_TRUE(there("a"));
}

// Whoever keeps a schema for each customer names it in the connection.
TEST_F(SessionState, ASearchPathOfTheConnectionHasAHistoryOfItsOwn)
{
    const auto known = known_as({made("1_a", "create table a ();")});
    here.up(known);
    db.execute("create schema other");
    auto elsewhere = db.connection();
    elsewhere.conninfo = secret{lightdash::testing::conninfo_with(db.conninfo(), {{"options", "-csearch_path=other"}})};
    migrating there{elsewhere};
    EXPECT_EQ(there.pending(known).size(), 1U);
    EXPECT_EQ(there.up(known), 1U);
    EXPECT_EQ(db.value("select to_regclass('other.lightdash_migrations') is not null"), "t");
}

TEST_F(SessionState, OfSeveralHistoriesThatThePathDoesNotReachNoneIsGuessed)
{
    const auto known = known_as({made("1_a", "create table a ();")});
    here.up(known);
    db.execute(
        "create schema other; create table other.lightdash_migrations (like lightdash_migrations including all); "
        "create schema third; alter database " +
        db.name() + " set search_path = third");
    migrating later{db};
    const auto failure = failure_of([&] { later.up(known); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(failure.message(), ::testing::HasSubstr("other.lightdash_migrations, public.lightdash_migrations"));
}

TEST_F(SessionState, OfOneMigrationDoesNotReachTheNextInOneTransaction)
{
    const auto known =
        known_as({made("1_a", "create schema elsewhere;\nset search_path = elsewhere;\nset lock_timeout = "
                              "'9s';"),
                  made("2_b", "create table seen as select current_setting('search_path') as path, "
                              "current_setting('lock_timeout') as bound;")});
    EXPECT_EQ(up(known, {.one_transaction = true}), 2U);
    EXPECT_NE(db.value("select path from public.seen"), "elsewhere");
    EXPECT_NE(db.value("select bound from public.seen"), "9s");
}

TEST_F(SessionState, OfOneMigrationDoesNotReachTheNextInARehearsal)
{
    const auto known =
        known_as({made("1_a", "create schema elsewhere;\nset search_path = elsewhere;\ncreate table t ();"),
                  made("2_b", "create table public.u ();\nalter table u add x int;")});
    const auto seen = here.run(rehearse(here.database, here.clocks, known, {}, {}, deadline::after(20s)));
    EXPECT_EQ(seen.statements.size(), 5U);
    EXPECT_TRUE(untouched());
}

} // namespace
} // namespace lightdash::migrate
