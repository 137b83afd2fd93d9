#include "migrate/history/history.hpp"

#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace lightdash::migrate::history {

namespace {

constexpr std::string_view table_name = "lightdash_migrations";

progress_state state_from(std::string_view text)
{
    if (text == "applying")
        return progress_state::applying;
    return text == "reverting" ? progress_state::reverting : progress_state::applied;
}

// "host (process 4711)": beside the application's name, which the server knows.
std::string this_process()
{
    char host[256] = "unknown host";
    if (::gethostname(host, sizeof host - 1) != 0)
        return fmt::format("(process {})", ::getpid());
    return fmt::format("{} (process {})", static_cast<const char*>(host), ::getpid());
}

// By the migration, which PostgreSQL takes back with its transaction.
migrate_error dropped(const migrator_table& gone)
{
    return migrate_error{exit_code::failed,
                         error{error_kind::configuration,
                               fmt::format("The migration drops the table of the history, {0}, so nothing of it was "
                                           "kept. Give that table another place before (ALTER TABLE {0} SET SCHEMA …), "
                                           "one that search_path names.",
                                           gone.name)}};
}

} // namespace

task<table> table::find(pg::session& db)
{
    table made;
    made.where_ = co_await find_migrator_table(db, table_name);
    co_return made;
}

pg::statement table::on_it(std::string_view name, std::string_view text) const
{
    return pg::statement::trusted(std::string{name}, fmt::format(fmt::runtime(text), this->name()));
}

task<void> table::insert(pg::session& db, const migration& what, std::chrono::milliseconds took,
                         const circumstances& how, std::string_view state,
                         const std::vector<std::string>& statements) const
{
    const auto add = on_it("migrations.record", R"(
        insert into {0} (name, batch, checksum, duration_ms, version, applied_by, applied_from, state, statements)
        select $1, coalesce((select case when applied_at >= $5 then batch else batch + 1 end
                             from {0} order by id desc limit 1), 1), $2, $3, $4,
               session_user, current_setting('application_name') || ' on ' || $6, $7, $8)");
    co_await db.execute(add, what.name, what.checksum, std::int64_t{took.count()}, how.version, how.run_began,
                        this_process(), state, statements);
}

task<std::vector<applied_migration>> table::read(pg::session& db) const
{
    using row = std::tuple<std::int64_t, std::string, std::int64_t, std::string, std::string, std::int64_t, std::string,
                           std::int64_t, std::string, std::string, std::string, std::vector<std::string>>;

    std::vector<applied_migration> applied;
    if (!where_)
        co_return applied;
    // Through JSON, because the columns added later are missing where an older program was the last to migrate.
    const auto list = on_it("migrations.list", R"(
        select id, name, batch, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               duration_ms, coalesce(whole ->> 'state', 'applied'), coalesce((whole ->> 'steps')::bigint, 0),
               coalesce(whole ->> 'applied_by', 'unknown'), coalesce(whole ->> 'applied_from', 'unknown'), version,
               array(select jsonb_array_elements_text(whole -> 'statements'))
        from {} m, to_jsonb(m) whole
        order by id)");
    const auto rows = co_await db.all<row>(list);
    for (const auto& [id, name, batch, checksum, at, duration, state, steps, by, from, version, statements] : rows)
        applied.push_back(
            {id, name, batch, checksum, at, duration, state_from(state), steps, by, from, version, statements});
    co_return applied;
}

task<bool> table::is_of_older_program(pg::session& db) const
{
    static const pg::statement find{"migrations.columns", R"(
        select not exists (select from pg_attribute
                           where attrelid = $1::oid and attname = 'statements' and not attisdropped))"};
    if (!where_)
        co_return false;
    co_return co_await db.one<bool>(find, where_->oid);
}

