// Migrations without a transaction. Statements that PostgreSQL takes inside one commit together with their count, so
// that they are done exactly once; the others (CONCURRENTLY, VACUUM …) may have been done when they are met again.
#include "lightdash/migrate/sql_file.hpp"
#include "lightdash/pg/pinned.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"
#include "migrate/concurrent_index.hpp"
#include "migrate/failure.hpp"
#include "migrate/patience.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>

namespace lightdash::migrate {

namespace {

const pg::statement own_pid{"migrations.pid", "select pg_backend_pid()"};
const pg::statement begin{"migrations.begin", "begin"};
const pg::statement commit{"migrations.commit", "commit"};
const pg::statement roll_back{"migrations.rollback", "rollback"};
const pg::statement wait_for_ever{"migrations.no_lock_timeout", "select set_config('lock_timeout', '0', false)"};

// What says that a statement was done before: what it makes is there, what it drops is not.
bool was_done_before(const error& failure)
{
    static constexpr std::array<std::string_view, 6> states{"42P07", "42710", "42P04", "42704", "42P01", "3D000"};
    return std::find(states.begin(), states.end(), failure.sqlstate()) != states.end();
}

error overtaken(const migration& what)
{
    return error{error_kind::serialization_failure,
                 fmt::format("Another migrator went on with {} at the same time.", what.name)};
}

struct part {
    const migration& what;
    bool up;
    std::size_t index;
    const migration_statement& statement() const { return (up ? what.up : what.down)[index]; }
    pg::statement named() const
    {
        return pg::statement::trusted(fmt::format("migration.{}.{}", what.name, index + 1), statement().text);
    }
};

// Together with its count. Waits so long for a lock; nothing: as long as the session does.
task<void> run_counted(pg::session& db, const part& one, std::optional<std::chrono::milliseconds> patience)
{
    const auto statement = one.named();
    const auto bound = std::to_string(patience.value_or(std::chrono::milliseconds{0}).count());
    pg::flight all;
    all.add(begin);
    if (patience)
        all.add(set_lock_timeout(), bound);
    const auto count = all.add(history::one_step_more(), one.what.name, static_cast<std::int64_t>(one.index));
    all.add(statement);
    const auto end = all.add(commit);
    std::optional<error> refused;
    try {
        co_await db.send(all);
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        refused = failure;
    }
    if (refused) {
        if (!refused->poisons_connection())
            co_await db.execute(roll_back);
        throw error{*refused};
    }
    if (all.rows(end).command_tag() != "COMMIT" || all.affected(count) != 1)
        throw overtaken(one.what);
}

task<void> run_in_moments(working& call, pg::session& db, const part& one, const std::shared_ptr<blocker_news>& news)
{
    const auto give_up = deadline::after(call.options.lock_timeout);
    for (bool blocked = false;; blocked = true) {
        std::exception_ptr failure;
        try {
            auto round = run_counted(db, one, patience_with(call, one.statement(), *news));
            co_await (blocked ? watched_closely(call.clocks, news, std::move(round)) : std::move(round));
            co_return;
        } catch (...) {
            failure = std::current_exception();
        }
        if (!is_lock_timeout(failure) || give_up.expired())
            std::rethrow_exception(failure);
        co_await pause(call.clocks, pause_between_tries());
    }
}

task<void> drop_invalid(pg::session& db, const std::string& statement)
{
    const auto names = co_await invalid_indexes_of(db, statement);
    for (const auto& name : names) {
        const auto drop =
            pg::statement::trusted("migrations.drop_invalid", "drop index concurrently if exists " + name);
        co_await db.execute(drop);
    }
}

// By itself; the count follows. A time limit on its waits would throw away what it has built, and it holds up nobody.
task<void> run_alone(working& call, pg::session& db, const part& one, bool again)
{
    const auto statement = one.named();
    if (call.options.session_settings)
        co_await db.execute(wait_for_ever);
    if (again)
        co_await drop_invalid(db, statement.text());
    try {
        co_await db.execute(statement);
    } catch (const error& failure) {
        if (!again || !was_done_before(failure))
            throw;
    }
    const auto counted =
        co_await db.execute(history::one_step_more(), one.what.name, static_cast<std::int64_t>(one.index));
    if (counted != 1)
        throw overtaken(one.what);
    if (call.options.session_settings) {
        pg::flight limits;
        add_limits(limits, call, false);
        co_await db.send(limits);
    }
}

task<void> run_part(working& call, pg::session& db, const part& one, bool again,
                    const std::shared_ptr<blocker_news>& news)
{
    if (!sql::runs_in_transaction(one.statement().text))
        return run_alone(call, db, one, again);
    if (!waits_in_moments(one.up ? one.what.up : one.what.down))
        return run_counted(db, one, std::nullopt);
    return run_in_moments(call, db, one, news);
}

// The first statement was refused: then nothing of the migration is there, once what it left is gone.
task<void> forget_first(pg::session& db, const part& one)
{
    try {
        co_await drop_invalid(db, one.statement().text);
        if (one.up)
            co_await history::forget(db, one.what.name);
        else
            co_await history::record_finished(db, one.what.name, std::chrono::milliseconds{0});
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw; // anything else: it stays interrupted, and the next migrator cleans up
    }
}

task<void> run_parts(working& call, pg::session& db, const migration& what, bool up, std::size_t from, bool resumed,
                     std::shared_ptr<blocker_news> news)
{
    const auto& statements = up ? what.up : what.down;
    for (auto i = from; i < statements.size(); ++i) {
        const part one{what, up, i};
        std::optional<error> refused;
        try {
            co_await run_part(call, db, one, resumed && i == from, news);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            refused = failure;
        }
        if (!refused)
            continue;
        if (refused->kind() == error_kind::serialization_failure)
            throw error{*refused};
        if (i == 0 && !refused->poisons_connection())
            co_await forget_first(db, one);
        throw statement_failure(what, up, i, *refused);
    }
}

// Without a transaction nothing takes it back from a session that others share.
void refuse_settings_behind_a_pooler(const migration& what, bool up)
{
    for (const auto& statement : up ? what.up : what.down) {
        const auto words = leading_words(statement.text);
        if (words != "SET" && (!words.starts_with("SET ") || words == "SET LOCAL" || words == "SET CONSTRAINTS"))
            continue;
        throw migrate_error{
            exit_code::other,
            error{
                error_kind::usage,
                fmt::format("{}:{} says SET, and LIGHTDASH_POOLER is transaction: it would stay on a session that "
                            "others share. Take it out, or migrate past the pooler, on PostgreSQL's own port. Nothing "
                            "of {} was run.",
                            what.file, statement.line, what.name)}};
    }
}

// The end of it: everything is done, and the history says so.
task<void> finish(pg::session& db, const migration& what, bool up, std::chrono::milliseconds took)
{
    return up ? history::record_finished(db, what.name, took) : history::forget(db, what.name);
}

} // namespace

task<std::vector<std::string>> invalid_indexes_of(pg::session& db, const std::string& statement)
{
    static const pg::statement find_built{"migrations.invalid_index", R"(
        select format('%I.%I', n.nspname, c.relname)
        from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where not i.indisvalid and c.relname = $1 and i.indrelid = to_regclass($2))"};
    static const pg::statement find_rebuilt{"migrations.invalid_rebuilt", R"(
        select format('%I.%I', n.nspname, c.relname)
        from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where not i.indisvalid and c.relname ~ ('^' || regexp_replace($1, '\W', '\\\&', 'g') || '_cc(new|old)\d*$')
          and i.indrelid in (select x.indrelid from pg_index x join pg_class y on y.oid = x.indexrelid
                             where y.relname = $1))"};
    const auto index = index_built_by(statement);
    if (!index)
        co_return std::vector<std::string>{};
    if (index->rebuilt)
        co_return co_await db.all<std::string>(find_rebuilt, index->name);
    co_return co_await db.all<std::string>(find_built, index->name, index->table);
}

task<void> run_apart(working& call, const migration& what, bool up, std::int64_t from, bool begun)
{
    if (!call.options.session_settings)
        refuse_settings_behind_a_pooler(what, up);
    const auto db = pg::pinned(co_await call.db.begin({}, call.until), call.until);
    pg::flight ready;
    if (call.options.session_settings)
        add_limits(ready, call, false);
    const auto pid = ready.add(own_pid);
    co_await db->send(ready);
    const auto started = deadline::clock::now();
    if (begun) {
        call.note(fmt::format("{} was interrupted: going on with statement {}.", what.name, from + 1));
    } else if (up) {
        co_await history::prepare(*db);
        co_await history::record_begun(*db, what, call.circumstances());
    } else {
        co_await history::prepare(*db);
        co_await history::record_reverting(*db, what.name);
    }
    const auto news =
        std::make_shared<blocker_news>(call.db, ready.one<std::int32_t>(pid), what.name, call.options.on_note);
    co_await watched(call.clocks, news, run_parts(call, *db, what, up, static_cast<std::size_t>(from), begun, news));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(deadline::clock::now() - started);
    co_await finish(*db, what, up, took);
}

} // namespace lightdash::migrate
