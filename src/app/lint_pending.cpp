#include "app/lint_pending.hpp"

#include <tuple>
#include <utility>

namespace lightdash::app {

task<std::map<std::string, std::int64_t>> estimated_rows(pg::database& db, deadline until)
{
    static const pg::statement list{
        "lint.rows", "select case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end::text, "
                     "c.reltuples::bigint "
                     "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                     "where c.relkind = 'r' and c.oid >= 16384 and c.reltuples >= 0"};
    const auto session = db.exclusive(until);
    const auto rows = co_await session->all<std::tuple<std::string, std::int64_t>>(list);
    std::map<std::string, std::int64_t> made;
    for (const auto& [table, count] : rows)
        made.emplace(table, count);
    co_return made;
}

task<void> refuse_unsafe_pending(pg::database& db, const migrate::registry& known, std::vector<std::string> pending,
                                 std::set<std::string> allowed, deadline until)
{
    if (pending.empty())
        co_return;
    migrate::lint_options options;
    options.only = {pending.begin(), pending.end()};
    options.together = true;
    options.rows = co_await estimated_rows(db, until);
    migrate::refuse_unsafe(migrate::lint(known, options), allowed);
}

} // namespace lightdash::app
