// user set-password: for whoever has lost it where no mail is sent
#include "app/commands/accounts/on_account.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/password.hpp"
#include "lightdash/core/password.hpp"
#include "modules/accounts/store.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct set_password_options {
    std::string email;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "Whose password").required();
        are.json("{userUuid, email, isPending, …}, as user list has them");
    }
};

answer<users::known_user> run(const invocation& call, const set_password_options& wanted)
{
    const auto hash = hash_password(read_password("No password was changed."));
    return change_account(
        call, wanted.email, [&hash](pg::transaction& tx, const users::known_user& user) -> task<void> {
            const auto who = acting_in(user.organization_uuid, user.user_uuid);
            const auto from = by_command("user set-password");
            if (!co_await accounts::store::replace_password(tx, who, from, hash))
                throw error{error_kind::forbidden,
                            fmt::format("{} is deactivated: an invite lets them in again.", user.email)};
            co_await tx.commit();
        });
}

void tell_password(const users::known_user& user, const invocation&)
{
    fmt::print(stderr, "{} has a new password; sessions, open links and a lock-out have ended, tokens stay.\n",
               user.email);
}

} // namespace

command commands::user_set_password()
{
    return answering<set_password_options>(
        {.path = "user set-password",
         .meaning = "Give an account a new password, typed unseen or piped in (8 characters or more, a letter, and a "
                    "digit or a sign)",
         .examples = "  lightdash-backend user set-password --email ada@example.com\n"
                     "  echo \"$PASSWORD\" | lightdash-backend user set-password --email ada@example.com"},
        run, show_nothing, tell_password);
}

} // namespace lightdash::app
