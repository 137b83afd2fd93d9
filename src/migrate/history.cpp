#include "migrate/history.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace lightdash::migrate::history {

namespace {

task<bool> exists(pg::session& db)
{
    static const pg::statement find{"migrations.exists", "select to_regclass('lightdash_migrations') is not null"};
    co_return co_await db.one<bool>(find);
}

task<bool> is_of_older_program(pg::session& db)
{
    static const pg::statement find{"migrations.columns", R"(
        select not exists (select from pg_attribute
                           where attrelid = to_regclass('lightdash_migrations') and attname = 'steps' and not attisdropped))"};
    co_return co_await db.one<bool>(find);
}

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

task<void> insert(pg::session& db, const migration& what, std::chrono::milliseconds took, const circumstances& how,
                  std::string_view state)
{
    static const pg::statement add{"migrations.record", R"(
        insert into lightdash_migrations (name, batch, checksum, duration_ms, version, applied_by, applied_from, state)
        select $1, coalesce((select case when applied_at >= $5 then batch else batch + 1 end
                             from lightdash_migrations order by id desc limit 1), 1), $2, $3, $4,
               session_user, current_setting('application_name') || ' on ' || $6, $7)"};
    co_await db.execute(add, what.name, what.checksum, std::int64_t{took.count()}, how.version, how.run_began,
                        this_process(), state);
}

} // namespace

task<std::vector<applied_migration>> read(pg::session& db)
{
    // Through JSON, because the columns added later are missing where an older program was the last to migrate.
    static const pg::statement list{"migrations.list", R"(
        select id, name, batch, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               duration_ms, coalesce(whole ->> 'state', 'applied'), coalesce((whole ->> 'steps')::bigint, 0),
               coalesce(whole ->> 'applied_by', 'unknown'), coalesce(whole ->> 'applied_from', 'unknown'), version
        from lightdash_migrations m, to_jsonb(m) whole
        order by id)"};
    using row = std::tuple<std::int64_t, std::string, std::int64_t, std::string, std::string, std::int64_t, std::string,
                           std::int64_t, std::string, std::string, std::string>;

    std::vector<applied_migration> applied;
    const bool found = co_await exists(db);
    if (!found)
        co_return applied;
    const auto rows = co_await db.all<row>(list);
    for (const auto& [id, name, batch, checksum, at, duration, state, steps, by, from, version] : rows)
        applied.push_back({id, name, batch, checksum, at, duration, state_from(state), steps, by, from, version});
    co_return applied;
}

task<void> prepare(pg::session& db)
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
            steps bigint not null default 0
        ))"};
    static const pg::statement complete{"migrations.complete", R"(
        alter table lightdash_migrations
            add column if not exists applied_by text not null default 'unknown',
            add column if not exists applied_from text not null default 'unknown',
            add column if not exists state text not null default 'applied'
                check (state in ('applied', 'applying', 'reverting')),
            add column if not exists steps bigint not null default 0)"};
    const bool found = co_await exists(db);
    if (!found) {
        co_await db.execute(create);
        co_return;
    }
    const bool older = co_await is_of_older_program(db);
    if (older)
        co_await db.execute(complete);
}

task<void> record(pg::session& db, const migration& applied, std::chrono::milliseconds took, const circumstances& how)
{
    return insert(db, applied, took, how, "applied");
}

task<void> join_batches(pg::session& db, pg::timestamptz run_began)
{
    static const pg::statement change{"migrations.join_batches", R"(
        update lightdash_migrations m set batch = first.batch
        from (select min(batch) as batch from lightdash_migrations where applied_at >= $1) first
        where m.applied_at >= $1 and m.batch > first.batch)"};
    co_await db.execute(change, run_began);
}

task<void> forget(pg::session& db, std::string_view name)
{
    static const pg::statement erase{"migrations.forget", "delete from lightdash_migrations where name = $1"};
    co_await db.execute(erase, name);
}

task<void> record_begun(pg::session& db, const migration& begun, const circumstances& how)
{
    return insert(db, begun, std::chrono::milliseconds{0}, how, "applying");
}

task<void> record_reverting(pg::session& db, std::string_view name)
{
    static const pg::statement change{"migrations.reverting",
                                      "update lightdash_migrations set state = 'reverting', steps = 0 where name = $1"};
    co_await db.execute(change, name);
}

task<void> record_finished(pg::session& db, std::string_view name, std::chrono::milliseconds took)
{
    static const pg::statement change{"migrations.finished", R"(
        update lightdash_migrations set state = 'applied', steps = 0, applied_at = clock_timestamp(),
               duration_ms = duration_ms + $2
        where name = $1)"};
    co_await db.execute(change, name, std::int64_t{took.count()});
}

const pg::statement& one_step_more()
{
    static const pg::statement change{"migrations.step",
                                      "update lightdash_migrations set steps = $2 + 1 where name = $1 and steps = $2"};
    return change;
}

task<void> accept_checksum(pg::session& db, std::string_view name, std::string_view checksum)
{
    static const pg::statement change{"migrations.accept",
                                      "update lightdash_migrations set checksum = $2 where name = $1"};
    co_await db.execute(change, name, checksum);
}

task<void> rename(pg::session& db, std::string_view from, std::string_view to, std::string_view checksum)
{
    static const pg::statement change{"migrations.rename",
                                      "update lightdash_migrations set name = $2, checksum = $3 where name = $1"};
    co_await db.execute(change, from, to, checksum);
}

} // namespace lightdash::migrate::history
