#include "lightdash/migrate/migrator.hpp"

#include "lightdash/async/completion.hpp"
#include "migrate/failure.hpp"
#include "migrate/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <random>
#include <utility>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;
using clock = deadline::clock;

constexpr int tries_per_migration = 5;

// Advisory locks are per database; the number is the first eight bytes of "lightdash".
const pg::statement take_lock{"migrations.lock", "select pg_advisory_xact_lock(7811888726977831283)"};
const pg::statement set_limit{"migrations.limit", "select set_config($1, $2, true)"};
// The portal of a SELECT keeps its snapshot until the next statement, and CREATE INDEX CONCURRENTLY on another
// connection would wait for that snapshot for ever. SET takes none; this one also keeps the server from ending a lock
// holder that looks idle.
const pg::statement idle_without_snapshot{"migrations.idle", "set local idle_in_transaction_session_timeout = 0"};
const pg::statement read_clock{"migrations.clock", "select clock_timestamp()"};

milliseconds since(clock::time_point began)
{
    return std::chrono::duration_cast<milliseconds>(clock::now() - began);
}

// As PostgreSQL's settings take it: 0 is no limit.
std::string milliseconds_until(deadline until)
{
    if (until.is_never())
        return "0";
    const auto left = std::chrono::duration_cast<milliseconds>(until.remaining()).count();
    return std::to_string(std::clamp<std::int64_t>(left, 1, 2'147'483'647));
}

// Half to one and a half times a tenth of a second, doubled with each try: migrators that failed together try apart.
milliseconds jittered_pause(int attempt)
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    const int base = 100 << attempt;
    return milliseconds{std::uniform_int_distribution<int>{base / 2, base * 3 / 2}(random)};
}

task<void> pause(timer_wheel& clocks, milliseconds time)
{
    completion<bool> over;
    alarm bell([](void* waiting) noexcept { static_cast<completion<bool>*>(waiting)->set(true); }, &over);
    clocks.arm(bell, deadline::after(time));
    co_await over.wait();
}

bool was_cancelled(const std::exception_ptr& failure)
{
    try {
        rethrow_for_operator(failure);
    } catch (const error& known) {
        return known.kind() == error_kind::cancelled;
    } catch (...) {
        return false;
    }
}

// Trying again is safe whatever happened: what is to be done is planned again from the committed history. It makes
// sense when others were in the way, or when nobody knows whether the commit arrived; not when the migration itself
// broke the server.
bool worth_another_try(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const migrate_error& known) {
        return known.code() == exit_code::locked;
    } catch (const error& known) {
        return known.in_doubt() || known.retryable();
    } catch (...) {
        return false;
    }
}

} // namespace

// One call of up() or down().
struct migrator::run {
    bool up;
    deadline until;
    deadline lock_until; // for the migrators' lock: waiting for all of the call's migrations together
    std::optional<pg::timestamptz> began;
    bool had_lock = false; // in the current try
};

struct migrator::step {
    const migration* what = nullptr; // null: nothing was left to do
    milliseconds took{0};
};

migrator::migrator(pg::database& db, timer_wheel& clocks, const registry& known, migrator_options options)
    : db_(db), clocks_(clocks), known_(known), options_(std::move(options))
{}

task<std::size_t> migrator::up(deadline until)
{
    // A database that is up to date is only read: no lock, no write.
    const auto rows = co_await applied(until);
    if (plan_up(known_, rows).empty())
        co_return 0;

    run call{true, until, until.shortened_to(options_.lock_wait), {}};
    std::size_t count = 0;
    for (bool more = true; more; count += more)
        more = co_await do_next(call);
    co_return count;
}

task<std::size_t> migrator::down(std::size_t steps, deadline until)
{
    run call{false, until, until.shortened_to(options_.lock_wait), {}};
    std::size_t count = 0;
    for (bool more = true; more && count < steps; count += more)
        more = co_await do_next(call);
    co_return count;
}

task<std::vector<status_row>> migrator::status(deadline until)
{
    const auto rows = co_await applied(until);
    co_return status_of(known_, rows);
}

