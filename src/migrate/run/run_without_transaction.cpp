// Migrations without a transaction. Statements that PostgreSQL takes inside one commit together with their count, so
// that they are done exactly once; the others (CONCURRENTLY, VACUUM …) may have been done when they are met again.
//
// What a statement sets on the session holds for those after it, as in psql. The history must not feel it: its rows are
// written by the role that connected, inside transactions that take the change of role back at their end.
#include "migrate/run/run_without_transaction.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/migrate/statement_effects.hpp"
#include "lightdash/pg/pinned.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "migrate/run/concurrent_index.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/run/index_state.hpp"
#include "migrate/run/lock_timeouts.hpp"
#include "migrate/run/locked_transaction.hpp"
#include "migrate/run/run_in_transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>

namespace lightdash::migrate {

namespace {

const pg::statement who_and_where{"migrations.pid", "select pg_backend_pid(), session_user::text"};
const pg::statement begin{"migrations.begin", "begin read write"};
const pg::statement commit{"migrations.commit", "commit"};
const pg::statement roll_back{"migrations.rollback", "rollback"};
const pg::statement bound_lock_waits{"migrations.session_lock_timeout", "select set_config('lock_timeout', $1, false)"};
// Only when it was changed: setting it also resets the role.
const pg::statement become_connected_user{
    "migrations.own_user", "select set_config('session_authorization', $1, true) where session_user::text <> $1"};
const pg::statement leave_role{"migrations.own_role", "set local role none"};

constexpr int tries_per_index = 3;

// What says that a statement was done before: what it makes is there, what it drops is not.
bool was_done_before(const std::string& statement, const error& failure)
{
    const auto words = leading_words(statement);
    const auto state = failure.sqlstate();
    using enum pg::condition;
    if (words.starts_with("CREATE"))
        return pg::is_one_of(state, {duplicate_table, duplicate_object, duplicate_database});
    if (words.starts_with("DROP"))
        return pg::is_one_of(state, {undefined_object, undefined_table, invalid_catalog_name});
    return words.starts_with("ALTER TABLE") && pg::is(state, undefined_table); // DETACH PARTITION: it is none any more
}

// "SET search_path", "set_config()", "a temporary table, view or sequence" as a sentence goes on behind its subject.
std::string said(const std::string& session)
{
    if (session.starts_with("a "))
        return "makes " + session;
    if (session.ends_with("()"))
        return "calls " + session;
    return "says " + (session.starts_with("SET ") ? "SET" : session);
}

error overtaken(const migration& what)
{
    return error{error_kind::serialization_failure,
                 fmt::format("Another migrator went on with {} at the same time.", what.name)};
}

std::vector<std::string> ids_of(const std::vector<migration_statement>& statements)
{
    std::vector<std::string> ids;
    for (const auto& one : statements)
        ids.push_back(statement_id(one.text));
    return ids;
}

class nontransactional_run {
public:
    nontransactional_run(run_context& call, std::unique_ptr<pg::session> db, const migration& what, bool up)
        : call_(call), db_(std::move(db)), what_(what), up_(up), statements_(up ? what.up : what.down),
          retries_locks_(retries_locks(statements_)), step_(call.history.one_step_more())
    {}

    task<void> run(const applied_migration* half_done)
    {
        const auto began = deadline::clock::now();
        co_await make_ready();
        if (half_done)
            co_await resume(*half_done);
        else
            co_await write_begun();
        step_ = call_.history.one_step_more();
        co_await watched(call_.clocks, blockers_, run_left());
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(deadline::clock::now() - began);
        co_await as_connected_user([&] {
            return up_ ? call_.history.record_finished(*db_, what_.name, took) : call_.history.forget(*db_, what_.name);
        });
    }

private:
    task<void> make_ready()
    {
        pg::statement_batch ready;
        if (call_.options.session_settings)
            add_limits(ready, call_, false);
        const auto who = ready.add(who_and_where);
        co_await db_->send(ready);
        const auto [pid, user] = ready.one<std::tuple<std::int32_t, std::string>>(who);
        user_ = user;
        blockers_ = std::make_shared<blocker_report>(call_.db, pid, what_.name, call_.options.on_note);
    }

    task<void> write_begun()
    {
        const auto ids = ids_of(statements_);
        co_await call_.history.prepare(*db_);
        if (up_)
            co_await call_.history.record_begun(*db_, what_, ids, call_.circumstances());
        else
            co_await call_.history.record_reverting(*db_, what_.name, ids);
        for (std::size_t i = 0; i < statements_.size(); ++i)
            left_.push_back(i);
    }

