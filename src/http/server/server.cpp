#include "lightdash/http/server.hpp"

#include "http/server/server_state.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lightdash::http {

namespace {

// How long a cancelled handler may take to unwind before its connection is cut.
constexpr std::chrono::seconds unwind_time{2};

} // namespace

server::server(asio::io_context& context, timer_wheel& clocks, const router& routes, server_options options,
               access_log on_access)
    : state_(std::make_shared<state>(context, clocks, routes, std::move(options), std::move(on_access)))
{}

server::~server()
{
    state_->abandon();
}

void server::start()
{
    state_->listen();
    state_->accept_next();
}

unsigned short server::port() const noexcept
{
    return state_->bound_port;
}

void server::begin_drain()
{
    state_->shared.draining = true;
}

task<bool> server::stop(deadline until)
{
    const auto keep = state_;
    keep->shared.draining = keep->shared.stopping = true;
    keep->take_backlog();
    keep->stop_accepting();
    keep->close_idle();
    co_await asio::post(keep->context, asio::use_awaitable); // an accept that has just completed is heard of first
    const bool all_ended = co_await keep->wait_until_empty(until);
    if (all_ended)
        co_return true;
    const bool none_cancelled = keep->cancel_busy() == 0;
    const bool unwound = co_await keep->wait_until_empty(deadline::after(unwind_time));
    if (unwound)
        co_return none_cancelled;
    keep->cut_all();
    co_await keep->wait_until_empty(deadline::after(unwind_time));
    co_return none_cancelled;
}

server_stats server::stats() const noexcept
{
    auto now = state_->shared.stats;
    now.connections = state_->connections();
    now.queueing = state_->shared.queueing.inside();
    return now;
}

} // namespace lightdash::http
