#include "lightdash/ops/inspect/connections.hpp"

namespace lightdash::ops {
namespace {

// A hidden session has no backend_type, but its database; workers and replication have none.
const pg::statement groups_of{"inspect.connections", R"(
    select coalesce(application_name, '') as application, coalesce(usename::text, '') as username,
           coalesce(datname::text, '') as database, coalesce(state, '') as state, count(*) as connections,
           greatest(coalesce(max(extract(epoch from clock_timestamp()
                    - case when state = 'active' then query_start else state_change end)), 0), 0)::float8
               as longest_seconds
    from pg_stat_activity
    where backend_type = 'client backend' or (backend_type is null and datid is not null)
    group by 1, 2, 3, 4
    order by connections desc, 1, 2, 3, 4)"};

const pg::statement limits_of{"inspect.connection_limits", R"(
    select used, max_connections, superuser_reserved, reserved,
           greatest(max_connections - superuser_reserved - reserved - used, 0) as available
    from (select (select count(*) from pg_stat_activity
                  where backend_type = 'client backend' or (backend_type is null and datid is not null)) as used,
                 current_setting('max_connections')::int8 as max_connections,
                 current_setting('superuser_reserved_connections')::int8 as superuser_reserved,
                 coalesce(current_setting('reserved_connections', true)::int8, 0) as reserved) s)"};

} // namespace

task<connection_report> read_connections(pg::session& db)
{
    pg::statement_batch together;
    const auto groups = together.add(groups_of);
    const auto limits = together.add(limits_of);
    const auto hidden = together.add(hidden_sessions_statement());
    co_await db.send(together);
    co_return connection_report{together.one<connection_limits>(limits), together.all<connection_group>(groups),
                                together.one<hidden_sessions>(hidden)};
}

} // namespace lightdash::ops
