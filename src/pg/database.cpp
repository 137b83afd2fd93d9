#include "lightdash/pg/database.hpp"

#include "pg/lane/lane_group.hpp"
#include "pg/lane/lane_session.hpp"
#include "pg/pool/pool.hpp"
#include "pg/pool/pool_session.hpp"
#include "pg/pool/retry.hpp"

#include <utility>

namespace lightdash::pg {

struct database::state {
    std::shared_ptr<pool> connections;
    std::shared_ptr<lane_group> lanes;

    ~state()
    {
        lanes->stop();
        connections->abandon();
    }
};

database::database(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking,
                   connection_options connection, pool_options options, listener on_event)
    : state_(std::make_unique<state>())
{
    state_->connections =
        std::make_shared<pool>(context, clocks, blocking, std::move(connection), options, std::move(on_event));
    state_->lanes = std::make_shared<lane_group>(state_->connections);
    state_->connections->on_shortage([lanes = std::weak_ptr{state_->lanes}] {
        if (const auto group = lanes.lock())
            group->give_back_unused();
    });
}

database::~database() = default;

void database::start()
{
    state_->connections->start();
}

task<void> database::wait_until_up(deadline until)
{
    return state_->connections->wait_until_up(until);
}

task<void> database::connect_once(deadline until)
{
    return state_->connections->connect_once(until);
}

void database::renew()
{
    state_->connections->renew();
}

task<void> database::stop(deadline until)
{
    state_->lanes->stop();
    return state_->connections->stop(until);
}

std::unique_ptr<session> database::reads(deadline until)
{
    return std::make_unique<lane_session>(state_->lanes, state_->connections, until);
}

std::unique_ptr<session> database::exclusive(deadline until)
{
    return std::make_unique<pool_session>(state_->connections, until);
}

task<transaction> database::begin(transaction_options options, deadline until)
{
    const auto asked = deadline::clock::now();
    auto borrowed = state_->connections->acquire_idle(until);
    if (!borrowed)
        borrowed = co_await state_->connections->acquire(until);
    transaction made{std::move(borrowed), options, until};
    made.note_wait(deadline::clock::now() - asked);
    co_return made;
}

task<void> database::pause_before_retry(std::exception_ptr failure, int attempt, deadline until)
{
    const auto connections = state_->connections;
    retry_decision decision;
    try {
        std::rethrow_exception(failure);
    } catch (const error& why) {
        if (why.in_doubt())
            ++connections->figures().commits_in_doubt;
        decision = decide_retry(why, attempt, until.remaining(), connections->random());
        if (!decision.again)
            throw after_last_attempt(why);
    }
    ++connections->figures().transaction_retries;
    co_await connections->sleep(deadline::after(decision.pause));
}

pool_stats database::stats() const
{
    return state_->connections->stats();
}

task<std::chrono::nanoseconds> database::ping(deadline until)
{
    static const statement select_one{"ping", "SELECT 1"};
    const auto connections = state_->connections;
    auto borrowed = co_await connections->acquire(until);
    const auto started = deadline::clock::now();
    auto b = std::make_unique<batch>();
    b->commands.push_back(command::of(select_one, {}));
    co_await borrowed->run(b, until);
    if (const auto* refused = b->first_failure())
        throw error{*refused};
    co_return deadline::clock::now() - started;
}

} // namespace lightdash::pg
