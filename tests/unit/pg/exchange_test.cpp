#include "pg/connection/exchange.hpp"

#include "scripted_server.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace lightdash::pg {
namespace {

const statement first{"test.first", "SELECT 1"};
const statement second{"test.second", "SELECT 2"};
const statement third{"test.third", "SELECT 3"};

class exchange_test : public ::testing::Test {
protected:
    explicit exchange_test(std::size_t capacity = 256, bool named = true)
        : cache(capacity), machine(server, cache, named)
    {}

    struct sent {
        std::unique_ptr<batch> b = std::make_unique<batch>();
        int done = 0;
    };
    std::unique_ptr<sent> make(std::vector<const char*> controls_before, std::vector<const statement*> statements,
                               std::vector<const char*> controls_after = {})
    {
        auto made = std::make_unique<sent>();
        for (const auto* text : controls_before)
            made->b->commands.push_back(command::plain(text));
        for (const auto* one : statements)
            made->b->commands.push_back(command::of(*one, {}));
        for (const auto* text : controls_after)
            made->b->commands.push_back(command::plain(text));
        made->b->context = made.get();
        made->b->on_done = [](batch&, void* of) noexcept { ++static_cast<sent*>(of)->done; };
        return made;
    }
    void exchange_all()
    {
        server.serve_all();
        while (true) {
            ASSERT_TRUE(machine.advance());
            if (!server.serve_one())
                break;
            server.serve_all();
        }
    }
    // Whatever happened: what the cache takes for prepared is prepared, and the server holds no more than the limit.
    void expect_agreement()
    {
        auto probe = make({}, {&first, &second, &third});
        machine.submit(*probe->b);
        exchange_all();
        EXPECT_EQ(probe->done, 1);
        EXPECT_EQ(probe->b->first_failure(), nullptr);
        EXPECT_LE(server.prepared.size(), cache.capacity());
        EXPECT_FALSE(machine.busy());
    }

