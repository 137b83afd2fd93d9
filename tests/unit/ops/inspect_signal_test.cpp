// Who may be cancelled or killed.
#include "lightdash/ops/inspect/signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

using ::testing::HasSubstr;

activity_row session(const std::string& kind, const std::string& state)
{
    activity_row row;
    row.pid = 7;
    row.kind = kind;
    row.state = state;
    row.seconds = 7200;
    return row;
}

TEST(SignalRules, OnlyActiveClientQueriesMayBeEndedWithoutBeingAskedFor)
{
    const auto verdict = [](const std::string& kind, const std::string& state) {
        return judge(session(kind, state), signal_kind::kill, {});
    };
    EXPECT_EQ(verdict("client backend", "active"), spared_because::nothing);
    EXPECT_EQ(verdict("client backend", "idle"), spared_because::idle);
    EXPECT_EQ(verdict("client backend", "idle in transaction"), spared_because::idle_in_transaction);
    EXPECT_EQ(verdict("client backend", "idle in transaction (aborted)"), spared_because::idle_in_transaction);
    EXPECT_EQ(verdict("walsender", "active"), spared_because::replication);
    EXPECT_EQ(verdict("autovacuum worker", "active"), spared_because::background);
    EXPECT_EQ(verdict("logical replication worker", ""), spared_because::background);
    EXPECT_EQ(verdict("checkpointer", ""), spared_because::background);
    EXPECT_EQ(verdict("parallel worker", "active"), spared_because::background);
}

TEST(SignalRules, EachExceptionIsAskedForByItself)
{
    auto own = session("client backend", "active");
    own.own = true;
    EXPECT_EQ(judge(own, signal_kind::kill, {}), spared_because::own);
    EXPECT_EQ(judge(own, signal_kind::kill, {.idle_in_transaction = true}), spared_because::own);
    EXPECT_EQ(judge(own, signal_kind::kill, {.own = true}), spared_because::nothing);
    own.state = "idle";
    EXPECT_EQ(judge(own, signal_kind::kill, {.own = true}), spared_because::idle);

    const auto forgotten = session("client backend", "idle in transaction");
    EXPECT_EQ(judge(forgotten, signal_kind::kill, {.idle_in_transaction = true}), spared_because::nothing);
    EXPECT_EQ(judge(forgotten, signal_kind::cancel, {.idle_in_transaction = true}), spared_because::no_query);

    auto hidden = session("", "");
    hidden.hidden = true;
    EXPECT_EQ(judge(hidden, signal_kind::kill, {.idle_in_transaction = true, .own = true}), spared_because::hidden);
}

TEST(SignalRules, EveryReasonIsASentenceThatSaysWhatWouldChangeIt)
{
    const auto row = session("walsender", "active");
    EXPECT_THAT(explain(row, spared_because::replication), HasSubstr("replication"));
    EXPECT_THAT(explain(row, spared_because::own), HasSubstr("--own"));
    EXPECT_THAT(explain(row, spared_because::idle_in_transaction), HasSubstr("--idle-in-transaction"));
}

TEST(SignalRules, OlderThanLeavesIdleSessionsOutOfTheListAltogether)
{
    auto young = session("client backend", "active");
    young.seconds = 10;
    const auto chosen =
        select_older({session("client backend", "active"), session("client backend", "idle"), young,
                      session("autovacuum worker", "active"), session("client backend", "idle in transaction")},
                     std::chrono::hours{1}, signal_kind::kill, {});
    EXPECT_EQ(chosen.targets.size(), 1u);
    ASSERT_EQ(chosen.spared.size(), 1u);
    EXPECT_EQ(chosen.spared[0].reason, spared_because::idle_in_transaction);
}

} // namespace
} // namespace lightdash::ops
