// Which failures run a transaction again (P25).
#include "pg/pool/retry.hpp"

#include <gtest/gtest.h>

namespace lightdash::pg {
namespace {

using namespace std::chrono_literals;

const error serialization{error_kind::serialization_failure, "collided"};

TEST(Retry, RunsAgainAtMostThreeTimes)
{
    for (int attempt = 0; attempt < 3; ++attempt)
        EXPECT_TRUE(decide_retry(serialization, attempt, 1s, 0.5).again) << attempt;
    EXPECT_FALSE(decide_retry(serialization, 3, 1s, 0.5).again);
}

TEST(Retry, PausesAreJitteredAndGrow)
{
    EXPECT_EQ(decide_retry(serialization, 0, 1s, 0.0).pause, 0ns);
    EXPECT_EQ(decide_retry(serialization, 0, 1s, 0.5).pause, 5ms);
    EXPECT_EQ(decide_retry(serialization, 2, 1s, 0.5).pause, 20ms);
}

TEST(Retry, NeverOutlivesTheDeadline)
{
    EXPECT_FALSE(decide_retry(serialization, 2, 10ms, 0.5).again);
    EXPECT_FALSE(decide_retry(serialization, 0, 0ns, 0.0).again);
}

TEST(Retry, AStatementThatTheServerInvalidatedAndAConnectionThatBrokeRunAgain)
{
    EXPECT_TRUE(decide_retry(error{error_kind::statement_invalidated, ""}, 0, 1s, 0.5).again);
    const error broke = error{error_kind::database_unavailable, ""}.with_poisoned_connection();
    EXPECT_TRUE(decide_retry(broke, 0, 1s, 0.5).again);
}

TEST(Retry, ACommitInDoubtAndWhatAnotherAttemptDoesNotCureNeverRunAgain)
{
    for (auto kind : {error_kind::commit_in_doubt, error_kind::unique_violation, error_kind::deadline_exceeded,
                      error_kind::cancelled, error_kind::database_unavailable, error_kind::pool_saturated})
        EXPECT_FALSE(decide_retry(error{kind, ""}, 0, 1s, 0.5).again) << to_string(kind);
    const error doubt = error{error_kind::commit_in_doubt, ""}.with_poisoned_connection();
    EXPECT_FALSE(decide_retry(doubt, 0, 1s, 0.5).again);
}

TEST(Retry, TheLastFailureKeepsItsKindAndSaysWhenToTryAgain)
{
    const auto last = after_last_attempt(serialization);
    EXPECT_EQ(last.kind(), error_kind::serialization_failure);
    EXPECT_EQ(last.retry_after(), 1s);
    EXPECT_EQ(after_last_attempt(error{error_kind::unique_violation, ""}).retry_after(), 0s);
}

} // namespace
} // namespace lightdash::pg
