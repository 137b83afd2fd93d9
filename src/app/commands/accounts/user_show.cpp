// user show
#include "app/commands/accounts/on_account.hpp"
#include "app/commands/accounts/token_table.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/time.hpp"
#include "modules/project_access/service.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct shown_user {
    users::known_user user;
    std::vector<project_access::role_in_project> roles_in_projects;
    std::vector<tokens::held_token> tokens;
};
LIGHTDASH_DESCRIBE(shown_user, user, roles_in_projects, tokens)

struct user_show_options {
    std::string email;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "Whose account").required();
        are.json("{user: {userUuid, email, role, …}, rolesInProjects: [{projectUuid, role}], tokens: [{uuid, "
                 "description, …}]}");
    }
};

task<shown_user> read(runtime& on, const std::string& email)
{
    const auto db = on.database().exclusive(deadline::after(longest_account_work));
    shown_user made{.user = co_await find_user(*db, email), .roles_in_projects = {}, .tokens = {}};
    pg::statement_batch roles;
    const auto found = project_access::ask_roles_of(roles, made.user.user_uuid);
    co_await db->send(roles);
    made.roles_in_projects = roles.all<project_access::role_in_project>(found);
    made.tokens = co_await tokens::store::everybodys(*db, {.held_by = made.user.email});
    co_return made;
}

answer<shown_user> find(const invocation& call, const user_show_options& asked)
{
    runtime on{call.config()};
    return ask(on, read(on, asked.email));
}

void show(const shown_user& found, const invocation& call)
{
    const auto& user = found.user;
    table facts{{{"account"}, {user.email, column_kind::flexible}}};
    facts.add({"id", user.user_uuid.to_string()});
    facts.add({"name", fmt::format("{} {}", user.first_name, user.last_name)});
    facts.add({"organization", fmt::format("{} ({})", user.organization_name, user.organization_uuid.to_string())});
    facts.add({"role", name_of(user.role)});
    facts.add({"state", cell{state_of(user), user.is_active ? style::plain : style::bad}});
    facts.add({"since", to_iso8601(user.user_created_at.utc)});
    fmt::print("{}", facts.text(call.out));
    table roles{{{"project"}, {"role there"}}};
    for (const auto& one : found.roles_in_projects)
        roles.add({one.project_uuid.to_string(), name_of(one.role)});
    if (!roles.empty())
        fmt::print("\n{}", roles.text(call.out));
    if (!found.tokens.empty())
        fmt::print("\n{}", table_of(found.tokens).text(call.out));
}

} // namespace

command commands::user_show()
{
    return answering<user_show_options>(
        {.path = "user show",
         .meaning = "An account with its roles in projects, its groups' too, and its tokens",
         .examples = "  lightdash-backend user show --email ada@example.com\n"
                     "  lightdash-backend user show --email ada@example.com --json | jq .rolesInProjects"},
        find, show);
}

} // namespace lightdash::app
