// The gate: who is calling, and may they. Nothing reaches a handler without passing it.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/access/model.hpp"
#include "modules/access/token.hpp" // make_token()
#include "modules/access/token_cache.hpp"

#include <string>

namespace lightdash::access {

// For a route: needs(view_dashboard).
constexpr api::need needs(scope what)
{
    return {.right = static_cast<std::uint16_t>(what)};
}

class gate final : public api::gate {
public:
    // `background` carries the throttled writes of last_used_at.
    gate(pg::database& db, task_scope& background);

    // Who holds the request's token, remembered for a short time, is its identity: a caller. Lets everybody pass whose
    // role may do it with some things at least: with which is for the handler's statements to say.
    bool admit_known(http::request& rq, std::uint16_t right) override;
    task<void> admit_unknown(http::request& rq, std::uint16_t right) override; // on the read lane
    std::string name_of(std::uint16_t right) const override;

    // Forgets everybody; also whoever is being looked up at this moment, because that look may have been too early.
    void rights_changed() noexcept override;

private:
    pg::database& db_;
    task_scope& background_;
    token_cache known_;
    std::uint64_t changes_ = 0;
};

} // namespace lightdash::access
