#include "migrate/history.hpp"

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

namespace lightdash::migrate::history {

namespace {

task<bool> exists(pg::session& db)
{
    static const pg::statement find{"migrations.exists", "select to_regclass('lightdash_migrations') is not null"};
    co_return co_await db.one<bool>(find);
}

} // namespace

task<std::vector<applied_migration>> read(pg::session& db)
{
    static const pg::statement list{"migrations.list", R"(
        select id, name, batch, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), duration_ms
        from lightdash_migrations
        order by id)"};
    using row = std::tuple<std::int64_t, std::string, std::int64_t, std::string, std::string, std::int64_t>;

    std::vector<applied_migration> applied;
    const bool found = co_await exists(db);
    if (!found)
        co_return applied;
    const auto rows = co_await db.all<row>(list);
    for (const auto& [id, name, batch, checksum, applied_at, duration] : rows)
        applied.push_back({id, name, batch, checksum, applied_at, duration});
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
            version text not null
        ))"};
    const bool found = co_await exists(db);
    if (!found)
        co_await db.execute(create);
}

task<void> record(pg::session& db, const migration& applied, std::chrono::milliseconds took, std::string_view version,
                  pg::timestamptz run_began)
{
    static const pg::statement insert{"migrations.record", R"(
        insert into lightdash_migrations (name, batch, checksum, duration_ms, version)
        select $1, coalesce((select case when applied_at >= $5 then batch else batch + 1 end
                             from lightdash_migrations order by id desc limit 1), 1), $2, $3, $4)"};
    co_await db.execute(insert, applied.name, applied.checksum, std::int64_t{took.count()}, version, run_began);
}

task<void> forget(pg::session& db, std::string_view name)
{
    static const pg::statement erase{"migrations.forget", "delete from lightdash_migrations where name = $1"};
    co_await db.execute(erase, name);
}

} // namespace lightdash::migrate::history
