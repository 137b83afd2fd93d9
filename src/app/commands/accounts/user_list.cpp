// user list
#include "app/commands/accounts/on_account.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

using known_users = std::vector<users::known_user>;

struct user_list_options {
    std::string organization, search;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--organization", organization, "Only of the organization of that name");
        are.value("--search", search, "Only those whose name or e-mail has this text in it");
        are.json(
            "an array of {userUuid, email, firstName, lastName, role, organizationUuid, organizationName, isActive, "
            "isPending, isInviteExpired, userCreatedAt, userUpdatedAt}");
    }
};

task<known_users> list(runtime& on, const user_list_options& asked)
{
    const auto db = on.database().exclusive(deadline::after(longest_account_work));
    users::user_filter wanted{.wanted_text = asked.search};
    if (!asked.organization.empty())
        wanted.organization_name = asked.organization;
    auto found = co_await users::store::everybody(*db, wanted);
    co_return found;
}

answer<known_users> find(const invocation& call, const user_list_options& asked)
{
    runtime on{call.config()};
    return ask(on, list(on, asked));
}

void show(const known_users& found, const invocation& call)
{
    table shown{{{"e-mail"},
                 {"name", column_kind::flexible},
                 {"role"},
                 {"organization", column_kind::flexible},
                 {"state"},
                 {"id", column_kind::text, true}}};
    for (const auto& one : found)
        shown.add({one.email, fmt::format("{} {}", one.first_name, one.last_name), name_of(one.role),
                   one.organization_name, cell{state_of(one), one.is_active ? style::plain : style::bad},
                   one.user_uuid.to_string()});
    fmt::print("{}", shown.text(call.out));
}

} // namespace

command commands::user_list()
{
    return answering<user_list_options>(
        {.path = "user list",
         .meaning = "Everybody who has an account, by organization and e-mail",
         .examples = "  lightdash-backend user list\n"
                     "  lightdash-backend user list --organization \"Jaffle Shop\" --search lovelace\n"
                     "  lightdash-backend user list --json | jq -r '.[] | select(.role == \"admin\").email'"},
        find, show);
}

} // namespace lightdash::app
