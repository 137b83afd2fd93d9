// The pool's promises while the server is killed, stopped, frozen and restarted.
#include "pool_fixture.hpp"

#include "support/effort.hpp"
#include "support/eventually.hpp"
#include "support/fault_proxy.hpp"

#include <signal.h>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace lightdash::pg {
namespace {

using testing::private_cluster;

const std::set<error_kind> refusals{error_kind::database_unavailable, error_kind::pool_saturated,
                                    error_kind::overloaded, error_kind::commit_in_doubt};

void expect_only_refusals(const tally& done)
{
    for (const auto& [kind, count] : done.failed)
        EXPECT_TRUE(refusals.contains(kind)) << to_string(kind) << " ×" << count << ": " << done.last_message;
}

task<void> write_one(database& db)
{
    static const statement stamp{"stamp", "SELECT pg_current_xact_id()"};
    auto unit = [](transaction& tx) -> task<void> { co_await tx.execute(stamp); };
    co_await db.transact({}, deadline::after(5s), unit);
}

TEST(Promise, P1NeverMoreServerConnectionsThanMax)
{
    world w{{.min = 1, .max = 5}};
    w.up();
    std::atomic<bool> over{false};
    int most = 0;
    std::thread sampler{[&] {
        auto witness = shared_cluster().plain();
        for (int i = 0; !over; ++i) {
            most = std::max(most, w.backends(witness));
            if (i % 20 == 19)
                w.terminate(witness);
            std::this_thread::sleep_for(10ms);
        }
    }};
    tally work;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 15; ++i) {
            w.spawn(work, read_one(*w.db));
            w.spawn(work, ask_one(*w.db));
            w.spawn(work, write_one(*w.db));
            w.spawn(work, sleep_in_server(*w.db, 5, 30ms));
        }
        w.turn(100ms);
    }
    EXPECT_TRUE(w.join());
    over = true;
    sampler.join();
    EXPECT_LE(most, 5);
    EXPECT_GE(most, 3) << "the pool was not used";
}

TEST(Promise, P3AfterEveryIdleConnectionWasTerminatedNoRequestFails)
{
    auto witness = shared_cluster().plain();
    world w{{.min = 8, .max = 10}};
    w.up();
    ASSERT_TRUE(w.turn_until([&] { return w.db->stats().idle == 8; }, 5s));
    w.run(read_one(*w.db));
    tally asked;
    for (int round = 0; round < 10; ++round) {
        // What is still being opened is on the server without being idle here, and would outlive the signals.
        ASSERT_TRUE(w.turn_until([&] { return w.at_rest(); }, 10s)) << w.state();
        ASSERT_GT(w.terminate(witness), 0);
        // The signals have been sent, not yet obeyed.
        ASSERT_TRUE(testing::eventually(10s, [&] { return w.backends(witness) == 0; }))
            << w.backends(witness) << " backends are left; the pool: " << w.state();
        for (int i = 0; i < 500; ++i) {
            w.spawn(asked, read_one(*w.db));
            if (i % 5 == 0)
                w.spawn(asked, ask_one(*w.db));
            if (i % 50 == 0)
                w.turn(1ms);
        }
        ASSERT_TRUE(w.join());
    }
    EXPECT_EQ(asked.failures(), 0) << asked.last_message;
    EXPECT_EQ(asked.succeeded, 6000);
}

TEST(Promise, P4TerminatedUnderLoadReadsSucceedAndTheRestFailsQuicklyAndHonestly)
{
    auto witness = shared_cluster().plain();
    world w;
    w.up();
    tally reads, writes, asked;
    for (int round = 0; round < 60; ++round) {
        for (int i = 0; i < 10; ++i) {
            w.spawn(reads, read_one(*w.db));
            w.spawn(writes, write_one(*w.db));
            w.spawn(asked, ask_one(*w.db));
        }
        w.turn(20ms);
        if (round % 10 == 5)
            w.terminate(witness);
    }
    ASSERT_TRUE(w.join());
    EXPECT_EQ(reads.failures(), 0) << reads.last_message;
    expect_only_refusals(writes);
    expect_only_refusals(asked);
    EXPECT_LT(asked.longest, 2s);
    EXPECT_LT(writes.of(error_kind::database_unavailable), 60);
}

