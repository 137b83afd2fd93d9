#include "modules/accounts/service.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/log.hpp"
#include "modules/accounts/attempts.hpp"
#include "modules/accounts/store.hpp"

#include <algorithm>

namespace lightdash::accounts {

task<std::uint64_t> sweep(pg::session& db)
{
    const auto tried = co_await attempts::sweep(db);
    const auto over = co_await store::sweep(db);
    co_return std::max(tried, over);
}

task<void> keep_swept(pg::database& db, timer_wheel& clocks)
{
    for (;; co_await pause(clocks, std::chrono::minutes{5})) {
        try {
            const auto session = db.exclusive(deadline::after(std::chrono::seconds{30}));
            while (co_await sweep(*session) >= swept_at_once) {
            }
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            log::debug("ended sessions were not removed, trying again in five minutes", {{"error", failure.message()}});
        }
    }
}

} // namespace lightdash::accounts
