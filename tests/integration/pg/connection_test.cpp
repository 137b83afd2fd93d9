#include "connection_fixture.hpp"
#include "support/private_cluster.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <optional>
#include <tuple>

namespace lightdash::pg {
namespace {

using connection_test = connection_fixture;

const statement one{"test.one", "SELECT 1"};
const statement division{"test.division", "SELECT 1 / 0"};
const statement number{"test.number", "SELECT $1::int4"};

TEST_F(connection_test, AnswersAStatementWithParameters)
{
    auto line = open();
    EXPECT_EQ(value<std::int32_t>(*line, number, std::int32_t{42}), 42);
    EXPECT_TRUE(line->reusable());
    EXPECT_GE(line->server_version(), 130000);
    EXPECT_GT(line->backend_pid(), 0);
}

TEST_F(connection_test, SpeaksUtcAndUtf8UnderItsOwnName)
{
    static const statement settings{
        "test.settings",
        "SELECT current_setting('timezone'), current_setting('client_encoding'), current_setting('application_name')"};
    auto line = open();
    const auto [zone, encoding, name] = value<std::tuple<std::string, std::string, std::string>>(*line, settings);
    EXPECT_EQ(zone, "UTC");
    EXPECT_EQ(encoding, "UTF8");
    EXPECT_EQ(name, "lightdash-backend");
}

TEST_F(connection_test, PipelinesStatementsAndSkipsThoseAfterAFailure)
{
    auto line = open();
    std::vector<const statement*> statements(64, &one);
    statements[40] = &division;
    auto b = batch_of(statements);
    run(line->run(b, deadline::after(5s)));
    for (std::size_t i = 0; i < statements.size(); ++i) {
        EXPECT_EQ(b->commands[i].failure.has_value(), i == 40) << i;
        EXPECT_EQ(b->commands[i].skipped, i > 40) << i;
        EXPECT_EQ(b->commands[i].answer.rows(), i < 40 ? 1U : 0U) << i;
    }
    EXPECT_EQ(b->first_failure()->sqlstate(), "22012");
    EXPECT_EQ(b->first_failure()->database()->statement, "test.division");
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
}

TEST_F(connection_test, CarriesSeveralBatchesAtATimeAndTakesOthersFromTheirCallbacks)
{
    auto line = open();
    struct chain {
        connection& on;
        std::vector<int>& order;
        int id;
        std::unique_ptr<batch> next;
    };
    std::vector<int> order;
    std::vector<std::unique_ptr<batch>> batches;
    std::vector<std::unique_ptr<chain>> chains;
    const auto make = [&](int id) {
        auto b = batch_of({&one});
        chains.push_back(std::make_unique<chain>(chain{*line, order, id, nullptr}));
        b->context = chains.back().get();
        b->on_done = [](batch& self, void* context) noexcept {
            auto& link = *static_cast<chain*>(context);
            link.order.push_back(self.commands[0].answer.rows() == 1 ? link.id : -1);
            if (link.next)
                link.on.submit(*link.next);
        };
        return b;
    };
    for (int i = 0; i < 8; ++i)
        batches.push_back(make(i));
    auto last = make(8);
    chains[0]->next = std::move(last);
    for (auto& b : batches)
        line->submit(*b);
    EXPECT_TRUE(line->busy());
    for (int i = 0; i < 200 && order.size() < 9; ++i)
        turn(10ms);
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_FALSE(line->busy());
}

TEST_F(connection_test, FindsOutAtCheckoutThatItWasTerminatedRightAfterItsStart)
{
    testing::plain_connection witness{test_dsn()}; // not on the loop, which must not turn meanwhile
    auto line = open();
    ASSERT_TRUE(line->busy()) << "the limits of the session are unanswered";
    EXPECT_EQ(witness.value("select pg_terminate_backend(" + std::to_string(line->backend_pid()) + ", 5000)"), "t");
    EXPECT_FALSE(line->alive());
}

TEST_F(connection_test, NoticesATerminatedBackendWithoutARoundTrip)
{
    auto line = open();
    EXPECT_TRUE(line->alive());
    terminate(line->backend_pid());
    EXPECT_FALSE(line->alive());
    EXPECT_TRUE(line->broken());
    EXPECT_FALSE(line->reusable());
}

TEST_F(connection_test, AClosedConnectionDoesNotDisturbTheOneThatGetsItsDescriptor)
{
    auto dead = open();
    terminate(dead->backend_pid());
    EXPECT_FALSE(dead->alive()); // libpq has closed its socket here
    auto next = open();
    dead.reset();
    auto another = open();
    EXPECT_EQ(value<std::int32_t>(*next, one), 1);
    EXPECT_EQ(value<std::int32_t>(*another, one), 1);
}

TEST_F(connection_test, TellsItsWatcherThatAnIdleBackendIsGone)
{
    struct : connection_watcher {
        void on_lost(connection&, const error& why) noexcept override { lost.emplace(why); }
        std::optional<error> lost;
    } watcher;
    auto line = open();
    line->watch(&watcher);
    terminate(line->backend_pid());
    for (int i = 0; i < 100 && !watcher.lost; ++i)
        turn(10ms);
    ASSERT_TRUE(watcher.lost);
    EXPECT_EQ(watcher.lost->kind(), error_kind::database_unavailable);
    EXPECT_TRUE(watcher.lost->poisons_connection());
    EXPECT_NE(watcher.lost->detail().find("terminating connection"), std::string::npos) << watcher.lost->detail();
}

TEST_F(connection_test, ReportsABackendThatDiesUnderAStatementAsUnavailableAndSent)
{
    static const statement suicide{"test.suicide", "SELECT pg_terminate_backend(pg_backend_pid())"};
    auto line = open();
    auto b = batch_of({&suicide, &one});
    EXPECT_EQ(kind_of([&] { run(line->run(b, deadline::after(5s))); }), error_kind::database_unavailable);
    ASSERT_TRUE(b);
    ASSERT_TRUE(b->broken);
    EXPECT_TRUE(b->broken->retryable());
    EXPECT_TRUE(b->sent);
    EXPECT_TRUE(line->broken());

    auto after = batch_of({&one});
    EXPECT_EQ(kind_of([&] { run(line->run(after, deadline::after(5s))); }), error_kind::database_unavailable);
    EXPECT_FALSE(after->sent);
}

TEST_F(connection_test, P24TheServerItselfEndsWhatRunsOrIdlesTooLong)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    connection_options options;
    options.conninfo = secret{test_dsn()};
    options.server_limit = 200ms;
    auto line = run(connection::open(context_, clocks_, blocking_, options, deadline::after(10s)));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(kind_of([&] { run(ask(*line, sleep)); }), error_kind::statement_timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_TRUE(line->reusable()) << "one statement was ended, not the session";

    control(*line, "BEGIN");
    for (int i = 0; i < 100 && !line->broken(); ++i)
        turn(50ms);
    EXPECT_TRUE(line->broken()) << "it would hold its locks for ever";
}

TEST_F(connection_test, P24AShorterLimitStaysAndALongerOneIsShortened)
{
    static const statement show{"test.show", "SELECT current_setting($1)"};
    connection_options options;
    options.conninfo =
        secret{test_dsn() + " options='-c statement_timeout=70ms -c idle_in_transaction_session_timeout=1h'"};
    options.server_limit = 35s;
    auto line = run(connection::open(context_, clocks_, blocking_, options, deadline::after(10s)));
    EXPECT_EQ(value<std::string>(*line, show, std::string{"statement_timeout"}), "70ms");
    EXPECT_EQ(value<std::string>(*line, show, std::string{"idle_in_transaction_session_timeout"}), "35s");
    auto other = open();
    EXPECT_EQ(value<std::string>(*other, show, std::string{"statement_timeout"}), "0") << "none was asked for";
}

TEST_F(connection_test, AStatementEndsSoonAfterItsClientHasGone)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    static const statement asleep{
        "test.asleep", "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int4 AND wait_event = 'PgSleep'"};
    auto witness = open();
    auto line = open();
    const auto pid = line->backend_pid();
    auto b = batch_of({&sleep});
    EXPECT_EQ(kind_of([&] { run(line->run(b, deadline::after(200ms))); }), error_kind::deadline_exceeded);
    ASSERT_EQ(value<std::int64_t>(*witness, asleep, pid), 1);
    const auto began = std::chrono::steady_clock::now();
    line.reset(); // as a process that is killed leaves it
    while (value<std::int64_t>(*witness, asleep, pid) != 0 && std::chrono::steady_clock::now() - began < 5s)
        turn(10ms);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST_F(connection_test, TheServersStatementLimitIsNotTheRequestsDeadline)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(5)"};
    auto line = open();
    control(*line, "SET statement_timeout = 50");
    EXPECT_EQ(kind_of([&] { run(ask(*line, sleep)); }), error_kind::statement_timeout);
    EXPECT_TRUE(line->reusable());
    control(*line, "SET statement_timeout = 0");

