#include "app/server/probes/readiness.hpp"

#include "lightdash/async/pause.hpp"

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_counts = 3s;
constexpr auto probe_patience = 1s;

} // namespace

readiness::readiness(pg::database& db, timer_wheel& clocks, const migrate::registry& known, bool migrated)
    : db_(db), clocks_(clocks), known_(known), warnings_(migrated)
{}

task<void> readiness::watch()
{
    for (;;) {
        co_await refresh();
        const bool ready = reason().empty();
        co_await pause(clocks_, ready ? 1s : 250ms);
    }
}

task<void> readiness::refresh()
{
    try {
        const auto until = deadline::after(probe_patience);
        if (!schema_ready_)
            co_await look_at_schema(until);
        else if (requires_registration_)
            co_await look_for_organization(until); // somebody may have registered
        else
            co_await db_.ping(until);
        answered_until_ = deadline::after(answer_counts);
        exhausted_ = false;
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        exhausted_ = failure.kind() == error_kind::pool_saturated || failure.kind() == error_kind::overloaded;
        if (!exhausted_)
            answered_until_ = deadline::at({});
    }
}

task<void> readiness::look_at_schema(deadline until)
{
    migrate::migrator migrator{db_, clocks_, known_, {}};
    const auto history = co_await migrator.history(until);
    warnings_.tell(known_, history);
    const auto pending = migrate::pending_of(known_, history);
    missing_migration_ = pending.empty() ? std::string{} : pending.front()->name;
    if (!pending.empty())
        co_return;
    co_await look_for_organization(until);
    schema_ready_ = true;
}

task<void> readiness::look_for_organization(deadline until)
{
    static const pg::statement any_organization{"organizations.any", "select exists (select from organizations)"};
    const auto session = db_.exclusive(until);
    requires_registration_ = !co_await session->one<bool>(any_organization);
}

std::string_view readiness::reason() const
{
    if (draining_)
        return "draining";
    if (exhausted_)
        return "pool_exhausted";
    if (answered_until_.expired())
        return "db_unavailable";
    if (!schema_ready_)
        return "schema_pending";
    return "";
}

} // namespace lightdash::app
