#include "modules/access/model.hpp"

#include <array>

namespace lightdash::access {
namespace {

using enum organization_role;

// Until spaces exist, every project's content lies open to its organization's roles: what is marked @space in
// api.md 4.2 needs interactive_viewer, the weakest role that can have it.
constexpr std::array<scope_info, 14> table{{
    {scope::view_organization, "view", "Organization", member},
    {scope::view_member, "view", "OrganizationMemberProfile", viewer},
    {scope::view_project, "view", "Project", viewer},
    {scope::create_project, "create", "Project", developer}, // DEFAULT projects: admin, checked where the type is known
    {scope::update_project, "update", "Project", developer},
    {scope::delete_project, "delete", "Project", admin},
    {scope::view_chart, "view", "SavedChart", viewer},
    {scope::create_chart, "create", "SavedChart", interactive_viewer},
    {scope::update_chart, "update", "SavedChart", interactive_viewer},
    {scope::delete_chart, "delete", "SavedChart", interactive_viewer},
    {scope::view_dashboard, "view", "Dashboard", viewer},
    {scope::create_dashboard, "create", "Dashboard", interactive_viewer},
    {scope::update_dashboard, "update", "Dashboard", interactive_viewer},
    {scope::delete_dashboard, "delete", "Dashboard", interactive_viewer},
}};

constexpr bool in_order()
{
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].what) != i)
            return false;
    return true;
}
static_assert(in_order(), "scope_table() is indexed by scope");

} // namespace

std::span<const scope_info> scope_table()
{
    return table;
}

const scope_info& describe(scope what)
{
    return table[static_cast<std::size_t>(what)];
}

bool allows(organization_role role, scope what)
{
    return role >= describe(what).least;
}

} // namespace lightdash::access
