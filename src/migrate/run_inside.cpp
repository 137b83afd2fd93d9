#include "migrate/failure.hpp"
#include "migrate/waiting.hpp"
#include "migrate/working.hpp"

#include <fmt/format.h>

namespace lightdash::migrate {

namespace {

const pg::statement own_pid{"migrations.pid", "select pg_backend_pid()"};

task<void> change_data(pg::transaction& tx, const migration& what, bool up)
{
    std::optional<error> refused;
    try {
        co_await (up ? what.change_up : what.change_down)(tx);
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        refused = failure;
    }
    if (refused)
        throw change_failure(what, up, *refused);
}

task<void> execute_all(pg::transaction& tx, const migration& what, bool up)
{
    if (up ? what.change_up : what.change_down) {
        co_await change_data(tx, what, up);
        co_return;
    }
    const auto& statements = up ? what.up : what.down;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto statement =
            pg::statement::trusted(fmt::format("migration.{}.{}", what.name, i + 1), statements[i].text);
        std::optional<error> refused;
        try {
            co_await tx.execute(statement);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            refused = failure;
        }
        if (refused)
            throw statement_failure(what, up, i, *refused);
    }
}

} // namespace

task<void> run_inside(working& call, pg::transaction& tx, const migration& what, bool up)
{
    const int pid = co_await tx.one<std::int32_t>(own_pid);
    co_await watched(call.db, call.clocks, pid, what.name, call.options.on_note, execute_all(tx, what, up));
}

} // namespace lightdash::migrate
