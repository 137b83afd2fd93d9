#include "migrate/run/index_state.hpp"

#include "migrate/run/concurrent_index.hpp"

#include <fmt/format.h>

namespace lightdash::migrate {

namespace {

// Those of a partitioned table are invalid until each partition has one, and say nothing about a build.
const pg::statement find_invalid{"migrations.invalid_index", R"(
    select format('%I.%I', n.nspname, c.relname)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    where not i.indisvalid and c.relkind = 'i' and c.relname = $1 and i.indrelid = to_regclass($2))"};

} // namespace

task<std::vector<std::string>> invalid_indexes_of(pg::session& db, const std::string& statement)
{
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
    co_return co_await db.all<std::string>(find_invalid, index->name, index->table);
}

task<void> drop_invalid(pg::session& db, const std::string& statement)
{
    static const pg::statement is_at_work{
        "migrations.index_builder",
        "select exists (select from pg_stat_progress_create_index where index_relid = to_regclass($1) and pid <> "
        "pg_backend_pid())"};
    const auto names = co_await invalid_indexes_of(db, statement);
    for (const auto& name : names) {
        const bool builds = co_await db.one<bool>(is_at_work, name);
        if (builds)
            continue;
        const auto drop =
            pg::statement::trusted("migrations.drop_invalid", "drop index concurrently if exists " + name);
        co_await db.execute(drop);
    }
}

task<bool> is_built(pg::session& db, const std::string& statement)
{
    static const pg::statement find{"migrations.built_index", R"(
        select exists (select from pg_index i join pg_class c on c.oid = i.indexrelid
                       where i.indisvalid and c.relname = $1 and i.indrelid = to_regclass($2)))"};
    const auto index = index_built_by(statement);
    if (!index || index->rebuilt)
        co_return true;
    const bool there = co_await db.one<bool>(find, index->name, index->table);
    co_return there;
}

task<void> refuse_invalid_leftover(pg::session& db, const std::string& statement)
{
    const auto index = index_built_if_missing(statement);
    if (!index)
        co_return;
    const auto names = co_await db.all<std::string>(find_invalid, index->name, index->table);
    if (!names.empty())
        throw error{error_kind::configuration,
                    fmt::format("the index {0} exists and is invalid: a build of it was stopped, and PostgreSQL never "
                                "uses it. Drop it first (DROP INDEX {0}), so that it is built",
                                names.front())};
}

} // namespace lightdash::migrate