    auto b = batch_of({&sleep});
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(kind_of([&] { run(line->run(b, deadline::after(100ms))); }), error_kind::deadline_exceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
    EXPECT_FALSE(b);
    EXPECT_TRUE(line->busy());
    EXPECT_FALSE(line->reusable());
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
}

TEST_F(connection_test, CleanRollsBackAnOpenAndAFailedTransaction)
{
    auto line = open();
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    control(*line, "BEGIN");
    EXPECT_EQ(line->status(), connection::transaction_status::open);
    EXPECT_FALSE(line->reusable());
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    EXPECT_EQ(line->status(), connection::transaction_status::idle);

    control(*line, "BEGIN");
    EXPECT_ANY_THROW(run(ask(*line, division)));
    EXPECT_EQ(line->status(), connection::transaction_status::failed);
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    EXPECT_TRUE(line->reusable());
}

TEST_F(connection_test, CancelledCoroutineLeavesItsBatchToTheConnection)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    auto line = open();
    auto b = batch_of({&sleep});
    asio::cancellation_signal signal;
    std::exception_ptr failure;
    bool ended = false;
    const auto work = [&]() -> task<void> { co_await line->run(b, deadline::never()); };
    asio::co_spawn(context_, work(), asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                       failure = e;
                       ended = true;
                   }));
    turn(50ms);
    asio::post(context_, [&] { signal.emit(asio::cancellation_type::terminal); });
    turn(50ms);
    ASSERT_TRUE(ended);
    EXPECT_EQ(kind_of([&] { std::rethrow_exception(failure); }), error_kind::cancelled);
    EXPECT_TRUE(line->busy());
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    EXPECT_TRUE(line->reusable());
}