    // From what was done on, in the order of the file as it is now.
    task<void> resume(const applied_migration& half_done)
    {
        resumed_ = true;
        left_ = statements_left(what_, half_done);
        done_ = half_done.steps;
        call_.note(left_.empty()
                       ? fmt::format("{} was interrupted after its last statement.", what_.name)
                       : fmt::format("{} was interrupted: going on with statement {}.", what_.name, left_.front() + 1));
        auto ids = half_done.statements;
        if (ids.empty())
            ids = ids_of(statements_);
        ids.resize(std::min(ids.size(), static_cast<std::size_t>(done_)));
        for (const auto i : left_)
            ids.push_back(statement_id(statements_[i].text));
        if (ids == half_done.statements)
            co_return;
        co_await call_.history.prepare(*db_);
        co_await call_.history.record_resumed(*db_, what_.name, ids);
    }

    task<void> run_left()
    {
        auto next = left_.begin();
        for (std::size_t i = 0; i < statements_.size() && next != left_.end(); ++i) {
            const bool was_done = *next != i;
            if (was_done && !must_be_said_again(statements_[i]))
                continue;
            std::optional<error> refused;
            const auto told = call_.notices.during(what_.file, statements_[i].line);
            try {
                if (was_done)
                    co_await db_->execute(named(i)); // for a session that is not the one that was interrupted
                else
                    co_await run_part(i, resumed_ && next == left_.begin());
            } catch (const error& failure) {
                if (failure.kind() == error_kind::cancelled)
                    throw;
                refused = failure;
            }
            if (!refused) {
                next += !was_done;
                continue;
            }
            if (refused->kind() == error_kind::serialization_failure || is_own(*refused))
                throw error{*refused};
            if (done_ == 0 && !refused->poisons_connection())
                co_await forget_first(i);
            throw statement_failure(what_, up_, i, *refused);
        }
    }

    // What an interrupted session had of a statement that was done, the one that goes on needs too.
    bool must_be_said_again(const migration_statement& done) const
    {
        const auto effects = effects_of(done.text);
        if (effects.session.empty() || effects.session_is_all)
            return !effects.session.empty();
        const auto lost = fmt::format("{}:{} {}, which ended with the session that was interrupted", what_.file,
                                      done.line, said(effects.session));
        if (effects.session == temporary_object) { // who needs it will miss it, and say so
            call_.note(lost + ".");
            return false;
        }
        throw migrate_error{
            exit_code::half_done,
            error{error_kind::configuration,
                  fmt::format("{} and cannot be done again, because the statement does more than that. Write what is "
                              "left of {} so that it needs nothing of it, take that statement out, and run "
                              "migrate:repair.",
                              lost, what_.name)}};
    }

    task<void> run_part(std::size_t i, bool again)
    {
        const auto& text = statements_[i].text;
        if (const auto kind = effects_of(text).transaction; kind != in_transaction::works)
            return run_alone(i, kind, again);
        return retries_locks_ ? run_with_retries(i) : run_counted(i, std::nullopt);
    }

    // Together with its count. Waits so long for a lock; nothing: as long as the session does.
    task<void> run_counted(std::size_t i, std::optional<std::chrono::milliseconds> lock_timeout)
    {
        const auto statement = named(i);
        const auto bound = std::to_string(lock_timeout.value_or(std::chrono::milliseconds{0}).count());
        co_await refuse_invalid_leftover(*db_, statement.text());
        pg::statement_batch all;
        all.add(begin);
        if (lock_timeout)
            all.add(set_lock_timeout(), bound);
        all.add(statement);
        add_connected_user(all);
        all.add(step_, what_.name, done_);
        const auto end = all.add(commit);
        co_await rolled_back_on_failure(db_->send(all));
        if (all.rows(end).command_tag() != "COMMIT")
            throw overtaken(what_);
        ++done_;
    }

    task<void> run_with_retries(std::size_t i)
    {
        const auto give_up = deadline::after(call_.options.lock_timeout);
        for (bool blocked = false;; blocked = true) {
            auto round = run_counted(i, lock_timeout_for(call_, statements_[i], *blockers_));
            auto ended = co_await attempt(blocked ? watched_closely(call_.clocks, blockers_, std::move(round))
                                                  : std::move(round));
            if (ended || !is_lock_timeout(ended.failure()) || give_up.expired())
                co_return std::move(ended).get();
            co_await pause(call_.clocks, pause_between_tries());
        }
    }

