#include "modules/shared/in_passing.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/log.hpp"

#include <utility>

namespace lightdash {

task<void> remove_in_passing(pg::session& db, pg::bound_statement erase)
{
    try {
        co_await db.execute(std::move(erase));
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        log::info("what is over could not be removed now", {{"error", failure.message()}});
    }
}

} // namespace lightdash
