// user set-role
#include "app/commands/accounts/on_account.hpp"
#include "app/commands/list.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct set_role_options {
    std::string email;
    organization_role role = organization_role::member;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "Whose role").required();
        are.value("--role", role, "In the organization, from now on").required();
        are.json("{userUuid, email, role, …}, as user list has them");
    }
};

answer<users::known_user> run(const invocation& call, const set_role_options& wanted)
{
    return change_account(call, wanted.email,
                          [&wanted](pg::transaction& tx, const users::known_user& user) -> task<void> {
                              const auto who = acting_in(user.organization_uuid);
                              const auto from = by_command("user set-role");
                              co_await users::store::set_role(tx, who, from, user.user_uuid, {wanted.role});
                          });
}

void tell_role(const users::known_user& user, const invocation&)
{
    fmt::print(stderr, "{} has the role {} in {} now; sessions under another one have ended.\n", user.email,
               name_of(user.role), user.organization_name);
}

} // namespace

command commands::user_set_role()
{
    return answering<set_role_options>(
        {.path = "user set-role",
         .meaning = "Give somebody another role in their organization; an admin who can log in remains",
         .examples = "  lightdash-backend user set-role --email ada@example.com --role admin"},
        run, show_nothing, tell_role);
}

} // namespace lightdash::app
