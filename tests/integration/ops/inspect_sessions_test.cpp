// Who does what, who may be ended, and who waits for whom: planted sessions.
#include "integration/ops/inspecting.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/ops/inspect/connections.hpp"
#include "lightdash/ops/inspect/health.hpp"
#include "lightdash/ops/inspect/locks.hpp"
#include "lightdash/ops/inspect/signal.hpp"

#include <algorithm>
#include <deque>

namespace lightdash::ops {
namespace {

using ::testing::AllOf;
using testing::busy_session;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class InspectSessions : public inspecting {
protected:
    activity_report activity(activity_filter filter = {})
    {
        auto report = look([=](pg::session& on) { return read_activity(on, filter); });
        // The test server has other databases.
        std::erase_if(report.sessions, [&](const auto& one) { return one.database && *one.database != db.name(); });
        return report;
    }
    std::vector<signal_outcome> end(const std::vector<activity_row>& targets, signal_kind kind)
    {
        const auto session = pool.database.exclusive(deadline::after(20s));
        return pool.run(signal_sessions(*session, targets, kind));
    }
};

std::vector<std::int32_t> pids(const std::vector<activity_row>& sessions)
{
    std::vector<std::int32_t> made;
    for (const auto& one : sessions)
        made.push_back(one.pid);
    return made;
}

TEST_F(InspectSessions, RunningQueriesAreListedLongestFirstAndIdleOnesAreNot)
{
    busy_session first{as("first")}, second{as("second")}, idle{as("idle"), "select 1"};
    first.start("select pg_sleep(60)");
    std::this_thread::sleep_for(50ms);
    second.start("select\n  pg_sleep(61)");

    const auto report = activity();
    ASSERT_THAT(pids(report.sessions), ElementsAre(first.pid(), second.pid()));
    const auto& row = report.sessions.front();
    EXPECT_EQ(row.application, "first");
    EXPECT_EQ(row.state, "active");
    EXPECT_EQ(row.kind, "client backend");
    EXPECT_EQ(row.query, "select pg_sleep(60)");
    EXPECT_EQ(row.wait_event, "PgSleep");
    EXPECT_EQ(row.client, "local");
    EXPECT_GT(*row.seconds, 0.0);
    EXPECT_FALSE(row.own);
    EXPECT_EQ(report.hidden.count, 0);

    EXPECT_THAT(pids(activity({.all = true}).sessions), Contains(idle.pid()));
    EXPECT_THAT(activity({.at_least = 1h}).sessions, IsEmpty());
}

TEST_F(InspectSessions, AWaitingSessionNamesItsBlocker)
{
    db.execute("create table t as select 1 as n");
    busy_session holder{as("holder"), "begin; lock table t"}, waiter{as("waiter")};
    waiter.start("select * from t");
    const auto sessions = activity().sessions;
    const auto found = std::ranges::find(sessions, waiter.pid(), &activity_row::pid);
    ASSERT_NE(found, sessions.end());
    EXPECT_THAT(found->blocked_by, ElementsAre(holder.pid()));
}

TEST_F(InspectSessions, ARoleWithoutRightsSeesHowMuchIsHidden)
{
    busy_session other{as("other")};
    other.start("select pg_sleep(60)");
    db.execute("create sequence numbers");
    db.execute(
        "do $$ begin if to_regrole('inspect_blind') is null then create role inspect_blind login; end if; end $$");
    auto options = db.connection();
    options.conninfo = secret{testing::conninfo_with(db.conninfo(), {{"user", "inspect_blind"}})};
    {
        testing::test_pool blind{options};
        const auto report = look_with(blind, [](pg::session& on) { return read_activity(on, {.all = true}); });
        EXPECT_GT(report.hidden.count, 0);
        EXPECT_THAT(hint(report.hidden), HasSubstr("GRANT pg_read_all_stats TO \"inspect_blind\";"));
        const auto found = std::ranges::find(report.sessions, other.pid(), &activity_row::pid);
        ASSERT_NE(found, report.sessions.end());
        EXPECT_TRUE(found->hidden);
        EXPECT_EQ(judge(*found, signal_kind::kill, {}), spared_because::hidden);
        const auto facts = look_with(blind, [](pg::session& on) { return read_health_facts(on); });
        EXPECT_EQ(facts.unread.sequences, 1);
        EXPECT_EQ(judge_unread(facts.unread).light, health_light::unknown);
        look_with(blind, [](pg::session& on) { return read_locks(on); });
        look_with(blind, [](pg::session& on) { return read_connections(on); });
    }
    db.execute("drop role inspect_blind");
}

TEST_F(InspectSessions, OnlyTheOldQueryIsKilledAndTheOlderIdlePooledSessionLives)
{
    busy_session idle{as("a pool"), "select 1"}, in_transaction{as("forgotten"), "begin; select 1"},
        own{as("lightdash-backend")}, old{as("report")}, young{as("quick")};
    own.start("select pg_sleep(60)");
    old.start("select pg_sleep(60)");
    std::this_thread::sleep_for(1100ms);
    young.start("select pg_sleep(60)");

    const auto all = activity({.all = true}).sessions;
    const auto chosen = select_older(all, 1s, signal_kind::kill, {});
    EXPECT_THAT(pids(chosen.targets), ElementsAre(old.pid()));
    EXPECT_THAT(chosen.spared,
                ::testing::UnorderedElementsAre(Field(&spared_session::reason, spared_because::idle_in_transaction),
                                                Field(&spared_session::reason, spared_because::own)));

    const auto outcomes = end(chosen.targets, signal_kind::kill);
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].result, signal_result::signalled);
    EXPECT_THAT(old.ended(), HasSubstr("terminating connection due to administrator command"));
    EXPECT_EQ(idle.connection().value("select 'alive'"), "alive");
    EXPECT_EQ(in_transaction.connection().value("select 'alive'"), "alive");
    EXPECT_TRUE(own.runs());
    EXPECT_TRUE(young.runs());
}

