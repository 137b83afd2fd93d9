// What commands do to an account in the place of one of its organization's admins.
#pragma once

#include "app/cli/answer.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/users/store.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace lightdash::app {

inline constexpr std::chrono::seconds longest_account_work{10};

// How the audit log names whoever runs a command: nobody of the users, "root (command line)".
std::string operator_name();
// As whom a command acts: an admin of that organization, or `user` on what is their own.
caller acting_in(const organization_id& organization, const user_id& user = {});
// In the place of a request's id: the command's name.
audit::origin by_command(std::string_view command);

// Throws not_found, with what helps, when nobody has that e-mail (any letter case).
task<users::known_user> find_user(pg::session& db, std::string email);

// The account as it is after `work`, which commits.
using account_work = std::function<task<void>(pg::transaction&, const users::known_user&)>;
answer<users::known_user> change_account(const invocation& call, const std::string& email, account_work work);

// For commands that are done with that: nothing to show, --json prints the account.
void show_nothing(const users::known_user&, const invocation&);

// "interactive_viewer": of either kind of role.
template <described_enum Role>
std::string name_of(Role role)
{
    return boost::describe::enum_to_string(role, "");
}
std::string state_of(const users::known_user& user); // "active", "invited", "deactivated" …

} // namespace lightdash::app
