// The shared read lane against a real server.
#include "pool_fixture.hpp"

namespace lightdash::pg {
namespace {

const statement square{"lane.square", "SELECT $1::int * $1::int"};
const statement divide{"lane.divide", "SELECT 1 / $1::int"};

task<void> ask_square(database& db, std::int32_t of, std::chrono::milliseconds limit = 5s)
{
    auto reads = db.reads(deadline::after(limit));
    const auto got = co_await reads->one<std::int32_t>(square, of);
    if (got != of * of)
        throw error{error_kind::internal, "somebody else's answer"};
}

task<void> ask_quotient(database& db, std::int32_t by)
{
    auto reads = db.reads(deadline::after(5s));
    co_await reads->one<std::int32_t>(divide, by);
}

task<void> sleep_on_lane(database& db, double seconds, std::chrono::milliseconds limit)
{
    static const statement sleep{"lane.sleep", "SELECT pg_sleep($1)"};
    auto reads = db.reads(deadline::after(limit));
    co_await reads->execute(sleep, seconds);
}

TEST(Lane, TheReadsOfOneTurnTravelInBatchesOfAtMost64AndEachGetsItsOwnAnswer)
{
    world w;
    w.run(ask_square(*w.db, 1));
    const auto before = w.db->stats();
    tally asked;
    for (int i = 0; i < 200; ++i)
        w.spawn(asked, ask_square(*w.db, i));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(asked.succeeded, 200) << asked.last_message;
    const auto after = w.db->stats();
    EXPECT_EQ(after.lane_statements + after.lane_overflow - before.lane_statements, 200U);
    EXPECT_GE(after.lane_batches - before.lane_batches, 4U);
    EXPECT_LE(after.lane_batches - before.lane_batches, 50U) << "how many ride together depends on the machine's pace";
}

TEST(Lane, AFailingStatementFailsOnlyItsOwnerAndTheSkippedAreSentAgain)
{
    world w;
    w.run(ask_square(*w.db, 1));
    tally quotients, squares;
    for (int i = 0; i < 60; ++i) {
        w.spawn(quotients, ask_quotient(*w.db, i % 10));
        w.spawn(squares, ask_square(*w.db, i));
    }
    ASSERT_TRUE(w.join());
    EXPECT_EQ(squares.succeeded, 60) << squares.last_message;
    EXPECT_EQ(quotients.succeeded, 54);
    EXPECT_EQ(quotients.failures(), 6);
    EXPECT_GT(w.db->stats().lane_resent, 0U);
}

TEST(Lane, AnUnusedLaneIsGivenToWhoNeedsAConnection)
{
    world w{{.min = 1, .max = 3, .lanes = 2}};
    w.run(ask_square(*w.db, 1));
    ASSERT_EQ(w.db->stats().lanes, 1U);
    w.turn(300ms);
    tally writers;
    for (int i = 0; i < 3; ++i)
        w.spawn(writers, hold(w, 200ms));
    EXPECT_TRUE(w.turn_until([&] { return w.db->stats().used == 3; }, 150ms)) << "all of the pool";
    tally reader;
    w.spawn(reader, ask_square(*w.db, 2));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(writers.succeeded, 3) << writers.last_message;
    EXPECT_EQ(reader.succeeded, 1) << reader.last_message;
}

TEST(Lane, ALaneThatFallsQuietIsGivenToWhoWaitsAlready)
{
    world w{{.min = 1, .max = 2, .lanes = 1}};
    w.run(ask_square(*w.db, 1));
    tally writers;
    w.spawn(writers, hold(w, 2500ms));
    w.spawn(writers, hold(w, 1ms));
    EXPECT_TRUE(w.turn_until([&] { return writers.succeeded == 1; }, 2s)) << "long before the first is done";
    ASSERT_TRUE(w.join());
    EXPECT_EQ(writers.succeeded, 2) << writers.last_message;
}

TEST(Lane, ALaneInUseStaysALane)
{
    world w{{.min = 1, .max = 2, .lanes = 1}};
    tally readers, writers;
    w.run(ask_square(*w.db, 1));
    for (int i = 0; i < 8; ++i)
        w.spawn(writers, hold(w, 50ms));
    for (int i = 0; i < 40; ++i) {
        w.spawn(readers, ask_square(*w.db, i));
        w.turn(10ms);
        EXPECT_EQ(w.db->stats().lanes, 1U);
    }
    ASSERT_TRUE(w.join());
    EXPECT_EQ(readers.succeeded, 40) << readers.last_message;
    EXPECT_LT(readers.longest, 300ms) << "no read waits behind the writers, who take 400 ms";
}

TEST(Lane, AFlightOfReadsIsAnswered)
{
    world w;
    statement_batch both;
    const auto first = both.add(square, 3);
    const auto second = both.add(square, 4);
    auto reads = w.db->reads(deadline::after(5s));
    w.run(reads->send(both));
    EXPECT_EQ(both.one<std::int32_t>(first), 9);
    EXPECT_EQ(both.one<std::int32_t>(second), 16);
}

TEST(Lane, ASlowStatementSendsTheQuickOnesElsewhere)
{
    world w;
    w.run(ask_square(*w.db, 1));
    tally slow, quick;
    w.spawn(slow, sleep_on_lane(*w.db, 1.0, 5s));
    w.turn(20ms);
    for (int round = 0; round < 20; ++round) {
        w.spawn(quick, ask_square(*w.db, round));
        w.turn(10ms);
    }
    EXPECT_EQ(quick.succeeded, 20) << quick.last_message;
    EXPECT_LT(quick.longest, 500ms);
    EXPECT_EQ(slow.succeeded, 0) << "still asleep";
    ASSERT_TRUE(w.join());
    EXPECT_EQ(slow.succeeded, 1);
}

TEST(Lane, WhenEveryLaneIsSlowReadsOverflowToExclusiveConnections)
{
    world w{{.min = 2, .max = 6}};
    w.run(ask_square(*w.db, 1));
    tally slow, quick;
    for (int i = 0; i < 2; ++i) {
        w.spawn(slow, sleep_on_lane(*w.db, 1.0, 5s));
        w.turn(100ms);
    }
    for (int i = 0; i < 50; ++i)
        w.spawn(quick, ask_square(*w.db, i));
    w.turn(400ms);
    EXPECT_EQ(quick.succeeded, 50) << quick.last_message;
    EXPECT_GT(w.db->stats().lane_overflow, 0U);
    ASSERT_TRUE(w.join());
}

TEST(Lane, ADeadlineAbandonsTheAnswerAndNeverCancelsANeighbour)
{
    world w{{.lanes = 1}};
    w.run(ask_square(*w.db, 1));
    tally late, neighbour;
    w.spawn(late, sleep_on_lane(*w.db, 0.4, 100ms));
    w.spawn(neighbour, ask_square(*w.db, 5));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(late.of(error_kind::deadline_exceeded), 1);
    EXPECT_LT(late.longest, 300ms);
    EXPECT_EQ(neighbour.succeeded, 1) << neighbour.last_message;
    EXPECT_EQ(w.db->stats().cancels, 0U);
    w.run(ask_square(*w.db, 6));
}

TEST(Lane, AStatementWhoseOwnerLeftMayBeATemporary)
{
    world w;
    auto ask = [](database& db) -> task<void> {
        const auto gone = statement::trusted("lane.temporary", "SELECT pg_sleep(0.2)");
        auto reads = db.reads(deadline::after(50ms));
        co_await reads->execute(gone);
    };
    tally late;
    w.spawn(late, ask(*w.db));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(late.failures(), 1);
    w.turn(300ms);
    w.run(ask_square(*w.db, 3));
}

TEST(Lane, P4ABrokenLaneSendsItsReadsAgain)
{
    auto witness = shared_cluster().plain();
    world w;
    w.run(ask_square(*w.db, 1));
    tally asked;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 100; ++i)
            w.spawn(asked, ask_square(*w.db, i));
        w.turn(1ms);
        w.terminate(witness);
        ASSERT_TRUE(w.join()); // a read is promised to outlive one broken connection, not one after the other
    }
    EXPECT_EQ(asked.succeeded, 1000) << asked.last_message;
}

