#include "lightdash/migrate/migrator.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/core/counted.hpp"

#include "migrate/history/history.hpp"
#include "migrate/run/blockers.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/run/index_state.hpp"
#include "migrate/run/locked_transaction.hpp"
#include "migrate/run/run_in_transaction.hpp"
#include "migrate/run/run_without_transaction.hpp"
#include "migrate/run/take_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;
using clock = deadline::clock;

constexpr int tries_per_migration = 5;

milliseconds since(clock::time_point began)
{
    return std::chrono::duration_cast<milliseconds>(clock::now() - began);
}

// Trying again is safe whatever happened: what is to be done is planned again from the committed history. It makes
// sense when others were in the way, or when nobody knows whether the commit arrived; not when the migration itself
// broke the server.
bool worth_another_try(const std::exception_ptr& failure)
{
    if (const auto* const told = exception_as<migrate_error>(failure))
        return told->code() == exit_code::locked;
    const auto* const known = exception_as<error>(failure);
    return known && (known->in_doubt() || known->retryable());
}

std::string message_of(const std::exception_ptr& failure)
{
    if (const auto* const known = exception_as<error>(failure))
        return known->message().substr(0, known->message().find('\n'));
    std::rethrow_exception(failure);
}

// The file of what was interrupted, as it was then.
const migration& resumable(const registry& known, const applied_migration& half_done)
{
    const auto* ours = known.find(half_done.name);
    if (ours && ours->checksum == half_done.checksum)
        return *ours;
    throw migrate_error{exit_code::history,
                        error{error_kind::configuration, status_of(known, {&half_done, 1}).front().detail}};
}

} // namespace

std::vector<const migration*> limited_to(std::vector<const migration*> plan, const up_goal& goal)
{
    if (!goal.to.empty()) {
        const auto last = migration_number(goal.to);
        std::erase_if(plan, [&](const migration* one) { return migration_number(one->name) > last; });
    }
    plan.resize(std::min(plan.size(), goal.steps));
    return plan;
}

std::vector<std::string> reverted_by(std::span<const applied_migration> history, const down_goal& goal)
{
    std::vector<std::string> names;
    const bool counted = !goal.batch && goal.to.empty();
    for (auto row = history.rbegin(); row != history.rend(); ++row) {
        if (row->name == goal.to || (goal.batch && row->batch != history.back().batch) ||
            (counted && names.size() == goal.steps))
            break;
        names.push_back(row->name);
    }
    return names;
}

// One call of up() or down().
struct migrator::run : run_context {
    run(migrator& owner, deadline end)
        : run_context{owner.db_,      owner.clocks_, owner.known_,
                      owner.options_, end,           end.shortened_to(owner.options_.lock_wait)}
    {}

    bool up = true;
    up_goal forward;
    down_goal backward;
    std::optional<std::int64_t> batch; // of down_goal::batch
    std::size_t done = 0;              // in the wanted direction
    std::size_t planned = 0;           // from the current one on
    const migration* current = nullptr;
};

struct migrator::step {
    struct one {
        const migration* what;
        bool up;
        milliseconds took;
    };
    std::vector<one> done; // empty: nothing was left to do
};

migrator::migrator(pg::database& db, timer_wheel& clocks, const registry& known, migrator_options options)
    : db_(db), clocks_(clocks), known_(known), options_(std::move(options))
{}

task<std::size_t> migrator::up(up_goal goal, deadline until)
{
    // A database that is up to date is only read: no lock, no write.
    const auto rows = co_await history(until);
    const auto plan = limited_to(plan_up(known_, rows, options_.strict), goal);
    if (plan.empty() && !interrupted_of(rows))
        co_return 0;
    run call{*this, until};
    call.forward = std::move(goal);
    co_return co_await repeat(call);
}

task<std::size_t> migrator::down(down_goal goal, deadline until)
{
    run call{*this, until};
    call.up = false;
    call.backward = std::move(goal);
    co_return co_await repeat(call);
}

