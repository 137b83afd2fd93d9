#include "lightdash/api/handler.hpp"

namespace lightdash::api::detail {

accounted::~accounted()
{
    if (!session_)
        return;
    const auto& used = session_->usage();
    auto& account = rq_.account();
    account.statements += used.statements;
    account.rows += used.rows;
    account.database_time += used.time;
    account.pool_wait += used.wait;
}

} // namespace lightdash::api::detail
