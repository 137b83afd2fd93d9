// One connection to the test server, its loop, and short words for what tests do with it.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/row.hpp"

#include "pg/connection/connection.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace lightdash::pg {

using namespace std::chrono_literals;

inline std::string test_dsn()
{
    const char* given = std::getenv("DATABASE_URL_TEST");
    if (!given)
        throw std::runtime_error("DATABASE_URL_TEST is not set: start a PostgreSQL and say where it is");
    return given;
}

class connection_fixture : public ::testing::Test {
protected:
    template <class T>
    T run(task<T> work)
    {
        return testing::run_task(context_, std::move(work));
    }
    task<std::unique_ptr<connection>> open_to(const std::string& dsn, deadline until = deadline::after(10s))
    {
        connection_options options;
        options.conninfo = secret{dsn};
        co_return co_await connection::open(context_, clocks_, blocking_, options, until);
    }
    std::unique_ptr<connection> open() { return run(open_to(test_dsn())); }

    // Runs the loop for so long, whatever happens.
    void turn(std::chrono::milliseconds time)
    {
        context_.restart();
        context_.run_for(time);
    }

    static std::unique_ptr<batch> batch_of(std::vector<const statement*> statements)
    {
        auto made = std::make_unique<batch>();
        for (const auto* one : statements)
            made->commands.push_back(command::of(*one, {}));
        return made;
    }
    // Runs one statement and returns its answer; throws its failure.
    template <class... Args>
    task<result> ask(connection& on, const statement& what, Args... args)
    {
        auto b = std::make_unique<batch>();
        b->commands.push_back(command::of(what, params::of(args...)));
        co_await on.run(b, deadline::after(20s));
        if (const auto* failure = b->first_failure())
            throw error{*failure};
        co_return b->commands.front().answer;
    }
    template <class T, class... Args>
    T value(connection& on, const statement& what, Args... args)
    {
        const auto answer = run(ask(on, what, args...));
        return map_one<T>(answer, what.name());
    }
    void control(connection& on, std::string_view text)
    {
        auto b = std::make_unique<batch>();
        b->commands.push_back(command::plain(text));
        run(on.run(b, deadline::after(20s)));
        if (const auto* failure = b->first_failure())
            throw error{*failure};
    }
    // From another connection; waits until the backend is gone.
    void terminate(int pid)
    {
        static const statement kill{"test.terminate", "SELECT pg_terminate_backend($1::int4, 5000)"};
        auto other = open();
        EXPECT_TRUE(value<bool>(*other, kill, pid));
    }
    template <class Work>
    static error_kind kind_of(Work work)
    {
        try {
            work();
        } catch (const error& failure) {
            return failure.kind();
        }
        return error_kind::internal;
    }

    asio::io_context context_;
    timer_wheel clocks_{context_};
    offload_pool blocking_{context_, 2, 64};
};

} // namespace lightdash::pg
