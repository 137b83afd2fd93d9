#include "app/commands/migrate/lint_pending.hpp"

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

void allow_unsafe_flag::describe(option_list& are)
{
    are.value("--allow-unsafe", rules_,
              "In production: apply although migrate:lint finds this rule broken (else exit 6); may be repeated")
        .named("RULE");
}

std::set<std::string> allow_unsafe_flag::rules() const
{
    std::set<std::string> made{rules_.begin(), rules_.end()};
    migrate::refuse_unsafe({}, made); // only the names
    return made;
}

task<void> refuse_unsafe_pending(pg::database& db, timer_wheel& clocks, const migrate::registry& known,
                                 migrate::up_goal what, bool strict, std::set<std::string> allowed, deadline until)
{
    migrate::migrator migrator{db, clocks, known, {}};
    const auto rows = co_await migrator.history(until);
    migrate::lint_options options;
    for (const auto* one : migrate::limited_to(migrate::plan_up(known, rows, strict), what))
        options.only.insert(one->name);
    if (options.only.empty())
        co_return;
    options.together = true;
    options.rows = co_await estimated_rows(db, until);
    migrate::refuse_unsafe(migrate::lint(known, options), allowed);
}

} // namespace lightdash::app
