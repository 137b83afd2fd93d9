#include "app/runtime.hpp"

#include "lightdash/async/task_scope.hpp"
#include "lightdash/core/log.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

namespace lightdash::app {

std::optional<ops::embedded_postgres> private_postgres(const settings& config)
{
    if (!config.database_url.empty())
        return std::nullopt;
    return ops::embedded_postgres::start({.data_dir = config.data_dir});
}

pg::connection_options connection_options(const settings& config, const std::optional<ops::embedded_postgres>& own)
{
    pg::connection_options options;
    options.conninfo = own ? secret{own->conninfo()} : config.database_url;
    options.transaction_pooler = config.transaction_pooler;
    return options;
}

pg::pool_options pool_options(const settings& config)
{
    pg::pool_options options;
    options.min = config.pool_min;
    options.max = config.pool_max;
    options.lanes = config.pool_lanes;
    options.queue_limit = config.pool_queue;
    options.acquire_timeout = config.pool_acquire_timeout;
    options.idle_timeout = config.pool_idle_timeout;
    options.max_lifetime = config.pool_max_lifetime;
    return options;
}

void log_pool_event(const pg::pool_event& event)
{
    using kind = pg::pool_event::kind;
    switch (event.what) {
    case kind::connected:
    case kind::notice:
        log::debug(event.text);
        break;
    case kind::came_up:
        log::info(event.text);
        break;
    case kind::connect_failed:
    case kind::went_down:
    case kind::connection_lost:
    case kind::long_hold:
        log::warn(event.text);
        break;
    }
}

namespace {

pg::pool_options command_pool(const settings& config)
{
    auto options = pool_options(config);
    options.min = 1;
    options.max = 3;
    options.lanes = 1;
    return options;
}

} // namespace

command_postgres::command_postgres(const settings& config)
{
    const auto running = config.database_url.empty()
                             ? ops::embedded_postgres::conninfo_of_running({.data_dir = config.data_dir})
                             : std::nullopt;
    if (!running)
        own_ = private_postgres(config);
    connection_ = connection_options(config, own_);
    if (running)
        connection_.conninfo = secret{*running};
}

runtime::runtime(const settings& config)
    : postgres_(config),
      database_(context_, clocks_, blocking_, postgres_.connection(), command_pool(config), log_pool_event)
{}

runtime::~runtime() = default;

int runtime::run(task<int> work, std::chrono::seconds patience)
{
    std::exception_ptr failure;
    int code = 1;
    bool interrupted = false;
    task_scope scope{context_, {}};
    asio::signal_set signals{context_, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code ignored, int) {
        if (ignored)
            return;
        interrupted = true;
        scope.cancel();
    });
    const auto body = [&]() -> task<> {
        try {
            co_await database_.wait_until_up(deadline::after(patience));
            code = co_await std::move(work);
        } catch (...) {
            failure = std::current_exception();
        }
    };
    const auto whole = [&]() -> task<> {
        co_await scope.join(clocks_, deadline::never());
        co_await database_.stop(deadline::after(std::chrono::seconds{2}));
        context_.stop(); // what is left are clocks
    };
    database_.start();
    scope.spawn("command", body());
    task_scope closing{context_, {}};
    closing.spawn("closing", whole());
    context_.run();
    if (interrupted)
        return 130;
    if (failure)
        std::rethrow_exception(failure);
    return code;
}

} // namespace lightdash::app