// How often a read's connection may break before the read is refused: the first time and three more.
TEST(Lane, P4AReadIsSentAgainUpToThreeTimesAndThenRefused)
{
    for (const int breaks : {1, 2, 3, 4}) {
        auto witness = shared_cluster().plain();
        world w;
        w.run(ask_square(*w.db, 1));
        tally asked;
        w.spawn(asked, sleep_on_lane(*w.db, 0.3, 10s));
        const auto asleep =
            "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name = '" + w.name + "'";
        for (int i = 0; i < breaks; ++i) {
            ASSERT_TRUE(w.turn_until([&] { return !witness.column(asleep).empty(); }, 5s)) << i << " of " << breaks;
            witness.column("SELECT pg_terminate_backend(pid, 2000) FROM (" + asleep + ") sleeping");
        }
        ASSERT_TRUE(w.join());
        EXPECT_EQ(asked.succeeded, breaks <= 3 ? 1 : 0) << breaks << ": " << asked.last_message;
        EXPECT_EQ(asked.of(error_kind::database_unavailable), breaks <= 3 ? 0 : 1) << breaks;
    }
}

TEST(Lane, P19StatementsThatTheServerInvalidatedAreRepairedWithoutAFailedRequest)
{
    static const statement all{"lane.all", "SELECT * FROM lane_shape"};
    auto witness = shared_cluster().plain();
    witness.execute(
        "SET client_min_messages = warning; DROP TABLE IF EXISTS lane_shape; CREATE TABLE lane_shape (a int)");
    auto ask = [](database& db) -> task<void> {
        auto reads = db.reads(deadline::after(5s));
        co_await reads->execute(all);
    };
    auto ask_exclusive = [](database& db) -> task<void> {
        auto session = db.exclusive(deadline::after(5s));
        co_await session->execute(all);
    };
    auto forget = [](database& db) -> task<void> {
        static const statement gone{"lane.deallocate", "DEALLOCATE ALL"};
        auto reads = db.reads(deadline::after(5s));
        co_await reads->execute(gone);
    };
    world w{{.queue_limit = 1000}};
    tally asked;
    for (int round = 0; round < 15; ++round) {
        for (int i = 0; i < 20; ++i) {
            w.spawn(asked, ask(*w.db));
            w.spawn(asked, ask_square(*w.db, i));
            w.spawn(asked, ask_exclusive(*w.db));
        }
        if (round % 3 == 1)
            w.spawn(asked, forget(*w.db));
        w.turn(5ms);
        if (round % 3 == 2)
            witness.execute("ALTER TABLE lane_shape ADD COLUMN b" + std::to_string(round) + " text");
    }
    ASSERT_TRUE(w.join());
    EXPECT_EQ(asked.failures(), 0) << asked.last_message;
    EXPECT_GT(w.db->stats().statement_repairs + w.db->stats().lane_resent, 0U);
}

} // namespace
} // namespace lightdash::pg
