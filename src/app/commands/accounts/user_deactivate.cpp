// user deactivate
#include "app/commands/accounts/on_account.hpp"
#include "app/commands/list.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct deactivate_options {
    std::string email;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "Whose account").required();
        are.json("{userUuid, email, isActive, …}, as user list has them");
    }
};

answer<users::known_user> run(const invocation& call, const deactivate_options& wanted)
{
    return change_account(call, wanted.email, [](pg::transaction& tx, const users::known_user& user) -> task<void> {
        const auto who = acting_in(user.organization_uuid);
        const auto from = by_command("user deactivate");
        co_await users::store::deactivate(tx, who, from, user.user_uuid);
    });
}

void tell_deactivated(const users::known_user& user, const invocation&)
{
    fmt::print(
        stderr,
        "{} is deactivated: sessions, tokens and an open invite have ended, what they made stays. An invite lets "
        "them in again.\n",
        user.email);
}

} // namespace

command commands::user_deactivate()
{
    return answering<deactivate_options>(
        {.path = "user deactivate",
         .meaning = "Close an account: sessions and tokens end at once, content stays; the last admin remains",
         .examples = "  lightdash-backend user deactivate --email ada@example.com"},
        run, show_nothing, tell_deactivated);
}

} // namespace lightdash::app