TEST_F(connection_test, SendsAndReceivesMuchAtTheSameTime)
{
    static const statement echo{"test.echo", "SELECT repeat('r', 10000000) || $1::text"};
    auto line = open();
    const std::string big(10'000'000, 's');
    auto b = std::make_unique<batch>();
    for (int i = 0; i < 4; ++i)
        b->commands.push_back(command::of(echo, params::of(big)));
    run(line->run(b, deadline::after(25s)));
    ASSERT_FALSE(b->first_failure());
    for (const auto& answered : b->commands)
        EXPECT_EQ(map_one<std::string>(answered.answer, "test.echo").size(), 20'000'000U);
}

TEST_F(connection_test, ClosingWithABatchUnderWayTellsIt)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    auto line = open();
    auto b = batch_of({&sleep});
    bool told = false;
    b->context = &told;
    b->on_done = [](batch& self, void* flag) noexcept { *static_cast<bool*>(flag) = self.broken.has_value(); };
    line->submit(*b);
    turn(20ms);
    line.reset();
    EXPECT_TRUE(told);
}

TEST_F(connection_test, ABatchMayCloseItsOwnConnectionWhenItIsDone)
{
    auto line = open();
    auto first = batch_of({&one});
    auto second = batch_of({&one});
    first->context = &line;
    first->on_done = [](batch&, void* owner) noexcept { static_cast<std::unique_ptr<connection>*>(owner)->reset(); };
    bool told = false;
    second->context = &told;
    second->on_done = [](batch& self, void* flag) noexcept { *static_cast<bool*>(flag) = self.broken.has_value(); };
    line->submit(*first);
    line->submit(*second);
    turn(200ms);
    EXPECT_FALSE(line);
    EXPECT_TRUE(told);
}

TEST_F(connection_test, PassesNoticesOnAndPrintsNone)
{
    struct : connection_watcher {
        void on_notice(connection&, const notice& said) noexcept override { heard.push_back(said); }
        std::vector<notice> heard;
    } watcher;
    static const statement raise{"test.raise", "DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$"};
    auto line = open();
    line->watch(&watcher);
    ::testing::internal::CaptureStderr();
    run(ask(*line, raise));
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    ASSERT_EQ(watcher.heard.size(), 1U);
    EXPECT_EQ(watcher.heard[0].severity, "WARNING");
    EXPECT_EQ(watcher.heard[0].said.message, "mind the gap");
}

TEST_F(connection_test, CopyAsAQueryBreaksTheConnectionInsteadOfHanging)
{
    static const statement copy{"test.copy", "COPY (SELECT 1) TO STDOUT"};
    auto line = open();
    EXPECT_EQ(kind_of([&] { run(ask(*line, copy)); }), error_kind::database_unavailable);
    EXPECT_TRUE(line->broken());
}

TEST_F(connection_test, AnIdleConnectionCostsNoWakeUps)
{
    auto line = open();
    turn(20ms);
    context_.restart();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(context_.run_for(100ms), 0U);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 100ms);
}

} // namespace
} // namespace lightdash::pg
