#include "app/server/housekeeping.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/log.hpp"
#include "modules/accounts/service.hpp"
#include "modules/charts/service.hpp"
#include "modules/dashboards/service.hpp"
#include "modules/idempotency/service.hpp"
#include "modules/queries/service.hpp"

#include <string_view>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_steps = 100ms;

// Removes a thousand rows at most: how many it were.
struct chore {
    std::string_view what;
    task<std::uint64_t> (*step)(pg::session&, retention);
};
constexpr std::uint64_t at_once = 1000; // fewer: there are no more
static_assert(idempotency::swept_at_once == at_once && accounts::swept_at_once == at_once &&
              queries::swept_at_once == at_once);

template <task<std::uint64_t> (*Sweep)(pg::session&)>
task<std::uint64_t> always(pg::session& db, retention)
{
    return Sweep(db);
}
template <task<std::uint64_t> (*Sweep)(pg::session&, std::chrono::days), std::chrono::days retention::* Kept>
task<std::uint64_t> older(pg::session& db, retention kept)
{
    return Sweep(db, kept.*Kept);
}

constexpr chore chores[]{
    {"idempotency keys", always<idempotency::sweep>},
    {"ended sessions, links and counted attempts", always<accounts::sweep>},
    {"rows of results that are not fresh any more", always<queries::expire>},
    {"rows of results that nobody read for longest", always<queries::evict>},
    {"queries of long ago", older<queries::forget, &retention::queries>},
    {"deleted dashboards", older<dashboards::purge_deleted, &retention::deleted>},
    {"deleted charts", older<charts::purge_deleted, &retention::deleted>},
    {"old versions of dashboards", older<dashboards::thin_versions, &retention::versions>},
    {"old versions of charts", older<charts::thin_versions, &retention::versions>},
};

task<void> carry_out(const chore& each, pg::database& db, timer_wheel& clocks, retention kept)
{
    for (std::uint64_t removed = at_once; removed >= at_once;) {
        const auto session = db.exclusive(deadline::after(30s));
        removed = co_await each.step(*session, kept);
        if (removed >= at_once)
            co_await pause(clocks, between_steps);
    }
}

} // namespace

task<void> keep_house(pg::database& db, timer_wheel& clocks, const readiness& ready, retention kept,
                      std::chrono::milliseconds between_rounds)
{
    for (auto until_next = between_rounds / 30;; until_next = between_rounds) {
        co_await pause(clocks, until_next);
        if (!ready.schema_ready())
            continue;
        for (const auto& each : chores) {
            try {
                co_await carry_out(each, db, clocks, kept);
            } catch (const error& failure) {
                if (failure.kind() == error_kind::cancelled)
                    throw;
                log::warn("could not remove what is not needed any more, trying again in the next round",
                          {{"what", each.what}, {"error", failure.message()}, {"detail", failure.detail()}});
            }
        }
    }
}

} // namespace lightdash::app