task<std::vector<std::string>> migrator::pending(deadline until)
{
    const auto rows = co_await applied(until);
    std::vector<std::string> names;
    for (const auto* waiting : pending_of(known_, rows))
        names.push_back(waiting->name);
    co_return names;
}

task<std::vector<applied_migration>> migrator::applied(deadline until)
{
    std::exception_ptr failure;
    try {
        const auto db = db_.reads(until);
        auto rows = co_await history::read(*db);
        co_return rows;
    } catch (...) {
        failure = std::current_exception();
    }
    rethrow_for_operator(failure);
}

// False when nothing was left to do.
task<bool> migrator::do_next(run& call)
{
    for (int attempt = 1;; ++attempt) {
        std::exception_ptr failure;
        try {
            const auto done = co_await try_next(call);
            if (done.what && options_.on_step)
                options_.on_step({done.what->name, call.up, done.took});
            co_return done.what != nullptr;
        } catch (...) {
            failure = std::current_exception();
        }
        const bool waited_out = !call.had_lock && call.lock_until.expired();
        if (attempt == tries_per_migration || waited_out || !worth_another_try(failure))
            rethrow_for_operator(failure);
        co_await pause(clocks_, jittered_pause(attempt));
    }
}

task<migrator::step> migrator::try_next(run& call)
{
    call.had_lock = false;
    auto tx = co_await db_.begin({}, call.until);
    std::exception_ptr failure;
    try {
        const auto done = co_await run_next(tx, call);
        co_await tx.commit();
        co_return done;
    } catch (...) {
        failure = std::current_exception();
    }
    // Now rather than by the pool later: the lock must be free when this returns. A cancelled coroutine cannot wait for
    // it.
    if (!was_cancelled(failure))
        co_await tx.rollback();
    std::rethrow_exception(failure);
}

task<migrator::step> migrator::run_next(pg::transaction& tx, run& call)
{
    if (!call.began)
        call.began = co_await tx.one<pg::timestamptz>(read_clock);
    co_await lock(tx, call);
    const auto rows = co_await history::read(tx);
    step next;
    if (call.up) {
        const auto plan = plan_up(known_, rows);
        next.what = plan.empty() ? nullptr : plan.front();
    } else {
        next.what = plan_down(known_, rows);
    }
    if (!next.what)
        co_return next;

    const auto began = clock::now();
    if (next.what->transaction) {
        co_await execute(tx, *next.what, call.up);
    } else {
        co_await tx.execute(idle_without_snapshot); // this transaction goes on holding the lock
        const auto alone = db_.exclusive(call.until);
        co_await execute(*alone, *next.what, call.up);
    }
    next.took = since(began);

    if (!call.up) {
        co_await history::forget(tx, next.what->name);
        co_return next;
    }
    co_await history::prepare(tx);
    co_await history::record(tx, *next.what, next.took, known_.program_version(), *call.began);
    co_return next;
}

task<void> migrator::lock(pg::transaction& tx, run& call)
{
    const auto began = clock::now();
    std::optional<error> busy;
    try {
        pg::flight wait;
        wait.add(set_limit, "lock_timeout", milliseconds_until(call.lock_until));
        wait.add(take_lock);
        co_await tx.send(wait);
    } catch (const error& failure) {
        if (failure.kind() != error_kind::lock_timeout && failure.kind() != error_kind::deadline_exceeded)
            throw;
        busy = failure;
    }
    if (busy)
        throw lock_failure(since(began), *busy);
    call.had_lock = true;
    pg::flight limits;
    limits.add(set_limit, "lock_timeout", std::to_string(options_.lock_timeout.count()));
    limits.add(set_limit, "statement_timeout", milliseconds_until(call.until));
    co_await tx.send(limits);
}

task<void> migrator::execute(pg::session& db, const migration& what, bool up)
{
    const auto& statements = up ? what.up : what.down;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto statement =
            pg::statement::trusted(fmt::format("migration.{}.{}", what.name, i + 1), statements[i].text);
        std::optional<error> refused;
        try {
            co_await db.execute(statement);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            refused = failure;
        }
        if (refused)
            throw statement_failure(what, up, i, *refused);
    }
}

} // namespace lightdash::migrate
