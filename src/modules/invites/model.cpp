#include "modules/invites/model.hpp"

#include "modules/users/service.hpp"

namespace lightdash::invites {

void new_invite::validate(json::faults& faults) const
{
    faults.require(users::is_email_address(email), "email", "Must be an e-mail address such as ada@example.com.");
}

} // namespace lightdash::invites