TEST_F(InspectSessions, ACancelEndsTheQueryAndLeavesTheSession)
{
    busy_session session{as("report")};
    session.start("select pg_sleep(60)");
    const auto chosen = select_pids(activity({.all = true}).sessions, {session.pid(), 1}, signal_kind::cancel, {});
    EXPECT_THAT(chosen.unknown, ElementsAre(1));
    ASSERT_THAT(pids(chosen.targets), ElementsAre(session.pid()));
    EXPECT_EQ(end(chosen.targets, signal_kind::cancel)[0].result, signal_result::signalled);
    EXPECT_THAT(session.ended(), HasSubstr("canceling statement due to user request"));
    EXPECT_EQ(session.connection().value("select 'alive'"), "alive");
    const auto again = pool.database.exclusive(deadline::after(20s));
    EXPECT_THAT(pool.run(still_there(*again, chosen.targets)), IsEmpty());
}

TEST_F(InspectSessions, ASessionThatWentOnToAnotherQueryIsNotEnded)
{
    busy_session session{as("report")};
    session.start("select pg_sleep(60)");
    const auto shown = select_pids(activity({.all = true}).sessions, {session.pid()}, signal_kind::kill, {}).targets;
    EXPECT_EQ(end(shown, signal_kind::cancel)[0].result, signal_result::signalled);
    session.ended();
    session.start("select pg_sleep(59)");
    EXPECT_EQ(end(shown, signal_kind::kill)[0].result, signal_result::gone);
    EXPECT_TRUE(session.runs());
}

TEST_F(InspectSessions, ARoleThatMayNotKillSaysWhoMay)
{
    busy_session session{as("report")};
    session.start("select pg_sleep(60)");
    db.execute("do $$ begin if to_regrole('inspect_reader') is null then create role inspect_reader login; end if; end "
               "$$; grant pg_read_all_stats to inspect_reader");
    auto options = db.connection();
    options.conninfo = secret{testing::conninfo_with(db.conninfo(), {{"user", "inspect_reader"}})};
    {
        testing::test_pool reader{options};
        const auto all = look_with(reader, [](pg::session& on) { return read_activity(on, {.all = true}); });
        const auto chosen = select_pids(all.sessions, {session.pid()}, signal_kind::kill, {});
        ASSERT_EQ(chosen.targets.size(), 1u);
        const auto on = reader.database.exclusive(deadline::after(20s));
        const auto outcome = reader.run(signal_sessions(*on, chosen.targets, signal_kind::kill)).at(0);
        EXPECT_EQ(outcome.result, signal_result::refused);
        EXPECT_THAT(outcome.reason, HasSubstr("pg_signal_backend"));
    }
    db.execute("drop role inspect_reader");
    EXPECT_TRUE(session.runs());
}

