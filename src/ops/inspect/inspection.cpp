#include "lightdash/ops/inspect/inspection.hpp"

#include <string>

namespace lightdash::ops {

task<pg::transaction> begin_inspection(pg::database& db, inspection_limits limits, deadline until)
{
    static const pg::statement set_limits{"inspect.limits", R"(
        select set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
               set_config('search_path', 'pg_catalog', true))"};
    auto tx = co_await db.begin({.level = pg::isolation::read_committed, .read_only = limits.read_only}, until);
    co_await tx.execute(set_limits, std::to_string(limits.statement.count()), std::to_string(limits.lock.count()));
    co_return tx;
}

} // namespace lightdash::ops