task<void> table::prepare(pg::session& db)
{
    static const pg::statement create{"migrations.create", R"(
        create table lightdash_migrations (
            id bigint generated always as identity primary key,
            name text not null unique,
            batch bigint not null,
            checksum text not null,
            applied_at timestamptz not null default clock_timestamp(),
            duration_ms bigint not null,
            version text not null,
            applied_by text not null default 'unknown',
            applied_from text not null default 'unknown',
            state text not null default 'applied' check (state in ('applied', 'applying', 'reverting')),
            steps bigint not null default 0,
            statements text[] not null default '{}'
        ))"};
    if (where_) {
        const auto now = co_await find_by_oid(db, *where_);
        if (!now)
            throw dropped(*where_);
        where_ = now;
    } else {
        co_await db.execute(create);
        where_ = co_await find_migrator_table(db, table_name);
        co_return;
    }
    const bool older = co_await is_of_older_program(db);
    if (!older)
        co_return;
    const auto complete = on_it("migrations.complete", R"(
        alter table {}
            add column if not exists applied_by text not null default 'unknown',
            add column if not exists applied_from text not null default 'unknown',
            add column if not exists state text not null default 'applied'
                check (state in ('applied', 'applying', 'reverting')),
            add column if not exists steps bigint not null default 0,
            add column if not exists statements text[] not null default '{{}}')");
    co_await db.execute(complete);
}

task<void> table::record(pg::session& db, const migration& applied, std::chrono::milliseconds took,
                         const circumstances& how) const
{
    static const std::vector<std::string> none;
    return insert(db, applied, took, how, "applied", none);
}

task<void> table::join_batches(pg::session& db, pg::timestamptz run_began) const
{
    const auto change = on_it("migrations.join_batches", R"(
        update {0} m set batch = first.batch
        from (select min(batch) as batch from {0} where applied_at >= $1) first
        where m.applied_at >= $1 and m.batch > first.batch)");
    co_await db.execute(change, run_began);
}

task<void> table::forget(pg::session& db, std::string_view name) const
{
    const auto erase = on_it("migrations.forget", "delete from {} where name = $1");
    co_await db.execute(erase, name);
}

task<void> table::record_begun(pg::session& db, const migration& begun, const std::vector<std::string>& statements,
                               const circumstances& how) const
{
    return insert(db, begun, std::chrono::milliseconds{0}, how, "applying", statements);
}

task<void> table::record_reverting(pg::session& db, std::string_view name,
                                   const std::vector<std::string>& statements) const
{
    const auto change =
        on_it("migrations.reverting", "update {} set state = 'reverting', steps = 0, statements = $2 where name = $1");
    co_await db.execute(change, name, statements);
}

task<void> table::record_resumed(pg::session& db, std::string_view name,
                                 const std::vector<std::string>& statements) const
{
    const auto change = on_it("migrations.resumed", "update {} set statements = $2 where name = $1");
    co_await db.execute(change, name, statements);
}

task<void> table::record_finished(pg::session& db, std::string_view name, std::chrono::milliseconds took) const
{
    const auto change = on_it("migrations.finished", R"(
        update {} set state = 'applied', steps = 0, statements = '{{}}', applied_at = clock_timestamp(),
               duration_ms = duration_ms + $2
        where name = $1)");
    co_await db.execute(change, name, std::int64_t{took.count()});
}

pg::statement table::one_step_more() const
{
    return on_it("migrations.step", R"(
        with counted as (update {} set steps = $2 + 1 where name = $1 and steps = $2 returning 1)
        select 1 / count(*) from counted)");
}

task<void> table::accept_checksum(pg::session& db, std::string_view name, std::string_view checksum) const
{
    const auto change = on_it("migrations.accept", "update {} set checksum = $2 where name = $1");
    co_await db.execute(change, name, checksum);
}

task<void> table::rename(pg::session& db, std::string_view from, std::string_view to, std::string_view checksum) const
{
    const auto change = on_it("migrations.rename", "update {} set name = $2, checksum = $3 where name = $1");
    co_await db.execute(change, from, to, checksum);
}

} // namespace lightdash::migrate::history