    scripted_server server;
    statement_cache cache;
    exchange machine;
};

std::size_t answered(const batch& b)
{
    std::size_t count = 0;
    for (const auto& one : b.commands)
        count += one.answer.rows();
    return count;
}

TEST_F(exchange_test, PreparesInTheSameFlightAndOnlyOnce)
{
    auto one = make({"BEGIN"}, {&first, &second}, {"COMMIT"});
    EXPECT_TRUE(machine.submit(*one->b));
    EXPECT_EQ(server.heard.size(), 7U); // BEGIN, prepare + execute twice, COMMIT, Sync
    EXPECT_TRUE(machine.busy());
    exchange_all();
    EXPECT_EQ(one->done, 1);
    EXPECT_EQ(answered(*one->b), 4U);
    EXPECT_FALSE(machine.busy());

    auto again = make({}, {&first, &second});
    machine.submit(*again->b);
    EXPECT_EQ(server.heard.size(), 10U);
    exchange_all();
    EXPECT_EQ(machine.counters().prepares, 2U);
    EXPECT_EQ(machine.counters().cache_hits, 2U);
    EXPECT_EQ(machine.counters().statements, 4U);
}

TEST_F(exchange_test, IsDoneOnceWithEveryCommandAnsweredFailedOrSkippedWhicheverMessageIsRefused)
{
    for (std::size_t step = 0; step < 6; ++step) {
        scripted_server local;
        statement_cache names{256};
        exchange tried{local, names, true};
        local.refuse_at = step;
        auto one = make({"BEGIN"}, {&first, &second}, {"COMMIT"});
        tried.submit(*one->b);
        while (local.serve_one())
            ASSERT_TRUE(tried.advance()) << step;
        ASSERT_EQ(one->done, 1) << step;
        std::size_t failures = 0;
        bool failed = false;
        for (const auto& c : one->b->commands) {
            const bool fails = c.failure.has_value();
            failures += fails;
            EXPECT_EQ(c.skipped, failed) << step;
            EXPECT_EQ(c.answer.rows(), !fails && !failed ? 1U : 0U) << step;
            failed = failed || fails;
        }
        EXPECT_EQ(failures, 1U) << step;
        EXPECT_FALSE(tried.busy()) << step;

        local.refuse_at = scripted_server::never;
        auto undo = make({"ROLLBACK"}, {});
        auto after = make({}, {&first, &second});
        tried.submit(*undo->b);
        tried.submit(*after->b);
        while (local.serve_one())
            ASSERT_TRUE(tried.advance());
        EXPECT_EQ(after->b->first_failure(), nullptr) << step;
        EXPECT_EQ(answered(*after->b), 2U) << step;
    }
}

TEST_F(exchange_test, TellsEveryBatchOnceWhenTheLineIsLostAtAnyStep)
{
    for (std::size_t served = 0; served < 9; ++served) {
        scripted_server local;
        statement_cache names{256};
        exchange tried{local, names, true};
        auto one = make({"BEGIN"}, {&first}, {"COMMIT"});
        auto two = make({}, {&first, &second});
        tried.submit(*one->b);
        tried.submit(*two->b);
        for (std::size_t i = 0; i < served; ++i)
            local.serve_one();
        ASSERT_TRUE(tried.advance());
        tried.fail(error{error_kind::database_unavailable, "gone"}.with_poisoned_connection());
        EXPECT_EQ(one->done, 1) << served;
        EXPECT_EQ(two->done, 1) << served;
        EXPECT_EQ(one->b->broken.has_value(), served < 5) << served;
        EXPECT_EQ(two->b->broken.has_value(), true) << served;
        EXPECT_TRUE(one->b->sent);
        EXPECT_FALSE(tried.busy());

        auto late = make({}, {&first});
        EXPECT_FALSE(tried.submit(*late->b));
        EXPECT_EQ(late->done, 0) << "never from inside submit";
        tried.fail(*tried.failure());
        EXPECT_EQ(late->done, 1);
        EXPECT_FALSE(late->b->sent);
    }
}

TEST_F(exchange_test, TellsTheBatchWhenLibpqTakesAnyOfItsMessagesNoMore)
{
    for (std::size_t step = 0; step < 7; ++step) {
        scripted_server local;
        statement_cache names{256};
        exchange tried{local, names, true};
        local.lose_at = step;
        auto one = make({"BEGIN"}, {&first, &second}, {"COMMIT"});
        EXPECT_FALSE(tried.submit(*one->b)) << step;
        EXPECT_EQ(one->done, 0) << step;
        tried.fail(error{error_kind::database_unavailable, "gone"}.with_poisoned_connection());
        EXPECT_EQ(one->done, 1) << step;
        EXPECT_TRUE(one->b->broken) << step;
        EXPECT_TRUE(one->b->sent) << step;
        EXPECT_FALSE(tried.busy()) << step;
    }
}

TEST_F(exchange_test, KeepsABatchThatIsAbandonedAtAnyStepAndServesTheNext)
{
    for (std::size_t served = 0; served < 7; ++served) {
        scripted_server local;
        statement_cache names{256};
        exchange tried{local, names, true};
        auto one = make({"BEGIN"}, {&first, &second}, {"COMMIT"});
        auto two = make({}, {&first});
        tried.submit(*one->b);
        tried.submit(*two->b);
        for (std::size_t i = 0; i < served; ++i)
            local.serve_one();
        ASSERT_TRUE(tried.advance());
        ASSERT_EQ(one->done, served < 7 ? 0 : 1) << served;
        tried.abandon(std::move(one->b));
        local.serve_all();
        ASSERT_TRUE(tried.advance());
        EXPECT_EQ(one->done, 0) << served;
        EXPECT_EQ(two->done, 1) << served;
        EXPECT_EQ(answered(*two->b), 1U) << served;
        EXPECT_FALSE(tried.busy()) << served;
    }
}

TEST_F(exchange_test, SaysThatAnswersDoNotFitAtAnyStep)
{
    for (const auto wrong : {answer::kind::end, answer::kind::synced, answer::kind::copy})
        for (std::size_t served = 0; served < 5; ++served) {
            scripted_server local;
            statement_cache names{256};
            exchange tried{local, names, true};
            auto one = make({"BEGIN"}, {&first}, {"COMMIT"});
            tried.submit(*one->b);
            for (std::size_t i = 0; i < served; ++i)
                local.serve_one();
            if (wrong == answer::kind::synced && served == 4)
                continue; // that is the right answer
            local.say(wrong);
            EXPECT_FALSE(tried.advance()) << static_cast<int>(wrong) << " at " << served;
            tried.fail(error{error_kind::database_unavailable, "lost"});
            EXPECT_EQ(one->done, 1);
            EXPECT_TRUE(one->b->broken);
        }
}

TEST_F(exchange_test, TakesFurtherBatchesAndLetsGoOfThisOneInItsCallback)
{
    struct again {
        exchange& machine;
        std::unique_ptr<batch> mine;
        batch* next;
    };
    auto two = make({}, {&second});
    auto one = std::make_unique<batch>();
    one->commands.push_back(command::of(first, {}));
    batch& submitted = *one;
    again link{machine, std::move(one), two->b.get()};
    submitted.context = &link;
    submitted.on_done = [](batch&, void* of) noexcept {
        auto& self = *static_cast<again*>(of);
        self.mine.reset();
        self.machine.submit(*self.next);
    };
    machine.submit(submitted);
    exchange_all();
    EXPECT_EQ(link.mine, nullptr);
    EXPECT_EQ(two->done, 1);
    EXPECT_EQ(answered(*two->b), 1U);
}

TEST_F(exchange_test, RepairsABatchWhoseStatementsTheServerForgot)
{
    expect_agreement();
    server.prepared.clear();
    auto one = make({}, {&first, &second});
    machine.submit(*one->b);
    exchange_all();
    EXPECT_EQ(one->done, 1);
    EXPECT_EQ(one->b->first_failure(), nullptr);
    EXPECT_EQ(answered(*one->b), 2U);
    EXPECT_TRUE(one->b->repaired);
    EXPECT_EQ(machine.counters().repairs, 1U);
    expect_agreement();
}

TEST_F(exchange_test, RepairsAStatementWhoseResultTypeChanged)
{
    expect_agreement();
    server.refuse_at = server.heard.size() + 1; // the second of the batch
    server.refuse_with = "0A000";
    auto one = make({}, {&first, &second});
    machine.submit(*one->b);
    exchange_all();
    EXPECT_EQ(one->done, 1);
    EXPECT_EQ(one->b->first_failure(), nullptr);
    EXPECT_EQ(answered(*one->b), 2U);
    EXPECT_EQ(machine.counters().repairs, 1U);
    expect_agreement();
    EXPECT_EQ(machine.counters().repairs, 1U);
}

TEST_F(exchange_test, RepairsAStatementThatWasPreparedBehindItsBack)
{
    const prepared_name name{first, {}};
    server.prepared.insert(name.c_str());
    auto one = make({}, {&first});
    machine.submit(*one->b);
    exchange_all();
    EXPECT_EQ(one->b->first_failure(), nullptr);
    EXPECT_TRUE(one->b->repaired);
    expect_agreement();
}

TEST_F(exchange_test, RepairsOnceOnly)
{
    expect_agreement();
    auto one = make({}, {&first});
    server.prepared.clear();
    machine.submit(*one->b);
    server.serve_all();
    server.refuse_at =
        server.heard.size() + 3; // the execution in the second batch: DEALLOCATE ALL, Sync, prepare, execute
    server.refuse_with = "26000";
    ASSERT_TRUE(machine.advance());
    exchange_all();
    EXPECT_EQ(one->done, 1);
    ASSERT_NE(one->b->first_failure(), nullptr);
    EXPECT_EQ(one->b->first_failure()->kind(), error_kind::statement_invalidated);
    expect_agreement();
}

TEST_F(exchange_test, LeavesTheRepairOfATransactionToItsOwner)
{
    expect_agreement();
    server.prepared.clear();
    auto one = make({"BEGIN"}, {&first});
    machine.submit(*one->b);
    exchange_all();
    ASSERT_NE(one->b->first_failure(), nullptr);
    EXPECT_EQ(one->b->first_failure()->kind(), error_kind::statement_invalidated);
    EXPECT_TRUE(one->b->first_failure()->retryable());
    EXPECT_FALSE(one->b->repaired);

    auto undo = make({"ROLLBACK"}, {});
    machine.submit(*undo->b);
    exchange_all();
    expect_agreement();
}

TEST_F(exchange_test, DoesNotTakeAnUnsupportedFeatureForAStaleStatement)
{
    server.refuse_at = 1;
    server.refuse_with = "0A000";
    auto one = make({}, {&first});
    machine.submit(*one->b);
    exchange_all();
    ASSERT_NE(one->b->first_failure(), nullptr);
    EXPECT_EQ(one->b->first_failure()->kind(), error_kind::database_error);
    EXPECT_FALSE(one->b->first_failure()->retryable());
}

class small_exchange_test : public exchange_test {
protected:
    small_exchange_test() : exchange_test(16) {}
};

TEST_F(small_exchange_test, NeverPreparesMoreThanItsLimit)
{
    for (int i = 0; i < 500; ++i) {
        const auto text = statement::trusted("test.many", "SELECT " + std::to_string(i));
        auto one = make({}, {&text});
        machine.submit(*one->b);
        exchange_all();
        ASSERT_EQ(one->b->first_failure(), nullptr);
        ASSERT_LE(server.prepared.size(), 16U);
        ASSERT_EQ(server.prepared.size(), cache.size());
    }
    EXPECT_GE(machine.counters().evictions, 484U);
}

TEST_F(small_exchange_test, SendsWhatDoesNotFitIntoOneBatchUnnamed)
{
    std::vector<statement> many;
    for (int i = 0; i < 40; ++i)
        many.push_back(statement::trusted("test.many", "SELECT " + std::to_string(i)));
    std::vector<const statement*> pointers;
    for (const auto& text : many)
        pointers.push_back(&text);
    auto one = make({}, pointers);
    machine.submit(*one->b);
    exchange_all();
    EXPECT_EQ(one->b->first_failure(), nullptr);
    EXPECT_EQ(answered(*one->b), 40U);
    EXPECT_EQ(server.prepared.size(), 16U);
}

TEST_F(small_exchange_test, SurvivesAnEvictionThatTheServerRefuses)
{
    for (int i = 0; i < 16; ++i) {
        const auto text = statement::trusted("test.many", "SELECT " + std::to_string(i));
        auto one = make({}, {&text});
        machine.submit(*one->b);
        exchange_all();
    }
    server.prepared.clear();
    auto begin = make({"BEGIN"}, {});
    auto one = make({}, {&first});
    machine.submit(*begin->b);
    exchange_all();
    machine.submit(*one->b); // needs room: DEALLOCATE fails, and with it the transaction
    exchange_all();
    ASSERT_NE(one->b->first_failure(), nullptr);
    EXPECT_EQ(one->b->first_failure()->kind(), error_kind::statement_invalidated);
    auto undo = make({"ROLLBACK"}, {});
    machine.submit(*undo->b);
    exchange_all();
    expect_agreement();
}

class unnamed_exchange_test : public exchange_test {
protected:
    unnamed_exchange_test() : exchange_test(256, false) {}
};

TEST_F(unnamed_exchange_test, PreparesNothingBehindATransactionPooler)
{
    expect_agreement();
    EXPECT_EQ(server.prepared.size(), 0U);
    EXPECT_EQ(server.heard, (std::vector<std::string>{"text SELECT 1", "text SELECT 2", "text SELECT 3", "sync"}));
}

struct collector : part_sink {
    void take(result) noexcept override
    {
        ++taken;
        holds = true;
    }
    bool full() const noexcept override { return holds; }
    int taken = 0;
    bool holds = false;
};

TEST_F(exchange_test, ReadsNoFurtherThanAStreamIsTaken)
{
    collector rows;
    server.parts = 3;
    auto one = make({}, {&first});
    one->b->in_parts = true;
    one->b->parts = &rows;
    machine.submit(*one->b);
    server.serve_all();
    for (int i = 1; i <= 3; ++i) {
        ASSERT_TRUE(machine.advance());
        EXPECT_EQ(rows.taken, i);
        EXPECT_TRUE(machine.paused());
        EXPECT_EQ(one->done, 0);
        rows.holds = false;
    }
    ASSERT_TRUE(machine.advance());
    EXPECT_EQ(one->done, 1);
    EXPECT_EQ(server.expected_parts, 1);
}

TEST_F(exchange_test, DiscardsTheRestOfAStreamThatIsAbandonedAtAnyPart)
{
    for (int seen = 0; seen <= 3; ++seen) {
        scripted_server local;
        statement_cache names{256};
        exchange tried{local, names, true};
        collector rows;
        local.parts = 3;
        auto one = make({"BEGIN"}, {&first});
        auto two = make({"ROLLBACK"}, {});
        one->b->in_parts = true;
        one->b->parts = &rows;
        tried.submit(*one->b);
        tried.submit(*two->b);
        if (seen > 0)
            local.serve_all();
        ASSERT_TRUE(tried.advance());
        for (int i = 1; i < seen; ++i) {
            rows.holds = false;
            ASSERT_TRUE(tried.advance());
        }
        EXPECT_EQ(rows.taken, seen);
        tried.abandon(std::move(one->b));
        local.serve_all();
        ASSERT_TRUE(tried.advance());
        EXPECT_EQ(rows.taken, seen);
        EXPECT_EQ(two->done, 1);
        EXPECT_FALSE(tried.busy());
    }
}

} // namespace
} // namespace lightdash::pg
