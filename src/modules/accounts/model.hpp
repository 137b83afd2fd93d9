// Accounts: how people get in, and what they send for it.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"

#include <string>

namespace lightdash::accounts {

// The body of POST /login.
struct credentials {
    std::string email, password;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(credentials, email, password)

// The body of POST /user: of a new organization and its admin, or, with an inviteCode, of somebody who was invited and
// whose e-mail is known.
struct registration {
    std::string first_name, last_name, password;
    json::omittable<std::string> email, organization_name, invite_code;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(registration, first_name, last_name, password, email, organization_name, invite_code)

// The body of POST /user/password; without `password` for an account that has none yet.
struct password_change {
    json::omittable<std::string> password;
    std::string new_password;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(password_change, password, new_password)

// The body of POST /password-reset.
struct reset_request {
    std::string email;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(reset_request, email)

// The body of POST /user/password/reset.
struct password_reset {
    std::string code, new_password;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(password_reset, code, new_password)

// GET /user/identities: accounts elsewhere that are linked to this one, by who keeps them. There are none yet: {}.
struct identities {
    json::omittable<std::string> google;
};
LIGHTDASH_DESCRIBE(identities, google)

// GET /flash: messages for the page that is opened next. There are none: {}.
struct flashes {
    json::omittable<std::vector<std::string>> error;
};
LIGHTDASH_DESCRIBE(flashes, error)

} // namespace lightdash::accounts