TEST(Promise, P8AFrozenBackendCostsOneRequestAndOneConnection)
{
    static const statement pid{"pid", "SELECT pg_backend_pid()"};
    world w{{.min = 3, .max = 4}};
    w.up();
    auto freeze = [](world& in, int& frozen) -> task<void> {
        auto tx = co_await in.db->begin({}, deadline::after(700ms));
        frozen = co_await tx.one<std::int32_t>(pid);
        ::kill(frozen, SIGSTOP);
        co_await tx.one<std::int32_t>(pid);
    };
    int frozen = 0;
    tally victim, others;
    w.spawn(victim, freeze(w, frozen));
    for (int round = 0; round < 60; ++round) {
        w.spawn(others, read_one(*w.db));
        w.spawn(others, ask_one(*w.db));
        w.turn(20ms);
    }
    ASSERT_TRUE(w.join());
    EXPECT_EQ(victim.of(error_kind::deadline_exceeded), 1) << victim.last_message;
    EXPECT_LT(victim.longest, 1500ms);
    EXPECT_EQ(others.failures(), 0) << others.last_message;
    EXPECT_LT(others.longest, 700ms);
    EXPECT_TRUE(w.turn_until([&] { return w.db->stats().cleaning + w.db->stats().closing == 0; }, 5s));
    tally all;
    for (int i = 0; i < 4; ++i)
        w.spawn(all, hold(w, 50ms));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(all.succeeded, 4) << "the slot was not refilled: " << all.last_message;
    ::kill(frozen, SIGCONT);
}

class Outage : public ::testing::Test {
protected:
    static private_cluster& server()
    {
        static private_cluster cluster{{.tcp = true, .configuration = {}}};
        return cluster;
    }
    // Beside the loop. One thread for all: a server ends with the thread that started it.
    static std::future<void> beside(std::function<void()> act)
    {
        static asio::thread_pool operators{1};
        std::packaged_task<void()> work{std::move(act)};
        auto done = work.get_future();
        asio::post(operators, std::move(work));
        return done;
    }
    void TearDown() override
    {
        if (!server().running())
            server().start();
    }

    // Load until the server is back; returns how long after that the first request of each sort succeeded.
    static std::chrono::milliseconds until_served(world& w)
    {
        const auto ready = std::chrono::steady_clock::now();
        tally reads, writes;
        w.turn_until(
            [&] {
                w.spawn(reads, read_one(*w.db, 500ms));
                w.spawn(writes, write_one(*w.db));
                w.turn(10ms);
                return reads.succeeded > 0 && writes.succeeded > 0;
            },
            10s);
        const auto took = std::chrono::steady_clock::now() - ready;
        w.join();
        return std::chrono::duration_cast<std::chrono::milliseconds>(took);
    }
};

TEST_F(Outage, P2MinIsRestoredWithinASecondOfARestartWithoutTraffic)
{
    world w{{.min = 3, .max = 6}, server().conninfo()};
    w.up();
    ASSERT_TRUE(w.turn_until([&] { return w.db->stats().idle == 3; }, 5s));
    std::atomic<bool> started{false};
    auto back = std::chrono::steady_clock::now();
    auto restarted = beside([&] {
        server().stop();
        server().start();
        back = std::chrono::steady_clock::now();
        started = true;
    });
    EXPECT_TRUE(w.turn_until([&] { return started && w.db->stats().idle == 3; }, 15s));
    restarted.get();
    EXPECT_LT(std::chrono::steady_clock::now() - back, 1s);
    EXPECT_EQ(w.db->stats().state, availability::up) << failure_of([&] { w.run(ask_one(*w.db)); }).message();
}

TEST_F(Outage, P5FullServiceTwoSecondsAfterEveryKindOfRestart)
{
    world w{{.min = 2, .max = 6}, server().conninfo()};
    w.up();
    const std::vector<std::pair<const char*, std::function<void()>>> ends{
        {"fast", [] { server().stop(); }},
        {"immediate", [] { server().stop_immediately(); }},
        {"killed", [] { server().kill(); }},
    };
    const int rounds = testing::effort(1);
    std::chrono::milliseconds longest{0};
    for (int round = 0; round < rounds; ++round)
        for (const auto& [name, end] : ends) {
            tally reads, writes;
            std::atomic<bool> back{false};
            auto restarted = beside([&, &how = end] {
                std::this_thread::sleep_for(100ms);
                how();
                std::this_thread::sleep_for(500ms);
                server().start();
                back = true;
            });
            while (!back) {
                w.spawn(reads, read_one(*w.db));
                w.spawn(writes, write_one(*w.db));
                w.turn(10ms);
            }
            const auto took = until_served(w);
            longest = std::max(longest, took);
            EXPECT_LE(took, 2s) << name << ", round " << round;
            restarted.get();
            ASSERT_TRUE(w.join()) << name;
            expect_only_refusals(reads);
            expect_only_refusals(writes);
            EXPECT_LT(reads.longest, 5s) << name;
        }
    RecordProperty("restarts", rounds * static_cast<int>(ends.size()));
    RecordProperty("longest_ms", static_cast<int>(longest.count()));
    const auto lines = static_cast<int>(w.events.size()) - w.events_of(pool_event::kind::connected);
    EXPECT_LT(lines, 30 * rounds) << "a line per state change, not per attempt";
}

