#include "app/server/housekeeping.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/log.hpp"
#include "modules/idempotency/service.hpp"

#include <string_view>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_rounds = 5min;
constexpr auto between_steps = 100ms;

struct chore {
    std::string_view what;
    task<std::uint64_t> (*step)(pg::session&); // how many rows it removed
    std::uint64_t at_once;                     // fewer: there are no more
};

constexpr chore chores[]{
    {"idempotency keys", idempotency::sweep, idempotency::swept_at_once},
};

task<void> carry_out(const chore& each, pg::database& db, timer_wheel& clocks)
{
    for (std::uint64_t removed = each.at_once; removed >= each.at_once;) {
        const auto session = db.exclusive(deadline::after(30s));
        removed = co_await each.step(*session);
        if (removed >= each.at_once)
            co_await pause(clocks, between_steps);
    }
}

} // namespace

task<void> keep_house(pg::database& db, timer_wheel& clocks, const readiness& ready)
{
    for (;;) {
        co_await pause(clocks, between_rounds);
        if (!ready.schema_ready())
            continue;
        for (const auto& each : chores) {
            try {
                co_await carry_out(each, db, clocks);
            } catch (const error& failure) {
                if (failure.kind() == error_kind::cancelled)
                    throw;
                log::warn("could not remove what is not needed any more, trying again in five minutes",
                          {{"what", each.what}, {"error", failure.message()}, {"detail", failure.detail()}});
            }
        }
    }
}

} // namespace lightdash::app
