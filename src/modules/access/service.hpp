// The gate: who is calling, and may they. Nothing reaches a handler without passing it.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/access/model.hpp"
#include "modules/access/session_cookie.hpp"
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
    // `background` carries the throttled writes of last_used_at and last_seen_at.
    gate(pg::database& db, task_scope& background, session_rules sessions);

    const session_cookie& cookie() const noexcept { return cookie_; }

    // Who holds the request's token, or its cookie's session, remembered for a short time, is its identity: a caller.
    // Lets everybody pass whose role may do it with some things at least: with which is for the handler's statements to
    // say.
    bool admit_known(http::request& rq, std::uint16_t right) override;
    task<void> admit_unknown(http::request& rq, std::uint16_t right) override; // on the read lane
    std::string name_of(std::uint16_t right) const override;

    // Forgets everybody; also whoever is being looked up at this moment, because that look may have been too early.
    void rights_changed() noexcept override;

private:
    struct presented {
        token_digest digest;
        std::string_view session; // the id of one, "" for a token
    };
    presented presented_by(const http::request& rq) const;
    task<void> admit_session(http::request& rq, std::uint16_t right, const presented& shown);
    void keep_session(http::request& rq, const presented& shown);
    // `before`: changes_ when the look-up began.
    void let_in(http::request& rq, const presented& shown, std::uint64_t before, caller who,
                token_cache::clock::time_point ends, std::uint16_t right);

    pg::database& db_;
    task_scope& background_;
    session_cookie cookie_;
    token_cache known_;
    std::uint64_t changes_ = 0;
};

} // namespace lightdash::access
