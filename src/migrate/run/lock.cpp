#include "lightdash/migrate/lock.hpp"

#include "lightdash/pg/sqlstate.hpp"
#include "migrate/run/take_lock.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <tuple>

namespace lightdash::migrate {

namespace {

// Advisory locks are per database; the number is the first eight bytes of "lightdash".
const pg::statement try_advisory{"migrations.lock", "select 1 where pg_try_advisory_xact_lock(7811888726977831283)"};

const pg::statement find_advisory_holder{"migrations.holder", R"(
    select a.pid, coalesce(nullif(a.application_name, ''), 'no application name'), coalesce(a.usename::text, '?'),
           coalesce(to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS" UTC"'), 'unknown'),
           coalesce(host(a.client_addr), 'local')
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.granted and l.objsubid = 1
      and l.database = (select oid from pg_database where datname = current_database())
      and (l.classid::bigint << 32 | l.objid::bigint) = 7811888726977831283
    limit 1)"};
// A row lock itself is not in pg_locks; whoever has one holds the table in this mode, and longest when it is the one.
const pg::statement find_row_holder{"migrations.row_holder", R"(
    select a.pid, coalesce(nullif(a.application_name, ''), 'no application name'), coalesce(a.usename::text, '?'),
           coalesce(to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS" UTC"'), 'unknown'),
           coalesce(host(a.client_addr), 'local')
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.relation = $1::oid and l.mode = 'RowShareLock' and l.granted
      and l.pid <> pg_backend_pid()
    order by a.xact_start
    limit 1)"};

task<void> execute_unless_raced(pg::session& db, const pg::statement& what)
{
    try {
        co_await db.execute(what);
    } catch (const error& failure) {
        // "if not exists" looks first and creates later: of two at once, one fails, at the table, its type or its row
        // in a system catalog.
        using enum pg::condition;
        if (!pg::is_one_of(failure.sqlstate(), {duplicate_table, duplicate_object, unique_violation}))
            throw;
    }
}

} // namespace

std::optional<lock_kind> parse_lock_kind(std::string_view text) noexcept
{
    if (text == "advisory")
        return lock_kind::advisory;
    if (text == "table")
        return lock_kind::table;
    return std::nullopt;
}

std::string lock_holder::text() const
{
    return fmt::format("pid {} ({}, user {}, {}), since {}", pid, application, user, client, since);
}

task<std::optional<lock_holder>> holder_of_lock(pg::database& db, lock_kind kind, deadline until)
{
    using row = std::tuple<std::int32_t, std::string, std::string, std::string, std::string>;
    const auto session = db.reads(until);
    std::optional<row> found;
    if (kind == lock_kind::advisory) {
        found = co_await session->maybe<row>(find_advisory_holder);
    } else if (const auto table = co_await find_migrator_table(*session, lock_table_name)) {
        found = co_await session->maybe<row>(find_row_holder, table->oid);
    }
    if (!found)
        co_return std::nullopt;
    const auto& [pid, application, user, since, client] = *found;
    co_return lock_holder{pid, application, user, since, client};
}

task<void> prepare_lock(run_context& call)
{
    static const pg::statement create{"migrations.create_lock",
                                      "create table if not exists lightdash_migrations_lock (id integer primary key)"};
    if (call.options.lock == lock_kind::advisory)
        co_return;
    const auto session = call.db.exclusive(call.until);
    auto found = co_await find_migrator_table(*session, lock_table_name);
    if (!found) {
        co_await execute_unless_raced(*session, create);
        found = co_await find_migrator_table(*session, lock_table_name);
    }
    call.lock_table = found->name;
    const auto fill = pg::statement::trusted(
        "migrations.fill_lock", fmt::format("insert into {} values (1) on conflict do nothing", call.lock_table));
    co_await execute_unless_raced(*session, fill);
}

pg::statement lock_attempt(const run_context& call)
{
    if (call.options.lock == lock_kind::advisory)
        return try_advisory;
    return pg::statement::trusted(
        "migrations.lock_row", fmt::format("select id from {} where id = 1 for update skip locked", call.lock_table));
}

bool lock_taken(const pg::statement_batch& statements, pg::statement_batch::ticket attempt)
{
    return statements.maybe<std::int32_t>(attempt).has_value();
}

} // namespace lightdash::migrate
