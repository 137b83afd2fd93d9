// Accounts in the database: passwords, sessions, links that let somebody choose a new password.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/access/service.hpp"
#include "modules/accounts/attempts.hpp"
#include "modules/accounts/client.hpp"
#include "modules/accounts/model.hpp"
#include "modules/audit/service.hpp"
#include "modules/mail/service.hpp"
#include "modules/shared/caller.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::accounts {

// Who has an e-mail. Without a user nobody has it.
struct login_account {
    std::optional<user_id> user;
    std::optional<organization_id> organization;
    std::optional<organization_role> role;
    std::string email;
    bool is_active;
    std::string password_hash; // "" without a password
};
LIGHTDASH_DESCRIBE(login_account, user, organization, role, email, is_active, password_hash)

// A session that begins.
struct new_session {
    access::token_digest id;
    std::chrono::seconds lifetime;
};

// A person with their first organization.
struct new_account {
    std::string first_name, last_name, password_hash, organization_name;
};
LIGHTDASH_DESCRIBE(new_account, first_name, last_name, password_hash, organization_name)

struct begun {
    bool started;
    std::int64_t account; // blocked for so many seconds
};
LIGHTDASH_DESCRIBE(begun, started, account)

struct store {
    // Throws what require_unblocked() does.
    static task<login_account> by_email(pg::session& db, std::string_view email, std::string_view address);
    // Starts a session of an active user whose password is still the one that was compared, unless the account is
    // blocked by now; forgets failed attempts. `better_hash` takes the place of the password's.
    static task<begun> begin_session(pg::session& db, user_id who, std::string_view compared_hash,
                                     std::optional<std::string_view> better_hash, const new_session& session);
    static task<void> end_session(pg::session& db, const access::token_digest& id);

    static task<bool> may_register(pg::session& db, bool multiple_organizations);
    // The organization, its admin and a session of theirs, unless somebody else was first. `who` is who they will be.
    static task<bool> create(pg::session& db, const caller& who, const audit::origin& from, const new_account& account,
                             const new_session& session, bool multiple_organizations);

    // Nothing when another password took the place of the compared one meanwhile. Ends every session of the caller.
    static task<bool> set_password(pg::session& db, const caller& who, const audit::origin& from,
                                   std::string_view compared_hash, std::string_view hash);

    // The same in the place of whoever knows the old one: for operators. False: the account is deactivated.
    static task<bool> replace_password(pg::session& db, const caller& who, const audit::origin& from,
                                       std::string_view hash);

    // A link for the active user with a password who has that e-mail, if there is one, and none within the last minute.
    static task<void> create_link(pg::session& db, std::string_view email, const access::token_digest& code,
                                  const mail::message& message);
    // Who may choose a new password with that code. Throws not_found, or expired: then it is gone.
    static task<caller> holder_of_link(pg::session& db, const access::token_digest& code);
    // Uses the code up, ends the sessions and the lock-out, and lets other codes of the same user expire. Throws
    // not_found when somebody else used it.
    static task<void> use_link(pg::session& db, const caller& who, const audit::origin& from,
                               const access::token_digest& code, std::string_view hash);

    // Removes up to a thousand sessions and as many links that are over; how many there were.
    static task<std::uint64_t> sweep(pg::session& db);
};

} // namespace lightdash::accounts
