// A database under test with a loop of its own, many tasks at once, and a private server that may be broken.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"
#include "support/private_cluster.hpp"
#include "support/run_task.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::pg {

using namespace std::chrono_literals;

// Started once per test program.
inline testing::private_cluster& shared_cluster()
{
    static testing::private_cluster cluster{{.configuration = "max_connections = 60"}};
    return cluster;
}

// What became of many tasks.
struct tally {
    int succeeded = 0;
    std::map<error_kind, int> failed;
    std::string last_message;
    std::chrono::nanoseconds longest{0};

    int failures() const
    {
        int sum = 0;
        for (const auto& [kind, count] : failed)
            sum += count;
        return sum;
    }
    int of(error_kind kind) const
    {
        const auto at = failed.find(kind);
        return at == failed.end() ? 0 : at->second;
    }
};

class world {
public:
    explicit world(pool_options options = {}, std::string conninfo = shared_cluster().conninfo(),
                   std::chrono::milliseconds connect_timeout = 5s)
        : name(unique_name())
    {
        connection_options connection;
        connection.conninfo = secret{std::move(conninfo)};
        connection.application_name = name;
        connection.connect_timeout = connect_timeout;
        db = std::make_unique<database>(context, clocks, blocking, connection, options,
                                        [this](const pool_event& event) { events.push_back(event); });
        db->start();
    }
    ~world()
    {
        scope.cancel();
        turn(20ms);
    }

    template <class T>
    T run(task<T> work)
    {
        return testing::run_task(context, std::move(work));
    }
    void up() { run(db->wait_until_up(deadline::after(10s))); }
    void turn(std::chrono::milliseconds time)
    {
        context.restart();
        context.run_for(time);
    }
    template <class Condition>
    bool turn_until(Condition holds, std::chrono::milliseconds limit)
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!holds() && std::chrono::steady_clock::now() < end)
            turn(2ms);
        return holds();
    }

    // Nothing is borrowed, and no connection is on its way in or out.
    bool at_rest() const
    {
        const auto now = db->stats();
        return now.used + now.connecting + now.cleaning + now.closing + now.waiting == 0;
    }
    std::string state() const
    {
        const auto now = db->stats();
        return fmt::format("{} idle, {} used, {} lanes, {} connecting, {} cleaning, {} closing, {} waiting", now.idle,
                           now.used, now.lanes, now.connecting, now.cleaning, now.closing, now.waiting);
    }

    void spawn(tally& into, task<void> work) { scope.spawn("test", counted(into, std::move(work))); }
    // False: some task did not end in time.
    bool join(std::chrono::seconds limit = 30s) { return run(scope.join(clocks, deadline::after(limit))); }

    int events_of(pool_event::kind kind) const
    {
        return static_cast<int>(
            std::count_if(events.begin(), events.end(), [kind](const pool_event& e) { return e.what == kind; }));
    }
    int backends(testing::plain_connection& witness) const
    {
        return std::stoi(
            witness.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + name + "'"));
    }
    int terminate(testing::plain_connection& witness) const
    {
        return static_cast<int>(
            witness
                .column("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + name +
                        "'")
                .size());
    }

    std::string name;
    asio::io_context context;
    timer_wheel clocks{context};
    offload_pool blocking{context, 2, 64};
    std::vector<pool_event> events;
    task_scope scope{context, {}};
    std::unique_ptr<database> db;

private:
    static std::string unique_name()
    {
        static int made = 0;
        return "pool_test_" + std::to_string(++made);
    }
    static task<void> counted(tally& into, task<void> work)
    {
        const auto started = std::chrono::steady_clock::now();
        try {
            co_await std::move(work);
            ++into.succeeded;
        } catch (const error& why) {
            ++into.failed[why.kind()];
            into.last_message = why.message();
        } catch (const std::exception& why) {
            ++into.failed[error_kind::cancelled];
            into.last_message = why.what();
        }
        into.longest = std::max(into.longest, std::chrono::steady_clock::now() - started);
    }
};

// Small works.
inline task<void> read_one(database& db, std::chrono::milliseconds limit = 5s)
{
    static const statement one{"test.one", "SELECT 1"};
    auto reads = db.reads(deadline::after(limit));
    const auto got = co_await reads->one<std::int32_t>(one);
    if (got != 1)
        throw error{error_kind::internal, "a wrong answer"};
}

inline task<void> ask_one(database& db, std::chrono::milliseconds limit = 5s)
{
    static const statement one{"test.one", "SELECT 1"};
    auto exclusive = db.exclusive(deadline::after(limit));
    const auto got = co_await exclusive->one<std::int32_t>(one);
    if (got != 1)
        throw error{error_kind::internal, "a wrong answer"};
}

inline task<void> sleep_in_server(database& db, double seconds, std::chrono::milliseconds limit)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep($1)"};
    auto exclusive = db.exclusive(deadline::after(limit));
    co_await exclusive->execute(sleep, seconds);
}

// Holds a connection for so long, doing nothing.
inline task<void> hold(world& w, std::chrono::milliseconds time)
{
    static const statement one{"test.one", "SELECT 1"};
    auto tx = co_await w.db->begin({}, deadline::after(30s));
    co_await tx.execute(one);
    asio::steady_timer timer{w.context, time};
    co_await timer.async_wait(asio::use_awaitable);
    co_await tx.commit();
}

inline error failure_of(const std::function<void()>& act)
{
    try {
        act();
    } catch (const error& why) {
        return why;
    }
    return error{error_kind::internal, "nothing was thrown"};
}

} // namespace lightdash::pg