task<std::vector<status_row>> migrator::status(deadline until)
{
    const auto rows = co_await history(until);
    auto all = status_of(known_, rows);
    const auto* half_done = interrupted_of(rows);
    const auto* ours = half_done ? known_.find(half_done->name) : nullptr;
    if (!ours)
        co_return all;
    const auto& statements = half_done->state == progress_state::applying ? ours->up : ours->down;
    const auto left = statements_left(*ours, *half_done);
    if (left.empty())
        co_return all;
    const auto db = db_.reads(until);
    const auto names = co_await invalid_indexes_of(*db, statements[left.front()].text);
    for (auto& row : all)
        if (row.name == half_done->name && !names.empty())
            row.detail += fmt::format(" It left the invalid index {}, which 'migrate' drops and builds again.",
                                      fmt::join(names, ", "));
    co_return all;
}

task<std::vector<std::string>> migrator::pending(deadline until)
{
    const auto rows = co_await history(until);
    std::vector<std::string> names;
    for (const auto* waiting : pending_of(known_, rows))
        names.push_back(waiting->name);
    co_return names;
}

task<std::vector<applied_migration>> migrator::history(deadline until)
{
    try {
        const auto db = db_.reads(until);
        const auto table = co_await history::table::find(*db);
        auto rows = co_await table.read(*db);
        co_return rows;
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
}

task<std::vector<std::string>> migrator::baseline(up_goal goal, deadline until)
{
    run call{*this, until};
    try {
        co_await prepare_lock(call);
        auto tx = co_await begin_locked(call);
        const auto rows = co_await call.history.read(tx);
        const auto plan = limited_to(plan_up(known_, rows, options_.strict), goal);
        if (!plan.empty())
            co_await call.history.prepare(tx);
        std::vector<std::string> names;
        for (const auto* one : plan) {
            co_await call.history.record(tx, *one, milliseconds{0}, call.circumstances());
            names.push_back(one->name);
        }
        co_await tx.commit();
        co_return names;
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
}

// In a transaction of its own: a migration without one writes its rows on a second connection, which the change of the
// table would shut out.
task<void> migrator::complete_history(run& call)
{
    const auto db = db_.reads(call.until);
    const auto table = co_await history::table::find(*db);
    const bool older = co_await table.is_of_older_program(*db);
    if (!older)
        co_return;
    auto tx = co_await begin_locked(call);
    co_await call.history.prepare(tx);
    co_await tx.commit();
}

// As often as the goal wants. A failure says how far it came.
task<std::size_t> migrator::repeat(run& call)
{
    const auto wanted = call.up                                            ? call.forward.steps
                        : call.backward.batch || !call.backward.to.empty() ? all_of_them
                                                                           : call.backward.steps;
    std::optional<migrate_error> failed;
    try {
        co_await prepare_lock(call);
        co_await complete_history(call);
        for (bool more = true; more && call.done < wanted;)
            more = co_await do_next(call);
        co_return call.done;
    } catch (const migrate_error& failure) {
        failed = failure;
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
    const auto untried = std::min(call.planned, wanted - call.done) - (call.planned > 0 ? 1 : 0);
    const bool of_a_migration = failed->code() == exit_code::failed || failed->code() == exit_code::locked;
    if (!of_a_migration || (call.done == 0 && untried == 0))
        throw migrate_error{*failed};
    const auto verb = call.up ? "applied" : "reverted";
    error described{failed->kind(),
                    fmt::format("{}\n{} {} before it stay{} {}; {} after it {} not tried.", failed->message(),
                                counted(call.done, "migration"), verb, call.done == 1 ? "s" : "", verb, untried,
                                untried == 1 ? "was" : "were")};
    if (failed->database())
        described = described.with_database(*failed->database());
    throw migrate_error{failed->code(), std::move(described)};
}

// False when nothing was left to do.
task<bool> migrator::do_next(run& call)
{
    for (int attempts = 1;; ++attempts) {
        auto next = co_await attempt(try_next(call));
        if (next) {
            const auto made = std::move(next).get();
            for (const auto& one : made.done) {
                call.done += one.up == call.up;
                if (options_.on_step)
                    options_.on_step({one.what->name, one.up, one.took});
            }
            co_return !made.done.empty() && !(call.up && call.forward.one_transaction);
        }
        const bool waited_out = !call.had_lock && call.lock_until.expired();
        if (attempts == tries_per_migration || waited_out || !worth_another_try(next.failure()))
            rethrow_for_operator(next.failure());
        const auto time = jittered_pause(attempts);
        call.note(fmt::format("Try {} of {} failed, the next one comes in {} ms: {}", attempts, tries_per_migration,
                              time.count(), message_of(next.failure())));
        co_await pause(clocks_, time);
    }
}

task<migrator::step> migrator::try_next(run& call)
{
    call.current = nullptr;
    auto tx = co_await begin_locked(call);
    auto ended = co_await attempt([&]() -> task<step> {
        auto next = co_await run_next(tx, call);
        co_await tx.commit();
        co_return next;
    });
    if (ended)
        co_return std::move(ended).get();
    if (was_cancelled(ended.failure()) && call.current)
        call.note(fmt::format("Interrupted: {} {}; {} before it stay.", call.current->name,
                              call.current->transaction ? "is rolled back" : "stays half done until the next 'migrate'",
                              counted(call.done, "migration")));
    co_await roll_back_after(tx, ended.failure());
    co_return std::move(ended).get();
}

task<migrator::step> migrator::run_next(pg::transaction& tx, run& call)
{
    const auto rows = co_await call.history.read(tx);
    const auto* half_done = interrupted_of(rows);
    step next;
    if (half_done && half_done->state == progress_state::reverting) {
        const auto began = clock::now();
        call.current = &resumable(known_, *half_done);
        co_await release_snapshot(tx);
        co_await run_without_transaction(call, *call.current, false, half_done);
        next.done.push_back({call.current, false, since(began)});
        co_return next;
    }
    std::vector<const migration*> plan;
    if (call.up) {
        plan = limited_to(plan_up(known_, rows, options_.strict), call.forward);
        if (call.forward.one_transaction)
            co_return co_await run_all(tx, call, plan);
    } else if (const auto* last = next_down(rows, call)) {
        plan.push_back(last);
    }
    call.planned = call.up ? plan.size() : rows.size(); // the goal's steps are taken off in repeat()
    if (plan.empty()) {
        if (call.up && call.done > 0)
            co_await call.history.join_batches(tx, *call.began);
        co_return next;
    }

    const auto& what = *plan.front();
    call.current = &what;
    const auto began = clock::now();
    if (!what.transaction) {
        const bool begun = half_done && half_done->name == what.name;
        co_await release_snapshot(tx);
        co_await run_without_transaction(call, what, call.up, begun ? half_done : nullptr);
        next.done.push_back({&what, call.up, since(began)});
        co_return next;
    }
    co_await run_in_transaction(call, tx, what, call.up);
    next.done.push_back({&what, call.up, since(began)});
    co_await call.history.prepare(tx);
    if (!call.up) {
        co_await call.history.forget(tx, what.name);
        co_return next;
    }
    co_await call.history.record(tx, what, next.done.front().took, call.circumstances());
    co_return next;
}

// What to revert now, or null.
const migration* migrator::next_down(const std::vector<applied_migration>& rows, run& call) const
{
    const auto& goal = call.backward;
    if (!goal.to.empty()) {
        const auto& stays = goal.to;
        if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.name == stays; }))
            throw migrate_error{exit_code::other,
                                error{error_kind::usage, fmt::format("{} is not applied, so nothing can be reverted "
                                                                     "down to it.",
                                                                     stays)}};
        if (rows.back().name == stays)
            return nullptr;
    }
    if (goal.batch && !rows.empty()) {
        call.batch = call.batch.value_or(rows.back().batch);
        if (rows.back().batch != *call.batch)
            return nullptr;
    }
    return plan_down(known_, rows);
}

// The whole plan in the one transaction.
task<migrator::step> migrator::run_all(pg::transaction& tx, run& call, const std::vector<const migration*>& plan)
{
    step all;
    for (const auto* one : plan)
        if (!one->transaction)
            throw migrate_error{
                exit_code::other,
                error{error_kind::usage, fmt::format("{} has transaction:off, so it cannot be applied with "
                                                     "--one-transaction. Apply up to it first: migrate --to.",
                                                     one->name)}};
    call.planned = 0; // nothing stays when one fails
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto began = clock::now();
        call.current = plan[i];
        co_await run_in_transaction(call, tx, *plan[i], true);
        const auto took = since(began);
        co_await call.history.prepare(tx); // which the migration may have moved
        co_await call.history.record(tx, *plan[i], took, call.circumstances());
        all.done.push_back({plan[i], true, took});
    }
    co_return all;
}

} // namespace lightdash::migrate
