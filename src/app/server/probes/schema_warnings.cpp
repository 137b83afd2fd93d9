#include "app/server/probes/schema_warnings.hpp"

#include "lightdash/core/log.hpp"

#include <algorithm>
#include <string_view>

namespace lightdash::app {
namespace {

constexpr std::chrono::minutes between_reminders{1};

} // namespace

schema_warnings::schema_warnings(bool waits)
    : waits_(waits), next_(waits ? deadline::after(between_reminders) : deadline::at({}))
{}

void schema_warnings::tell(const migrate::registry& known, std::span<const migrate::applied_migration> history)
{
    const auto newest =
        std::find_if(history.rbegin(), history.rend(), [&](const auto& row) { return is_newer(known, row); });
    if (newest != history.rend() && !newer_told_) {
        newer_told_ = true;
        log::warn("the database's schema is newer than this program, which tolerates it and cannot revert it",
                  {{"migration", std::string_view{newest->name}},
                   {"applied_by_version", std::string_view{newest->version}},
                   {"version", std::string_view{known.program_version()}}});
    }
    const auto pending = pending_of(known, history);
    if (pending.empty() || !next_.expired())
        return;
    next_ = deadline::after(between_reminders);
    log::warn(
        waits_ ? "not ready yet: migrations are pending"
               : "not ready: migrations are pending, and writing is refused until 'lightdash-backend migrate' or "
                 "'serve --migrate' has applied them",
        {{"pending", static_cast<std::int64_t>(pending.size())}, {"first", std::string_view{pending.front()->name}}});
}

} // namespace lightdash::app
