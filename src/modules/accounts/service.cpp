#include "modules/accounts/service.hpp"

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

} // namespace lightdash::accounts
