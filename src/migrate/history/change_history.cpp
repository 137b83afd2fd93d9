#include "migrate/history/change_history.hpp"

#include "migrate/run/failure.hpp"
#include "migrate/run/locked_transaction.hpp"
#include "migrate/run/take_lock.hpp"

#include <exception>

namespace lightdash::migrate {

task<void> change_history(pg::database& db, timer_wheel& clocks, const registry& known, lock_kind lock, deadline until,
                          history_change change)
{
    migrator_options options;
    options.lock = lock;
    run_context call{db, clocks, known, options, until, until.shortened_to(options.lock_wait)};
    try {
        co_await prepare_lock(call);
        auto tx = co_await begin_locked(call);
        const auto rows = co_await call.history.read(tx);
        co_await change(tx, call.history, rows);
        co_await tx.commit();
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
}

} // namespace lightdash::migrate
