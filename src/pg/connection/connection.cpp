#include "pg/connection/connection.hpp"

#include "pg/connection/awaited_batch.hpp"
#include "pg/connection/cleaning.hpp"
#include "pg/connection/connection_impl.hpp"
#include "pg/connection/offload_until.hpp"

#include <utility>

namespace lightdash::pg {

connection::connection(std::shared_ptr<impl> made) noexcept : impl_(std::move(made)) {}

connection::~connection()
{
    impl_->close();
}

void connection::submit(batch& b)
{
    impl_->submit(b);
}

task<void> connection::run(std::unique_ptr<batch>& b, deadline until)
{
    awaited_batch trip{*this, b, until};
    co_await trip.answer();
    trip.check();
}

bool connection::alive()
{
    return impl_->alive();
}
bool connection::busy() const noexcept
{
    return impl_->busy();
}
bool connection::broken() const noexcept
{
    return impl_->queue.failed();
}

connection::transaction_status connection::status() const noexcept
{
    return broken() || busy() ? transaction_status::unknown : impl_->line.status();
}

bool connection::reusable() const noexcept
{
    return !impl_->listening && status() == transaction_status::idle;
}

task<bool> connection::cancel(deadline until)
{
    const auto driver = impl_;
    if (driver->closed || driver->queue.failed())
        co_return false;
    // The PQcancel of libpq 15 sends the session's secret key in the clear, also when the session is encrypted. Closing
    // says the same: see set_limits().
    if (driver->line.encrypted())
        co_return false;
    ++driver->queue.counters().cancels;
    try {
        co_return co_await offload_until(driver->context, driver->clocks, driver->blocking, driver->line.canceller(),
                                         until);
    } catch (const std::exception&) {
        co_return false;
    }
}

task<bool> connection::clean(deadline until)
{
    const auto driver = impl_;
    cleaning machine;
    try {
        for (;;) {
            const auto action = machine.next({.broken = driver->closed || driver->queue.failed(),
                                              .busy = driver->queue.busy(),
                                              .copying = driver->copying,
                                              .out_of_time = until.expired(),
                                              .status = driver->closed ? transaction_status::unknown : status()});
            switch (action) {
            case cleaning::action::cancel: {
                const bool told = co_await cancel(until);
                if (!told)
                    machine.cancel_failed();
                break;
            }
            case cleaning::action::wait:
                co_await driver->wait_until_idle(until.shortened_to(machine.patience()));
                break;
            case cleaning::action::roll_back: {
                auto undo = std::make_unique<batch>();
                undo->commands.push_back(command::plain("ROLLBACK"));
                co_await run(undo, until);
                break;
            }
            case cleaning::action::reusable:
                co_return !driver->listening;
            case cleaning::action::close:
                co_return false;
            }
        }
    } catch (const std::exception&) {
        co_return false;
    }
}

void connection::name_statements(bool wanted) noexcept
{
    impl_->queue.name_statements(wanted);
}
void connection::watch(connection_watcher* watcher) noexcept
{
    impl_->watcher = watcher;
}
void connection::mark_listening() noexcept
{
    impl_->listening = true;
}

int connection::backend_pid() const noexcept
{
    return impl_->line.backend_pid();
}
int connection::server_version() const noexcept
{
    return impl_->line.server_version();
}
std::string_view connection::host() const noexcept
{
    return impl_->line.host();
}
int connection::socket() const noexcept
{
    return impl_->line.socket();
}
const connection_counters& connection::counters() const noexcept
{
    return impl_->queue.counters();
}
std::size_t connection::cached_statements() const noexcept
{
    return impl_->statements.size();
}

} // namespace lightdash::pg