TEST_F(Outage, P5ABackendThatIsKilledEndsNoProcessAndServiceIsBackInTwoSeconds)
{
    world w{{}, server().conninfo()};
    w.up();
    server().kill_a_backend();
    w.turn(50ms);
    server().wait_until_ready();
    EXPECT_LE(until_served(w), 2s);
    ASSERT_TRUE(w.join());
}

TEST_F(Outage, P6WhileDownOneProberAsksAtMostTwiceASecond)
{
    auto proxy = testing::fault_proxy::before(server().conninfo("postgres", true));
    proxy.refuse();
    world w{{}, proxy.conninfo()};
    tally asked;
    w.turn(3s);
    const auto before = w.db->stats().connect_failures;
    for (int i = 0; i < 20; ++i) {
        w.spawn(asked, ask_one(*w.db));
        w.turn(100ms);
    }
    const auto during = w.db->stats().connect_failures - before;
    EXPECT_LE(during, 5U) << "attempts in two seconds";
    EXPECT_GE(during, 2U);
    EXPECT_LE(before, 16U);
    proxy.accept();
    const auto open = std::chrono::steady_clock::now();
    EXPECT_TRUE(w.turn_until([&] { return w.db->stats().state == availability::up; }, 3s));
    EXPECT_LT(std::chrono::steady_clock::now() - open, 1500ms);
    ASSERT_TRUE(w.join());
    EXPECT_EQ(w.events_of(pool_event::kind::went_down), 1);
    EXPECT_EQ(w.events_of(pool_event::kind::came_up), 1);
}

TEST_F(Outage, P7DownSaysSoAtOnceWithoutTheDsn)
{
    server().stop();
    world w{{}, server().conninfo() + " password=canary-secret"};
    w.turn(1500ms);
    for (int lane = 0; lane < 2; ++lane) {
        const auto started = std::chrono::steady_clock::now();
        const auto why = failure_of([&] { w.run(lane ? read_one(*w.db) : ask_one(*w.db)); });
        EXPECT_EQ(why.kind(), error_kind::database_unavailable);
        EXPECT_TRUE(why.service_unavailable());
        EXPECT_EQ(why.retry_after(), 1s);
        EXPECT_LT(std::chrono::steady_clock::now() - started, 1s);
        EXPECT_NE(why.message().find("ms ago"), std::string::npos) << why.message();
        EXPECT_EQ(why.message().find("canary"), std::string::npos);
        EXPECT_EQ(why.message().find("password"), std::string::npos);
    }
    EXPECT_EQ(w.db->stats().state, availability::down);
    EXPECT_GE(w.db->stats().unavailable_refusals, 2U);
}

TEST_F(Outage, P28AStartWithoutTheServerWaitsForIt)
{
    server().stop();
    world w{{}, server().conninfo()};
    EXPECT_EQ(failure_of([&] { w.run(w.db->wait_until_up(deadline::after(100ms))); }).kind(),
              error_kind::database_unavailable);
    auto later = beside([] {
        std::this_thread::sleep_for(300ms);
        server().start();
    });
    w.run(w.db->wait_until_up(deadline::after(15s)));
    later.get();
    w.run(read_one(*w.db));
    EXPECT_EQ(w.db->stats().state, availability::up);
}

TEST_F(Outage, P28AWrongDatabaseIsSaidAtOnce)
{
    world w{{}, server().conninfo("no_such_database")};
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(failure_of([&] { w.run(w.db->wait_until_up(deadline::after(10s))); }).kind(), error_kind::configuration);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
}

TEST_F(Outage, P22AServerWithoutSlotsIsNotStormed)
{
    private_cluster small{{.configuration = "max_connections = 6\nsuperuser_reserved_connections = 0"}};
    world w{{.min = 1, .max = 10, .lanes = 0, .acquire_timeout = 1s}, small.conninfo()};
    w.up();
    tally held;
    for (int i = 0; i < 10; ++i)
        w.spawn(held, hold(w, 300ms));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(held.failures(), 0) << held.last_message;
    EXPECT_LE(w.db->stats().connect_failures, 10U);
    EXPECT_EQ(w.db->stats().state, availability::up);
}

TEST_F(Outage, AFrozenServerHangsNobodyPastItsDeadline)
{
    world w{{.min = 2, .max = 4}, server().conninfo()};
    w.up();
    w.run(read_one(*w.db));
    server().freeze();
    tally asked;
    for (int i = 0; i < 10; ++i) {
        w.spawn(asked, read_one(*w.db, 500ms));
        w.spawn(asked, ask_one(*w.db, 500ms));
    }
    EXPECT_TRUE(w.join(3s));
    EXPECT_EQ(asked.failures(), 20);
    EXPECT_LT(asked.longest, 1s);
    server().thaw();
    EXPECT_LE(until_served(w), 2s);
    ASSERT_TRUE(w.join());
}

} // namespace
} // namespace lightdash::pg
