#include "lightdash/pg/listener.hpp"

#include "lightdash/async/pause.hpp"
#include "pg/connection/connection.hpp"

#include "lightdash/core/log.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace lightdash::pg {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{10};
constexpr milliseconds longest_pause{5000};
constexpr std::chrono::seconds listen_limit{5};

std::string listen_text(const std::string& channel)
{
    std::string text{"LISTEN \""};
    for (const char c : channel) {
        text += c;
        if (c == '"')
            text += c;
    }
    text += '"';
    return text;
}

} // namespace

struct listener::state final : connection_watcher {
    state(asio::io_context& io, timer_wheel& wheel, offload_pool& threads, connection_options how,
          std::vector<std::string> names, callback on_notify)
        : context(io), clocks(wheel), blocking(threads), options(std::move(how)), channels(std::move(names)),
          notify(std::move(on_notify))
    {
        for (const auto& channel : channels)
            commands.push_back(listen_text(channel));
    }

    void on_notify(connection&, std::string_view channel, std::string_view payload) noexcept override
    {
        notify(channel, payload);
    }
    void on_lost(connection&, const error&) noexcept override
    {
        if (lost)
            lost->set(true);
    }

    // Returns when the connection is lost; throws when it could not be made.
    task<void> listen();
    task<void> subscribe(connection& line);
    // Full jitter: the instances of a fleet that lost the same server do not return all at once.
    milliseconds next_pause();

    asio::io_context& context;
    timer_wheel& clocks;
    offload_pool& blocking;
    connection_options options;
    std::vector<std::string> channels;
    std::vector<std::string> commands;
    callback notify;
    completion<bool>* lost = nullptr;
    milliseconds ceiling = first_pause;
    std::minstd_rand random{std::random_device{}()};
};

task<void> listener::state::listen()
{
    const auto line = co_await connection::open(context, clocks, blocking, options, deadline::never());
    completion<bool> gone;
    lost = &gone;
    line->watch(this);
    line->mark_listening();
    co_await subscribe(*line);
    ceiling = first_pause;
    for (const auto& channel : channels)
        notify(channel, {});
    co_await gone.wait();
}

task<void> listener::state::subscribe(connection& line)
{
    auto b = std::make_unique<batch>();
    for (const auto& text : commands)
        b->commands.push_back(command::plain(text));
    co_await line.run(b, deadline::after(listen_limit));
    if (const auto* failure = b->first_failure())
        throw error{*failure};
}

milliseconds listener::state::next_pause()
{
    const auto longest = std::exchange(ceiling, std::min(ceiling * 2, longest_pause));
    return milliseconds{std::uniform_int_distribution<milliseconds::rep>{0, longest.count()}(random)};
}

listener::listener(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, connection_options options,
                   std::vector<std::string> channels, callback on_notify)
    : state_(std::make_unique<state>(context, clocks, blocking, std::move(options), std::move(channels),
                                     std::move(on_notify)))
{}

listener::~listener() = default;

task<void> listener::run()
{
    bool told = false; // one line for each time that the server is away
    for (;;) {
        std::string why = "The connection was lost.";
        try {
            co_await state_->listen();
            told = false;
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            why = failure.message();
        }
        state_->lost = nullptr;
        if (!std::exchange(told, true))
            log::warn("Does not hear the database's notifications; tries again until it does.", {{"reason", why}});
        co_await pause(state_->clocks, state_->next_pause());
    }
}

} // namespace lightdash::pg
