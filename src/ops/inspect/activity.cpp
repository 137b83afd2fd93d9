#include "lightdash/ops/inspect/activity.hpp"

#include "lightdash/core/counted.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::ops {
namespace {

// A session of another role shows neither its state nor its query to who is no member of pg_read_all_stats.
const pg::statement sessions{"inspect.activity", R"(
    with seen as (
        select a.*,
               case when a.state = 'active' then extract(epoch from clock_timestamp() - a.query_start)
                    else extract(epoch from clock_timestamp() - a.state_change) end::float8 as seconds
        from pg_stat_activity a
        where a.pid <> pg_backend_pid()
    )
    select pid, usename::text as username, datname::text as database, coalesce(application_name, '') as application,
           coalesce(host(client_addr), case when client_port = -1 then 'local' end) as client,
           coalesce(backend_type, '') as kind, coalesce(state, '') as state, greatest(seconds, 0) as seconds,
           greatest(extract(epoch from clock_timestamp() - xact_start)::float8, 0) as transaction_seconds,
           wait_event_type as wait_type, wait_event,
           case when wait_event_type = 'Lock' then array(
               select distinct b.pid from unnest(pg_blocking_pids(seen.pid)) b(pid) order by b.pid)
           else '{}'::int4[] end as blocked_by,
           coalesce(query, '') as query,
           coalesce(application_name = current_setting('application_name')
                    or application_name like 'lightdash-backend%', false) as own,
           coalesce(query = '<insufficient privilege>', false) as hidden, backend_start, state_change
    from seen
    where ($1 or (backend_type = 'client backend' and state <> 'idle')) and coalesce(seconds, 0) >= $2
    order by seconds desc nulls last, pid)"};

} // namespace

task<activity_report> read_activity(pg::session& db, activity_filter filter)
{
    pg::statement_batch both;
    const auto seconds = std::chrono::duration<double>{filter.at_least}.count();
    const auto rows = both.add(sessions, filter.all, seconds);
    const auto hidden = both.add(hidden_sessions_statement());
    co_await db.send(both);
    co_return activity_report{both.all<activity_row>(rows), both.one<hidden_sessions>(hidden)};
}

const pg::statement& hidden_sessions_statement()
{
    static const pg::statement count{"inspect.hidden_sessions", R"(
        select count(*), current_user::text as role from pg_stat_activity
        where query = '<insufficient privilege>' and datid is not null -- PostgreSQL's own processes are in no database
        )"};
    return count;
}

std::string hint(const hidden_sessions& hidden)
{
    if (hidden.count == 0)
        return {};
    return fmt::format("What {} of other roles {} is hidden from {}. A superuser may show it: "
                       "GRANT pg_read_all_stats TO {};",
                       counted(hidden.count, "session"), hidden.count == 1 ? "does" : "do", hidden.role,
                       sql::quote_identifier(hidden.role));
}

} // namespace lightdash::ops
