// The gate: who is calling, and may they. Nothing reaches a handler without passing it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/access/model.hpp"
#include "modules/access/token_cache.hpp"

#include <string_view>

namespace lightdash::access {

class gate {
public:
    // `background` carries the throttled writes of last_used_at.
    gate(pg::database& db, task_scope& background);

    // The caller is known and may do `what`: true, without a query. Throws unauthenticated or forbidden when that is
    // already certain; false when the token has to be looked up first (admit_unknown).
    bool admit_known(http::request& rq, scope what);
    // Looks the token up on the read lane, remembers it, then decides. Throws unauthenticated or forbidden.
    task<void> admit_unknown(http::request& rq, scope what);

    // Somebody's rights or tokens changed.
    void forget_all() noexcept { known_.clear(); }

private:
    pg::database& db_;
    task_scope& background_;
    token_cache known_;
};

// Throws forbidden unless `owner` is the caller's organization: another organization's things answer 403 (api.md 1.2).
void require_same_organization(const caller& who, organization_id owner);

} // namespace lightdash::access
