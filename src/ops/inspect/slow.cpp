#include "lightdash/ops/inspect/slow.hpp"

#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::ops {
namespace {

// The view stands in the schema that the extension was put into. Its columns here are the same since PostgreSQL 13.
// A statement has a row per role, and one more where it ran within a function.
pg::statement statistics_in(const std::string& schema)
{
    return pg::statement::trusted("inspect.slow", fmt::format(R"(
        with seen as (
            select min(s.query) as query, sum(s.calls)::int8 as calls, sum(s.total_exec_time) as total_ms,
                   sum(s.rows)::int8 as rows, sum(s.shared_blks_hit)::int8 as blocks_hit,
                   sum(s.shared_blks_read)::int8 as blocks_read,
                   sum(s.shared_blks_read + s.shared_blks_written + s.temp_blks_read + s.temp_blks_written) as io
            from {}.pg_stat_statements s
            where s.dbid = (select oid from pg_database where datname = current_database())
            group by s.queryid
        )
        select coalesce(query, '') as query, calls, total_ms, total_ms / greatest(calls, 1) as mean_ms,
               coalesce(total_ms / nullif(sum(total_ms) over (), 0), 0) as share, rows, blocks_hit, blocks_read
        from seen
        order by case $1 when 'mean' then total_ms / greatest(calls, 1) when 'calls' then calls
                         when 'io' then io else total_ms end desc
        limit $2)",
                                                              sql::quote_identifier(schema)));
}

} // namespace

const pg::statement& extension_statement()
{
    static const pg::statement state{"inspect.extension", R"(
        select e.oid is not null as installed, n.nspname::text as schema,
               exists (select from pg_available_extensions where name = $1) as available,
               (select setting from pg_settings where name = 'shared_preload_libraries') as preload
        from (select $1::text as name) x
        left join pg_extension e on e.extname = x.name
        left join pg_namespace n on n.oid = e.extnamespace)"};
    return state;
}

std::vector<std::string> steps_to_statistics(const extension_state& state)
{
    const bool preloaded = !state.preload || state.preload->find("pg_stat_statements") != std::string::npos;
    std::vector<std::string> steps;
    if (!state.available)
        steps.emplace_back(
            "Install PostgreSQL's contrib modules on the server (Debian: part of postgresql-NN; Red Hat: "
            "postgresql-contrib).");
    if (!preloaded) {
        const auto others = state.preload->empty() ? std::string{} : *state.preload + ",";
        steps.push_back(fmt::format("As superuser: ALTER SYSTEM SET shared_preload_libraries = {};",
                                    sql::quote_literal(others + std::string{"pg_stat_statements"})));
        steps.emplace_back("Restart PostgreSQL (managed services: set it in the parameter group, then reboot).");
    }
    if (!state.installed)
        steps.emplace_back("As superuser, in this database: CREATE EXTENSION pg_stat_statements;");
    return steps;
}

task<slow_report> read_slow(pg::session& db, slow_order by, std::int64_t limit)
{
    const auto state = co_await db.one<extension_state>(extension_statement(), "pg_stat_statements");
    slow_report made{steps_to_statistics(state), {}};
    if (made.steps.empty()) {
        const auto statistics = statistics_in(*state.schema);
        made.statements = co_await db.all<slow_statement>(statistics, by, limit);
    }
    co_return made;
}

} // namespace lightdash::ops