    // By itself; the count follows. A time limit on the waits of what PostgreSQL never takes in a transaction
    // (CONCURRENTLY, VACUUM) would throw away what it has built, and it holds up nobody; a procedure or a REINDEX may
    // hold up everybody. A file that sets a limit itself knows better.
    task<void> run_alone(std::size_t i, in_transaction kind, bool again)
    {
        const auto statement = named(i);
        const bool unbound = call_.options.session_settings && retries_locks_ && kind == in_transaction::refused;
        if (unbound)
            co_await db_->execute(bound_lock_waits, "0");
        const auto index = index_built_by(statement.text());
        for (int tried = 1;; ++tried) {
            if (again || tried > 1 || (index && index->if_missing))
                co_await drop_invalid(*db_, statement.text());
            try {
                co_await db_->execute(statement);
            } catch (const error& failure) {
                if (!again || !was_done_before(statement.text(), failure))
                    throw;
            }
            const bool built = co_await is_built(*db_, statement.text());
            if (built)
                break;
            if (tried == tries_per_index)
                throw error{error_kind::configuration, "the index that it names exists and is invalid or of another "
                                                       "table, so that it was not built"};
        }
        co_await as_connected_user([&] { return count(); });
        if (unbound)
            co_await db_->execute(bound_lock_waits, std::to_string(call_.options.lock_timeout.count()));
        if (call_.options.session_settings && leading_words(statement.text()) == "DISCARD ALL") { // also of the limits
            pg::statement_batch limits;
            add_limits(limits, call_, false);
            co_await db_->send(limits);
        }
    }

    task<void> count()
    {
        co_await db_->execute(step_, what_.name, done_);
        ++done_;
    }

    // Nothing was done and the next statement was refused: then nothing of the migration is there, once what it left is
    // gone.
    task<void> forget_first(std::size_t i)
    {
        try {
            co_await drop_invalid(*db_, statements_[i].text);
            co_await as_connected_user([&] {
                return up_ ? call_.history.forget(*db_, what_.name)
                           : call_.history.record_finished(*db_, what_.name, std::chrono::milliseconds{0});
            });
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw; // anything else: it stays interrupted, and the next migrator cleans up
        }
    }

    // `write` in a transaction of its own.
    template <class Write>
    task<void> as_connected_user(Write write)
    {
        pg::statement_batch opening;
        opening.add(begin);
        add_connected_user(opening);
        co_await rolled_back_on_failure(db_->send(opening));
        co_await rolled_back_on_failure(write());
        co_await db_->execute(commit);
    }

    // For the rest of the transaction.
    void add_connected_user(pg::statement_batch& all) const
    {
        all.add(become_connected_user, user_);
        all.add(leave_role);
    }

    // A part of a transaction that is begun: when it is refused, the transaction ends.
    task<void> rolled_back_on_failure(task<void> part)
    {
        std::optional<error> refused;
        try {
            co_await std::move(part);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            refused = failure;
        }
        if (refused)
            co_await roll_back_and_throw(*refused);
    }

    // Throws `refused`, or what it means.
    task<void> roll_back_and_throw(error refused)
    {
        if (!refused.poisons_connection())
            co_await db_->execute(roll_back);
        const bool went_on = pg::is(refused.sqlstate(), pg::condition::division_by_zero); // history::one_step_more()
        if (is_own(refused) && went_on)
            throw overtaken(what_);
        throw refused;
    }

    // A statement of the history was refused, not one of the file.
    bool is_own(const error& refused) const
    {
        return refused.database() && refused.database()->statement.starts_with("migrations.");
    }

    pg::statement named(std::size_t i) const { return statement_of(what_, statements_, i); }

    run_context& call_;
    std::unique_ptr<pg::session> db_;
    const migration& what_;
    bool up_;
    const std::vector<migration_statement>& statements_;
    bool retries_locks_;
    pg::statement step_;
    std::string user_; // who connected
    std::shared_ptr<blocker_report> blockers_;
    bool resumed_ = false;
    std::vector<std::size_t> left_; // places in statements_
    std::int64_t done_ = 0;
};

// Without a transaction nothing takes it back from a session that others share.
void refuse_settings_behind_a_pooler(const migration& what, bool up)
{
    for (const auto& statement : up ? what.up : what.down) {
        const auto session = effects_of(statement.text).session;
        if (session.empty())
            continue;
        throw migrate_error{
            exit_code::other,
            error{
                error_kind::usage,
                fmt::format("{}:{} {}, and LIGHTDASH_POOLER is transaction: it would stay on a session that "
                            "others share. Take it out, or migrate past the pooler, on PostgreSQL's own port. Nothing "
                            "of {} was run.",
                            what.file, statement.line, said(session), what.name)}};
    }
}

} // namespace

task<void> run_without_transaction(run_context& call, const migration& what, bool up,
                                   const applied_migration* half_done)
{
    if (!call.options.session_settings)
        refuse_settings_behind_a_pooler(what, up);
    nontransactional_run worker{call, pg::pinned(co_await call.db.begin(call.for_files(), call.until), call.until),
                                what, up};
    co_await worker.run(half_done);
}

} // namespace lightdash::migrate
