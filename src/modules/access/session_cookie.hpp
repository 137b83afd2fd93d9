// The cookie of a session, as requests bring it and answers set it.
#pragma once

#include "lightdash/http/request.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace lightdash::access {

struct session_rules {
    bool secure = false;                                    // the cookie travels over HTTPS alone
    std::chrono::seconds lifetime = std::chrono::hours{24}; // since the session was last seen
    std::string site_url;                                   // where browsers find this server; empty: where they ask
};

class session_cookie {
public:
    explicit session_cookie(session_rules rules) : rules_(std::move(rules)) {}

    const session_rules& rules() const noexcept { return rules_; }
    // The session's id in a Cookie field; "" when there is none of the right form. A view into the field.
    std::string_view presented_in(std::string_view cookie_field) const noexcept;
    // Throws forbidden when a page of another site made a browser send this write, and unsupported_media_type for a
    // body that a form could send.
    void require_own_site(const http::request& rq) const;

    // Values of Set-Cookie.
    std::string holding(std::string_view id) const;
    std::string gone() const;

private:
    std::string_view name() const noexcept;

    session_rules rules_;
};

} // namespace lightdash::access