TEST_F(InspectSessions, AFiveDeepChainOfBlockedSessionsIsDrawnFromItsRoot)
{
    db.execute("create table \"Sales \"\"2026\"\"\" (id int primary key, n int);"
               "insert into \"Sales \"\"2026\"\"\" select i, 0 from generate_series(1, 5) i");
    std::deque<busy_session> chain;
    for (int i = 1; i <= 5; ++i)
        chain.emplace_back(as("s" + std::to_string(i)),
                           "begin; update \"Sales \"\"2026\"\"\" set n = 1 where id = " + std::to_string(i));
    for (std::size_t i = 1; i < 5; ++i)
        chain[i].start("update \"Sales \"\"2026\"\"\" set n = 2 where id = " + std::to_string(i));

    const auto report = look([](pg::session& on) { return read_locks(on); });
    ASSERT_EQ(report.roots.size(), 1u);
    EXPECT_EQ(waiters_below(report.roots[0]), 4u);
    const auto lines = draw_locks(report.roots, false);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_THAT(lines[0], MatchesRegex(std::to_string(chain[0].pid()) +
                                       " postgres@.* s1, idle in transaction, in its transaction for .*"));
    std::string margin;
    for (std::size_t i = 1; i < 5; ++i) {
        EXPECT_THAT(lines[i], AllOf(::testing::StartsWith(margin + "└─ " + std::to_string(chain[i].pid()) + " "),
                                    HasSubstr(" s" + std::to_string(i + 1) + ", active, waits "),
                                    HasSubstr("for ShareLock on a row of public.\"Sales \"\"2026\"\"\" (held: "
                                              "ExclusiveLock)")))
            << lines[i];
        margin += "   ";
    }
}

TEST_F(InspectSessions, WhoIsQueuedBehindAWaiterStandsBelowIt)
{
    db.execute("create table t as select 1 as n");
    busy_session reader{as("reader"), "begin; select * from t"}, migration{as("migration")}, next{as("next")},
        other{as("other"), "begin; select pg_advisory_lock(42)"}, guest{as("guest")};
    migration.start("alter table t add column m int");
    next.start("select * from t");
    guest.start("select pg_advisory_lock(42)");

    const auto roots = look([](pg::session& on) { return read_locks(on); }).roots;
    ASSERT_EQ(roots.size(), 2u);
    EXPECT_EQ(roots[0].session.pid, reader.pid());
    ASSERT_EQ(roots[0].waiters.size(), 1u);
    const auto& middle = roots[0].waiters[0];
    EXPECT_EQ(middle.session.pid, migration.pid());
    EXPECT_EQ(middle.wait->mode, "AccessExclusiveLock");
    EXPECT_EQ(middle.wait->target, "public.t");
    EXPECT_EQ(middle.wait->held_mode, "AccessShareLock");
    ASSERT_EQ(middle.waiters.size(), 1u);
    EXPECT_EQ(middle.waiters[0].session.pid, next.pid());
    EXPECT_FALSE(middle.waiters[0].wait->held_mode);
    EXPECT_EQ(roots[1].waiters.at(0).wait->target, "advisory lock 42");
}

TEST_F(InspectSessions, NobodyWaitingIsNoTree)
{
    const auto report = look([](pg::session& on) { return read_locks(on); });
    EXPECT_THAT(report.roots, IsEmpty());
}

TEST_F(InspectSessions, ConnectionsAreCountedByApplicationAndState)
{
    busy_session one{as("web"), "select 1"}, two{as("web"), "select 1"}, three{as("web"), "begin"};
    one.wait_until("state = 'idle'");
    const auto report = look([](pg::session& on) { return read_connections(on); });
    const auto of = [&](const std::string& state) {
        const auto found = std::ranges::find_if(report.groups, [&](const auto& group) {
            return group.application == "web" && group.database == db.name() && group.state == state;
        });
        return found == report.groups.end() ? 0 : found->connections;
    };
    EXPECT_EQ(of("idle"), 2);
    EXPECT_EQ(of("idle in transaction"), 1);
    EXPECT_EQ(std::to_string(report.limits.max_connections), db.value("show max_connections"));
    EXPECT_EQ(report.limits.superuser_reserved, 3);
    EXPECT_GE(report.limits.used, 4);
    EXPECT_LT(report.limits.available, report.limits.max_connections - report.limits.used);
}

TEST_F(InspectSessions, AnInspectionCannotWriteAndIsBoundedInTime)
{
    static const pg::statement create{"test.create", "create table t (n int)"};
    static const pg::statement limits{
        "test.limits", "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')"};
    EXPECT_EQ(look([](pg::session& on) { return on.one<std::string>(limits); }), "10s 2s");
    EXPECT_THROW(look([](pg::session& on) { return on.execute(create); }), error);
}

} // namespace
} // namespace lightdash::ops
