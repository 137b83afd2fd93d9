#include "migrate/run/locked_transaction.hpp"

#include "migrate/run/blockers.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/run/take_lock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;

const pg::statement set_local{"migrations.limit", "select set_config($1, $2, true)"};
const pg::statement set_session{"migrations.session_limit", "select set_config($1, $2, false)"};
// PostgreSQL 14 and later notice a client that is gone while they work (measured: 0.4 s instead of the whole
// statement).
const pg::statement check_client_local{"migrations.check_client", R"(
    select set_config(name, '500ms', true) from pg_settings where name = 'client_connection_check_interval')"};
const pg::statement check_client_session{"migrations.check_client_session", R"(
    select set_config(name, '500ms', false) from pg_settings where name = 'client_connection_check_interval')"};
const pg::statement read_clock{"migrations.clock", "select clock_timestamp()"};
// The portal of a SELECT keeps its snapshot until the next statement, and CREATE INDEX CONCURRENTLY on another
// connection would wait for that snapshot for ever. SET takes none; this one also keeps the server from ending a lock
// holder that looks idle.
const pg::statement idle_without_snapshot{"migrations.idle", "set local idle_in_transaction_session_timeout = 0"};

constexpr milliseconds between_attempts{100};
constexpr std::chrono::seconds between_lock_tries{10};

// As PostgreSQL's settings take it: 0 is no limit.
std::string milliseconds_until(deadline until)
{
    if (until.is_never())
        return "0";
    const auto left = std::chrono::duration_cast<milliseconds>(until.remaining()).count();
    return std::to_string(std::clamp<std::int64_t>(left, 1, 2'147'483'647));
}

task<bool> try_lock(pg::transaction& tx, run_context& call)
{
    pg::statement_batch all;
    add_limits(all, call, true);
    const auto clock = all.add(read_clock);
    const auto take = lock_attempt(call);
    const auto attempt = all.add(take);
    co_await tx.send(all);
    if (!call.began)
        call.began = all.one<pg::timestamptz>(clock);
    co_return lock_taken(all, attempt);
}

// Tells who has the lock, when that is new.
class holder_report {
public:
    task<void> look(run_context& call)
    {
        std::optional<lock_holder> holder;
        try {
            holder = co_await holder_of_lock(call.db, call.options.lock, call.until.shortened_to(between_lock_tries));
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw; // anything else: the wait goes on without a report
        }
        if (!holder)
            co_return;
        if (last_ != holder->text() || repeat_.expired()) {
            call.note(fmt::format("Waiting for another migrator: {}", holder->text()));
            repeat_ = deadline::after(between_lock_tries);
        }
        last_ = holder->text();
    }
    const std::string& last() const noexcept { return last_; }

private:
    std::string last_;
    deadline repeat_ = deadline::never();
};

} // namespace

void add_limits(pg::statement_batch& statements, const run_context& call, bool local)
{
    const auto& set = local ? set_local : set_session;
    statements.add(set, "lock_timeout", std::to_string(call.options.lock_timeout.count()));
    statements.add(set, "statement_timeout", milliseconds_until(call.until));
    statements.add(local ? check_client_local : check_client_session);
}

task<pg::transaction> begin_locked(run_context& call)
{
    call.had_lock = false;
    const auto began = deadline::clock::now();
    holder_report holder;
    for (;;) {
        auto tx = co_await call.db.begin(call.for_files(), call.until);
        const bool locked = co_await try_lock(tx, call);
        call.had_lock = locked;
        if (locked) {
            call.history = co_await history::table::find(tx);
            co_return tx;
        }
        co_await tx.rollback();
        co_await holder.look(call);
        if (call.lock_until.expired())
            throw lock_failure(std::chrono::duration_cast<milliseconds>(deadline::clock::now() - began), holder.last());
        co_await pause(call.clocks, between_attempts);
    }
}

task<void> release_snapshot(pg::transaction& tx)
{
    co_await tx.execute(idle_without_snapshot);
}

task<void> roll_back_after(pg::transaction& tx, const std::exception_ptr& failure)
{
    if (!was_cancelled(failure))
        co_await tx.rollback();
}

} // namespace lightdash::migrate
