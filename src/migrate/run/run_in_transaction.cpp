// Migrations inside a transaction. One that does not get a lock begins again from its savepoint, and holds none
// meanwhile.
#include "migrate/run/run_in_transaction.hpp"

#include "lightdash/async/attempt.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/run/index_state.hpp"
#include "migrate/run/lock_timeouts.hpp"
#include "migrate/run/locked_transaction.hpp"

#include <fmt/format.h>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;
using clock = deadline::clock;

constexpr milliseconds too_dear{1'000}; // what has worked so long is not thrown away after a moment

const pg::statement own_pid{"migrations.pid", "select pg_backend_pid()"};
const pg::statement has_written{"migrations.has_written", "select txid_current_if_assigned() is not null"};

// The statements of a migration, as often as it takes.
class retried_run {
public:
    retried_run(run_context& call, pg::transaction& tx, const migration& what, bool up, int pid)
        : call_(call), tx_(tx), what_(what), statements_(up ? what.up : what.down), up_(up),
          retries_locks_(retries_locks(statements_)),
          blockers_(std::make_shared<blocker_report>(call.db, pid, what.name, call.options.on_note))
    {}

    task<void> run()
    {
        const auto give_up = deadline::after(call_.options.lock_timeout);
        for (bool blocked = false;; blocked = true) {
            auto round = tx_.savepoint([this] { return run_once(); });
            auto ended = co_await attempt(blocked ? watched_closely(call_.clocks, blockers_, std::move(round))
                                                  : watched(call_.clocks, blockers_, std::move(round)));
            if (ended || !retries_locks_ || !is_lock_timeout(ended.failure()) || give_up.expired())
                co_return std::move(ended).get();
            co_await tx_.execute(own_pid); // takes the way back to the savepoint along: now its locks are free
            co_await pause(call_.clocks, pause_between_tries());
        }
    }

private:
    task<void> run_once()
    {
        const auto began = clock::now();
        for (std::size_t i = 0; i < statements_.size(); ++i) {
            const auto statement = statement_of(what_, statements_, i);
            const auto bound = std::to_string(lock_timeout(statements_[i], began).count());
            pg::statement_batch both;
            if (retries_locks_)
                both.add(set_lock_timeout(), bound);
            both.add(statement);
            std::optional<error> refused;
            const auto told = call_.notices.during(what_.file, statements_[i].line);
            try {
                co_await refuse_invalid_leftover(tx_, statements_[i].text);
                co_await tx_.send(both);
            } catch (const error& failure) {
                if (failure.kind() == error_kind::cancelled)
                    throw;
                refused = failure;
            }
            if (refused)
                throw statement_failure(what_, up_, i, *refused);
        }
    }
    milliseconds lock_timeout(const migration_statement& next, clock::time_point began) const
    {
        return clock::now() - began > too_dear ? call_.options.lock_timeout : lock_timeout_for(call_, next, *blockers_);
    }

    run_context& call_;
    pg::transaction& tx_;
    const migration& what_;
    const std::vector<migration_statement>& statements_;
    bool up_;
    bool retries_locks_;
    std::shared_ptr<blocker_report> blockers_;
};

task<void> change_data(pg::transaction& tx, const migration& what, bool up)
{
    const auto sent = tx.usage().statements;
    std::optional<error> refused;
    try {
        co_await (up ? what.change_up : what.change_down)(tx);
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        refused = failure;
    }
    if (!refused && tx.usage().statements == sent) {
        const bool copied = co_await tx.one<bool>(has_written); // COPY is not counted as a statement
        if (!copied)
            refused = error{error_kind::internal, "it sent no statement: is a co_await missing?"};
    }
    if (refused)
        throw change_failure(what, up, *refused);
}

} // namespace

task<void> run_statements(run_context& call, pg::transaction& tx, const migration& what, bool up)
{
    const int pid = co_await tx.one<std::int32_t>(own_pid);
    if (up ? what.change_up : what.change_down) {
        const auto blockers = std::make_shared<blocker_report>(call.db, pid, what.name, call.options.on_note);
        const auto told = call.notices.during(what.file, 0);
        co_await watched(call.clocks, blockers, change_data(tx, what, up));
        co_return;
    }
    retried_run all{call, tx, what, up, pid};
    co_await all.run();
}

pg::statement statement_of(const migration& what, const std::vector<migration_statement>& statements, std::size_t i)
{
    return pg::statement::trusted(fmt::format("migration.{}.{}", what.name, i + 1), statements[i].text,
                                  pg::row_format::text);
}

// DISCARD ALL does more, but not inside a transaction; and the history's row comes after this, inside it.
task<void> reset_session(run_context& call, pg::transaction& tx)
{
    static const pg::statement user{"migrations.reset_user", "reset session authorization"};
    static const pg::statement role{"migrations.reset_role", "reset role"};
    static const pg::statement settings{"migrations.reset_settings", "reset all"};
    static const pg::statement channels{"migrations.reset_channels", "unlisten *"};
    static const pg::statement tables{"migrations.reset_tables", "discard temp"};
    static const pg::statement locks{"migrations.reset_locks", "select pg_advisory_unlock_all()"};
    pg::statement_batch all;
    for (const auto* one : {&user, &role, &settings, &channels, &tables})
        all.add(*one);
    if (call.options.lock == lock_kind::advisory) // else the engine may have none
        all.add(locks);
    add_limits(all, call, true);
    co_await tx.send(all);
}

task<void> run_in_transaction(run_context& call, pg::transaction& tx, const migration& what, bool up)
{
    co_await run_statements(call, tx, what, up);
    co_await reset_session(call, tx);
}

} // namespace lightdash::migrate
