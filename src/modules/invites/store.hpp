// Invites in the database: of a code, only its SHA-256 is kept.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/invites/model.hpp"
#include "modules/mail/service.hpp"

#include <string>
#include <string_view>

namespace lightdash::invites {

struct store {
    // Makes the person a pending member of the caller's organization, or lets a pending or deactivated one choose a
    // password anew; an earlier code of theirs is worth nothing from then on. Throws invalid_parameter when somebody
    // has that e-mail who can log in, or is of another organization. The letter is sent. Commits.
    static task<invite> create(pg::transaction& tx, const caller& who, const audit::origin& from,
                               const new_invite& draft, std::string_view code, const mail::message& letter);
    // Throws not_found, or expired, and then it is gone.
    static task<invite> by_code(pg::session& db, std::string_view code);
    // Every one of the caller's organization. Commits.
    static task<void> remove_all(pg::transaction& tx, const caller& who, const audit::origin& from);
};

} // namespace lightdash::invites
