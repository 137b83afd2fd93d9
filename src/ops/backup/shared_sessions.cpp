#include "ops/backup/shared_sessions.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/pg/pinned.hpp"

namespace lightdash::ops {

task<void> refuse_shared_sessions(pg::database& database)
{
    static const pg::statement own_pid{"backup.session", "select pg_backend_pid()"};
    const auto until = deadline::after(std::chrono::seconds{30});
    auto unused = co_await database.begin({}, until);
    const auto held = pg::pinned(std::move(unused), until);
    const auto first = co_await held->one<std::int32_t>(own_pid);
    const auto second = database.exclusive(until);
    const auto other = co_await second->one<std::int32_t>(own_pid);
    const auto again = co_await held->one<std::int32_t>(own_pid);
    if (first != other && first == again)
        co_return;
    throw error{error_kind::configuration,
                "DATABASE_URL leads to a pooler that shares one session of the server among its clients, and what "
                "pg_dump and pg_restore set would stay there for the others: give the address of PostgreSQL itself in "
                "DATABASE_URL (its own port, commonly 5432). Nothing was done."};
}

} // namespace lightdash::ops
