// Transactions against a real server.
#include "pool_fixture.hpp"

#include "lightdash/pg/begin_again.hpp"

#include <thread>

namespace lightdash::pg {
namespace {

const statement one{"one", "SELECT 1"};
const statement add{"add", "INSERT INTO tx_rows VALUES ($1)"};
const statement count{"count", "SELECT count(*) FROM tx_rows"};
const statement divide{"divide", "SELECT 1 / $1::int"};
const statement level{"level", "SELECT current_setting('transaction_isolation') || ' ' || "
                               "current_setting('transaction_read_only')"};

class Transaction : public ::testing::Test {
protected:
    Transaction()
    {
        auto witness = shared_cluster().plain();
        witness.execute("SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS tx_rows (id int PRIMARY KEY); "
                        "TRUNCATE tx_rows");
    }
    transaction begin(transaction_options options = {})
    {
        auto made = [](database& db, transaction_options how) -> task<std::unique_ptr<transaction>> {
            co_return std::make_unique<transaction>(co_await db.begin(how, deadline::after(5s)));
        };
        return std::move(*w.run(made(*w.db, options)));
    }
    std::string rows() { return shared_cluster().plain().value("SELECT count(*) FROM tx_rows"); }

    world w;
};

TEST_F(Transaction, CommitsWhatWasWrittenAndRollsBackWhatWasNot)
{
    {
        auto tx = begin();
        w.run(tx.execute(add, 1));
        EXPECT_EQ(rows(), "0");
        w.run(tx.commit());
        EXPECT_TRUE(tx.finished());
        w.run(tx.commit());
    }
    {
        auto tx = begin();
        w.run(tx.execute(add, 2));
        w.run(tx.rollback());
    }
    {
        auto tx = begin();
        w.run(tx.execute(add, 3));
    }
    EXPECT_EQ(rows(), "1");
}

TEST_F(Transaction, BeginsAgainAfterStatementsThatChangedNothing)
{
    auto tx = begin();
    statement_batch nothing;
    nothing.add(count);
    w.run(tx.finish(nothing));
    ASSERT_TRUE(tx.finished());
    w.run(begin_again(tx));
    EXPECT_FALSE(tx.finished());
    w.run(tx.execute(add, 1));
    EXPECT_EQ(rows(), "0");
    w.run(tx.commit());
    EXPECT_EQ(rows(), "1");
}

TEST_F(Transaction, P24BehindAPoolerItsLimitsTravelWithBeginAndEndWithIt)
{
    static const statement sleep{"tx.sleep", "SELECT pg_sleep(30)"};
    static const statement show{"tx.show", "SELECT current_setting('statement_timeout')"};
    connection_options options;
    options.conninfo = secret{shared_cluster().conninfo()};
    options.transaction_pooler = true;
    options.server_limit = 300ms;
    database db{w.context, w.clocks, w.blocking, options, {.min = 1, .max = 1}, {}};
    db.start();
    const auto in_transaction = [](database& of, const statement& what) -> task<std::string> {
        auto tx = co_await of.begin({}, deadline::after(10s));
        statement_batch last;
        const auto asked = last.add(what);
        co_await tx.finish(last);
        co_return last.one<std::string>(asked);
    };
    EXPECT_EQ(w.run(in_transaction(db, show)), "300ms");
    EXPECT_EQ(w.run(db.exclusive(deadline::after(5s))->one<std::string>(show)), "0") << "the next client's session";
    try {
        w.run(in_transaction(db, sleep));
        FAIL();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::statement_timeout);
    }
    EXPECT_EQ(w.run(db.exclusive(deadline::after(5s))->one<std::string>(show)), "0");
    w.run(db.stop(deadline::after(2s)));
}

TEST_F(Transaction, SaysItsIsolationLevelAndReadOnly)
{
    auto tx = begin({isolation::serializable, true});
    EXPECT_EQ(w.run(tx.one<std::string>(level)), "serializable on");
    auto snapshot = begin({isolation::repeatable_read, false});
    EXPECT_EQ(w.run(snapshot.one<std::string>(level)), "repeatable read off");
}

TEST_F(Transaction, NothingIsSentForATransactionWithoutStatements)
{
    auto tx = begin();
    w.run(tx.commit());
    EXPECT_EQ(w.db->stats().statements, 0U);
}

TEST_F(Transaction, AfterAFailureRefusesFurtherStatementsAndTheCommit)
{
    auto tx = begin();
    w.run(tx.execute(add, 1));
    EXPECT_THROW(w.run(tx.execute(divide, 0)), error);
    const auto refused = failure_of([&] { w.run(tx.execute(one)); });
    EXPECT_EQ(refused.kind(), error_kind::database_error);
    EXPECT_NE(refused.message().find("an earlier statement"), std::string::npos) << refused.message();
    EXPECT_EQ(failure_of([&] { w.run(tx.commit()); }).kind(), error_kind::database_error);
    w.run(tx.rollback());
    EXPECT_EQ(rows(), "0");
}

TEST_F(Transaction, AFailedStatementOfAFlightUndoesTheOthers)
{
    auto tx = begin();
    statement_batch both;
    both.add(add, 1);
    both.add(divide, 0);
    EXPECT_THROW(w.run(tx.send(both)), error);
    w.run(tx.rollback());
    EXPECT_EQ(rows(), "0");
}

TEST_F(Transaction, FinishOfAWholeFlightAndOfALastFlightCommit)
{
    {
        auto tx = begin();
        statement_batch whole;
        whole.add(add, 1);
        const auto counted = whole.add(count);
        w.run(tx.finish(whole));
        EXPECT_TRUE(tx.finished());
        EXPECT_EQ(whole.one<std::int64_t>(counted), 1);
    }
    {
        auto tx = begin();
        w.run(tx.execute(add, 2));
        statement_batch last;
        last.add(add, 3);
        w.run(tx.finish(last));
    }
    EXPECT_EQ(rows(), "3");
}

TEST_F(Transaction, FinishThatFailsStoresNothing)
{
    auto tx = begin();
    statement_batch whole;
    whole.add(add, 1);
    whole.add(add, 1);
    EXPECT_EQ(failure_of([&] { w.run(tx.finish(whole)); }).kind(), error_kind::unique_violation);
    EXPECT_EQ(rows(), "0");
}

TEST_F(Transaction, ACommitThatTheServerTurnsIntoARollbackFails)
{
    static const statement abort{"abort", "DO $$ BEGIN ROLLBACK; END $$"};
    auto witness = shared_cluster().plain();
    witness.execute("SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS tx_deferred (id int UNIQUE "
                    "DEFERRABLE INITIALLY DEFERRED); TRUNCATE tx_deferred");
    static const statement twice{"twice", "INSERT INTO tx_deferred VALUES (1), (1)"};
    auto tx = begin();
    w.run(tx.execute(twice));
    EXPECT_EQ(failure_of([&] { w.run(tx.commit()); }).kind(), error_kind::unique_violation);
    auto at_once = begin();
    statement_batch whole;
    whole.add(twice);
    EXPECT_EQ(failure_of([&] { w.run(at_once.finish(whole)); }).kind(), error_kind::unique_violation);
    EXPECT_EQ(witness.value("SELECT count(*) FROM tx_deferred"), "0");
}

TEST_F(Transaction, SavepointsUndoOnlyWhatTheyHold)
{
    auto work = [](database& db) -> task<void> {
        auto tx = co_await db.begin({}, deadline::after(5s));
        co_await tx.execute(add, 1);
        auto failing = [&tx]() -> task<void> {
            co_await tx.execute(add, 2);
            auto inner = [&tx]() -> task<void> { co_await tx.execute(add, 3); };
            co_await tx.savepoint(inner);
            co_await tx.execute(divide, 0);
        };
        bool thrown = false;
        try {
            co_await tx.savepoint(failing);
        } catch (const error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        auto nothing = []() -> task<int> { co_return 7; };
        const int made = co_await tx.savepoint(nothing);
        EXPECT_EQ(made, 7);
        auto good = [&tx]() -> task<void> { co_await tx.execute(add, 4); };
        co_await tx.savepoint(good);
        co_await tx.commit();
    };
    w.run(work(*w.db));
    EXPECT_EQ(rows(), "2");
}

TEST_F(Transaction, RowsAreStreamedInsideIt)
{
    static const statement series{"series", "SELECT g FROM generate_series(1, 1000) g"};
    auto work = [](database& db) -> task<int> {
        auto tx = co_await db.begin({}, deadline::after(5s));
        co_await tx.execute(add, 1);
        auto rows = co_await tx.rows<std::int32_t>(series);
        int sum = 0;
        for (;;) {
            const auto row = co_await rows.next();
            if (!row)
                break;
            ++sum;
        }
        co_await tx.commit();
        co_return sum;
    };
    EXPECT_EQ(w.run(work(*w.db)), 1000);
    EXPECT_EQ(rows(), "1");
}

TEST_F(Transaction, ADeadlineThatPassesEndsItAndTheConnectionIsCleaned)
{
    static const statement sleep{"sleep", "SELECT pg_sleep(10)"};
    auto work = [](database& db) -> task<void> {
        auto tx = co_await db.begin({}, deadline::after(200ms));
        co_await tx.execute(add, 1);
        co_await tx.execute(sleep);
    };
    EXPECT_EQ(failure_of([&] { w.run(work(*w.db)); }).kind(), error_kind::deadline_exceeded);
    EXPECT_TRUE(w.turn_until([&] { return w.db->stats().cleaning == 0 && w.db->stats().used == 0; }, 2s));
    EXPECT_EQ(rows(), "0");
}

TEST_F(Transaction, P25SerializationFailuresRunTheWholeUnitAgain)
{
    auto witness = shared_cluster().plain();
    witness.execute("SET client_min_messages = warning; DROP TABLE IF EXISTS duty; CREATE TABLE duty (who int, on_call "
                    "bool); INSERT INTO duty SELECT g, true FROM generate_series(1, 4) g");
    static const statement on_call{"on_call", "SELECT count(*) FROM duty WHERE on_call"};
    static const statement think{"think", "SELECT pg_sleep(0.05)"}; // so that all have counted before anybody leaves
    static const statement leave{"leave", "UPDATE duty SET on_call = false WHERE who = $1"};
    auto go_home = [](database& db, int who) -> task<void> {
        auto unit = [who](transaction& tx) -> task<void> {
            const auto others = co_await tx.one<std::int64_t>(on_call);
            co_await tx.execute(think);
            if (others > 1)
                co_await tx.execute(leave, who);
        };
        co_await db.transact({isolation::serializable, false}, deadline::after(5s), unit);
    };
    tally done;
    for (int who = 1; who <= 4; ++who)
        w.spawn(done, go_home(*w.db, who));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(done.succeeded + done.of(error_kind::serialization_failure), 4) << done.last_message;
    EXPECT_GE(std::stoi(witness.value("SELECT count(*) FROM duty WHERE on_call")), 1);
    EXPECT_GT(w.db->stats().transaction_retries, 0U);
}

TEST_F(Transaction, P25AfterThreeRetriesTheFailureKeepsItsKindAndSaysWhenToTryAgain)
{
    static const statement collide{"collide", "DO $$ BEGIN RAISE EXCEPTION 'collided' USING ERRCODE = '40001'; END $$"};
    int runs = 0;
    auto unit = [&runs](transaction& tx) -> task<void> {
        ++runs;
        co_await tx.execute(collide);
    };
    const auto why = failure_of([&] { w.run(w.db->transact({}, deadline::after(5s), unit)); });
    EXPECT_EQ(runs, 4);
    EXPECT_EQ(why.kind(), error_kind::serialization_failure);
    EXPECT_EQ(why.retry_after(), 1s);
}

TEST_F(Transaction, AConnectionLostBeforeCommitRunsTheUnitAgainAndLostAtCommitIsInDoubt)
{
    auto witness = shared_cluster().plain();
    int runs = 0;
    auto unit = [&](transaction& tx) -> task<void> {
        co_await tx.execute(add, 10 + runs);
        if (++runs == 1)
            w.terminate(witness);
        co_await tx.execute(one);
    };
    w.run(w.db->transact({}, deadline::after(5s), unit));
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(rows(), "1");

    auto cut = [&](transaction& tx) -> task<void> {
        co_await tx.execute(add, 20);
        w.terminate(witness);
        std::this_thread::sleep_for(50ms);
    };
    const auto why = failure_of([&] { w.run(w.db->transact({}, deadline::after(5s), cut)); });
    EXPECT_EQ(why.kind(), error_kind::commit_in_doubt);
    EXPECT_TRUE(why.in_doubt());
    EXPECT_EQ(w.db->stats().commits_in_doubt, 1U);
    EXPECT_EQ(rows(), "1");
}

TEST_F(Transaction, P19AStatementThatTheServerInvalidatedRunsTheUnitAgain)
{
    auto witness = shared_cluster().plain();
    witness.execute("SET client_min_messages = warning; DROP TABLE IF EXISTS tx_shape; CREATE TABLE tx_shape (a int)");
    static const statement all{"all", "SELECT * FROM tx_shape"};
    auto unit = [](transaction& tx) -> task<void> {
        co_await tx.execute(one);
        co_await tx.execute(all);
    };
    w.run(w.db->transact({}, deadline::after(5s), unit));
    witness.execute("ALTER TABLE tx_shape ADD COLUMN b text");
    w.run(w.db->transact({}, deadline::after(5s), unit));
    EXPECT_GE(w.db->stats().transaction_retries, 1U);
}

} // namespace
} // namespace lightdash::pg
