// What a dump must hold, and whether a database holds it.
#include "lightdash/ops/backup.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <map>

namespace lightdash::ops {
namespace {

struct table_name {
    std::string schema, name;
};
LIGHTDASH_DESCRIBE(table_name, schema, name)

} // namespace

task<std::vector<table_rows>> count_rows(pg::session& db, row_progress on_progress)
{
    static const pg::statement list{
        "backup.tables",
        "select n.nspname::text as schema, c.relname::text as name "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' "
        "and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid "
        "and d.deptype = 'e') order by n.nspname, c.relname"};
    const auto tables = co_await db.all<table_name>(list);
    std::vector<table_rows> counted;
    for (const auto& table : tables) {
        const auto count =
            pg::statement::trusted("backup.count", "select count(*) from only " + sql::quote_identifier(table.schema) +
                                                       "." + sql::quote_identifier(table.name));
        const auto rows = co_await db.one<std::int64_t>(count);
        counted.push_back({table.schema, table.name, rows});
        if (on_progress)
            on_progress("counting tables", counted.size(), tables.size());
    }
    co_return counted;
}

task<std::int64_t> count_objects(pg::session& db)
{
    static const pg::statement count{
        "restore.objects",
        "with own as (select oid from pg_namespace where nspname not in ('pg_catalog', 'information_schema') "
        "and nspname !~ '^pg_'), every (class, id) as ("
        "select 'pg_class'::regclass::oid, oid from pg_class where relnamespace in (select oid from own) "
        "union all select 'pg_proc'::regclass, oid from pg_proc where pronamespace in (select oid from own) "
        "union all select 'pg_type'::regclass, oid from pg_type where typnamespace in (select oid from own) "
        "and typtype in ('d', 'e', 'r') "
        "union all select 'pg_largeobject'::regclass, oid from pg_largeobject_metadata) "
        "select count(*) from every where not exists (select from pg_depend d where d.classid = class "
        "and d.objid = id and d.deptype = 'e')"};
    const auto objects = co_await db.one<std::int64_t>(count);
    co_return objects;
}

std::vector<std::string> differences(const std::vector<table_rows>& expected, const std::vector<table_rows>& found)
{
    std::map<std::pair<std::string, std::string>, std::pair<std::optional<std::int64_t>, std::optional<std::int64_t>>>
        both;
    for (const auto& one : expected)
        both[{one.schema, one.name}].first = one.rows;
    for (const auto& one : found)
        both[{one.schema, one.name}].second = one.rows;
    std::vector<std::string> texts;
    for (const auto& [table, rows] : both) {
        if (rows.first == rows.second)
            continue;
        const auto name = table.first + "." + table.second;
        if (!rows.first)
            texts.push_back(fmt::format("{}: was not in the backup", name));
        else if (!rows.second)
            texts.push_back(fmt::format("{}: is missing", name));
        else
            texts.push_back(fmt::format("{}: {} rows instead of {}", name, *rows.second, *rows.first));
    }
    return texts;
}

} // namespace lightdash::ops
