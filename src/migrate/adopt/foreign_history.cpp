// Where each tool keeps its history, and how (read in their sources; tests/integration/migrate/adopt_test.cpp).
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/adopt.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::migrate {

namespace {

struct tool_facts {
    foreign_tool tool;
    std::string_view name;
    std::string_view table;
    std::string_view sign; // a column that only this tool's table of that name has; "" when its lack is the sign
    std::string_view list; // {} is the table; answers a foreign_row
};

constexpr std::array tools{
    tool_facts{foreign_tool::knex, "knex", "knex_migrations", "batch",
               "select name::text, null::bigint as number, batch::bigint, migration_time::timestamptz as applied_at, "
               "0::bigint as duration_ms, null::text as fault, 'applied' as effect from {} order by id"},
    tool_facts{
        foreign_tool::golang_migrate, "golang-migrate", "schema_migrations", "dirty",
        "select version::text as name, version::bigint as number, 1::bigint as batch, null::timestamptz as "
        "applied_at, 0::bigint as duration_ms, case when dirty then 'dirty' end as fault, 'up_to' as effect from {} "
        "order by version"},
    tool_facts{
        foreign_tool::dbmate, "dbmate", "schema_migrations", "",
        "select version::text as name, case when version::text ~ '^[0-9]{{1,18}}$' then version::text::bigint end as "
        "number, 1::bigint as batch, null::timestamptz as applied_at, 0::bigint as duration_ms, null::text as fault, "
        "'applied' as effect from {} order by version"},
    tool_facts{
        foreign_tool::node_pg_migrate, "node-pg-migrate", "pgmigrations", "run_on",
        "select name::text, null::bigint as number, 1::bigint as batch, run_on::timestamptz as applied_at, 0::bigint "
        "as duration_ms, null::text as fault, 'applied' as effect from {} order by run_on, id"},
    tool_facts{
        foreign_tool::flyway, "flyway", "flyway_schema_history", "installed_rank",
        "select script::text as name, case when version::text ~ '^[0-9]{{1,18}}$' then version::text::bigint "
        "when type in ('BASELINE', 'SQL_BASELINE') and version::text ~ '^[0-9]{{1,18}}[._]' "
        "then substring(version::text from '^[0-9]+')::bigint end as "
        "number, 1::bigint as batch, installed_on::timestamptz as applied_at, execution_time::bigint as duration_ms, "
        "case when not success then 'failed' end as fault, "
        "case when type in ('BASELINE', 'SQL_BASELINE') then 'up_to' when type like 'UNDO%' or type = 'DELETE' "
        "then 'undone' else 'applied' end as effect from {} where type <> 'SCHEMA' order by installed_rank"},
};

const tool_facts& facts_of(foreign_tool tool)
{
    return *std::ranges::find(tools, tool, &tool_facts::tool);
}

// Whether a table of that name is this tool's.
task<bool> is_table_of(pg::session& db, const tool_facts& tool, std::string_view table)
{
    static const pg::statement columns{"adopt.columns", "select coalesce(array_agg(attname::text), '{}') from "
                                                        "pg_attribute where attrelid = to_regclass($1) and attnum > 0"};
    const auto quoted = sql::quote_qualified(table);
    const auto names = co_await db.one<std::vector<std::string>>(columns, quoted);
    const auto has = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
    co_return tool.sign.empty() ? has("version") && !has("dirty") : has(tool.sign);
}

task<const tool_facts*> find_tool(pg::session& db, std::optional<foreign_tool> wanted, std::string_view table)
{
    std::vector<const tool_facts*> found;
    std::vector<std::string> names;
    for (const auto& one : tools) {
        if (wanted && *wanted != one.tool)
            continue;
        const bool there = co_await is_table_of(db, one, table.empty() ? one.table : table);
        if (!there)
            continue;
        found.push_back(&one);
        names.push_back(fmt::format("{} ({})", one.name, table.empty() ? one.table : table));
    }
    if (found.size() > 1)
        throw error{error_kind::usage,
                    fmt::format("This database has the histories of several tools: {}. Say which one "
                                "with --from.",
                                fmt::join(names, ", "))};
    if (found.empty())
        throw error{
            error_kind::not_found,
            wanted ? fmt::format("There is no table {} as {} makes it in this database's search path. Name another "
                                 "with --table.",
                                 table.empty() ? facts_of(*wanted).table : table, facts_of(*wanted).name)
                   : "No history of Knex, dbmate, golang-migrate, node-pg-migrate or Flyway was found in this "
                     "database's search path. Name its table with --table."};
    co_return found.front();
}

task<bool> is_knex_locked(pg::session& db, const std::string& table)
{
    static const pg::statement exists{"adopt.lock_table", "select to_regclass($1) is not null"};
    const auto lock = sql::quote_qualified(table + "_lock");
    const bool there = co_await db.one<bool>(exists, lock);
    if (!there)
        co_return false;
    const auto taken = pg::statement::trusted(
        "adopt.lock", fmt::format("select coalesce(bool_or(is_locked <> 0), false) from {}", lock));
    const bool locked = co_await db.one<bool>(taken);
    co_return locked;
}

} // namespace

std::string_view to_string(foreign_tool tool) noexcept
{
    return facts_of(tool).name;
}

std::optional<foreign_tool> parse_foreign_tool(std::string_view name) noexcept
{
    const auto found = std::ranges::find(tools, name, &tool_facts::name);
    return found == tools.end() ? std::nullopt : std::optional{found->tool};
}

task<foreign_history> read_foreign_history(pg::database& db, std::optional<foreign_tool> tool, std::string table,
                                           deadline until)
{
    auto tx = co_await db.begin({pg::isolation::repeatable_read, true}, until);
    const auto* found = co_await find_tool(tx, tool, table);
    foreign_history made{found->tool, table.empty() ? std::string{found->table} : table, {}};
    const auto list =
        pg::statement::trusted("adopt.list", fmt::format(fmt::runtime(found->list), sql::quote_qualified(made.table)));
    made.rows = co_await tx.all<foreign_row>(list);
    if (made.tool == foreign_tool::knex)
        made.locked = co_await is_knex_locked(tx, made.table);
    co_await tx.rollback();
    co_return made;
}

} // namespace lightdash::migrate
