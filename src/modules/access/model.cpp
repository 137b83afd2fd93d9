#include "modules/access/model.hpp"

#include <algorithm>
#include <array>

namespace lightdash::access {
namespace {

using enum scope;

constexpr std::array names{
    scope_name{view_organization, "view", "Organization"},
    scope_name{manage_organization, "manage", "Organization"},
    scope_name{view_member, "view", "OrganizationMemberProfile"},
    scope_name{manage_member, "manage", "OrganizationMemberProfile"},
    scope_name{manage_invite_link, "manage", "InviteLink"},
    scope_name{view_group, "view", "Group"},
    scope_name{manage_group, "manage", "Group"},
    scope_name{manage_token, "manage", "PersonalAccessToken"},
    scope_name{view_warehouse_credentials, "view", "OrganizationWarehouseCredentials"},
    scope_name{manage_warehouse_credentials, "manage", "OrganizationWarehouseCredentials"},
    scope_name{view_audit_log, "view", "AuditLog"},
    scope_name{view_project, "view", "Project"},
    scope_name{create_project, "create", "Project"},
    scope_name{update_project, "update", "Project"},
    scope_name{delete_project, "delete", "Project"},
    scope_name{manage_project, "manage", "Project"},
    scope_name{compile_project, "manage", "CompileProject"},
    scope_name{manage_explore, "manage", "Explore"},
    scope_name{run_sql, "manage", "SqlRunner"},
    scope_name{view_space, "view", "Space"},
    scope_name{create_space, "create", "Space"},
    scope_name{update_space, "update", "Space"},
    scope_name{delete_space, "delete", "Space"},
    scope_name{restore_content, "manage", "DeletedContent"},
    scope_name{view_saved_chart, "view", "SavedChart"},
    scope_name{create_saved_chart, "create", "SavedChart"},
    scope_name{update_saved_chart, "update", "SavedChart"},
    scope_name{delete_saved_chart, "delete", "SavedChart"},
    scope_name{view_dashboard, "view", "Dashboard"},
    scope_name{create_dashboard, "create", "Dashboard"},
    scope_name{update_dashboard, "update", "Dashboard"},
    scope_name{delete_dashboard, "delete", "Dashboard"},
};

constexpr bool in_order()
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (static_cast<std::size_t>(names[i].what) != i)
            return false;
    return static_cast<std::size_t>(delete_dashboard) + 1 == names.size();
}
static_assert(in_order(), "scopes() is indexed by scope");

using organization = organization_role;
using project = project_role;
constexpr auto in_no_project = std::nullopt;

constexpr std::array table{
    right{view_organization, modifier::none, organization::member, in_no_project},
    right{manage_organization, modifier::none, organization::admin, in_no_project},
    right{view_member, modifier::none, organization::member, in_no_project},
    right{manage_member, modifier::none, organization::admin, in_no_project},
    right{manage_invite_link, modifier::none, organization::admin, in_no_project},
    right{view_group, modifier::none, organization::member, in_no_project},
    right{manage_group, modifier::none, organization::admin, in_no_project},
    right{manage_token, modifier::none, organization::member, in_no_project},
    right{view_warehouse_credentials, modifier::none, organization::editor, in_no_project},
    right{manage_warehouse_credentials, modifier::none, organization::admin, in_no_project},
    right{view_audit_log, modifier::none, organization::admin, in_no_project},

    right{view_project, modifier::none, organization::viewer, project::viewer},
    right{create_project, modifier::preview, organization::developer, in_no_project},
    right{create_project, modifier::none, organization::admin, in_no_project},
    right{update_project, modifier::none, organization::developer, project::developer},
    right{delete_project, modifier::own_preview, organization::developer, project::developer},
    right{delete_project, modifier::none, organization::admin, project::admin},
    right{manage_project, modifier::none, organization::admin, project::admin},
    right{compile_project, modifier::none, organization::developer, project::developer},
    right{manage_explore, modifier::none, organization::interactive_viewer, project::interactive_viewer},
    right{run_sql, modifier::none, organization::developer, project::developer},

    right{view_space, modifier::space, organization::viewer, project::viewer},
    right{view_space, modifier::none, organization::admin, project::admin},
    right{create_space, modifier::none, organization::editor, project::editor},
    right{update_space, modifier::assigned, organization::interactive_viewer, project::interactive_viewer},
    right{update_space, modifier::inherited, organization::editor, project::editor},
    right{update_space, modifier::self, organization::developer, project::developer},
    right{update_space, modifier::none, organization::admin, project::admin},
    right{delete_space, modifier::assigned, organization::interactive_viewer, project::interactive_viewer},
    right{delete_space, modifier::inherited, organization::editor, project::editor},
    right{delete_space, modifier::self, organization::developer, project::developer},
    right{delete_space, modifier::none, organization::admin, project::admin},

    right{restore_content, modifier::deleter, organization::interactive_viewer, project::interactive_viewer},
    right{restore_content, modifier::none, organization::admin, project::admin},

    right{view_saved_chart, modifier::space, organization::viewer, project::viewer},
    right{view_saved_chart, modifier::none, organization::admin, project::admin},
    right{create_saved_chart, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{create_saved_chart, modifier::none, organization::admin, project::admin},
    right{update_saved_chart, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{update_saved_chart, modifier::self, organization::developer, project::developer},
    right{update_saved_chart, modifier::none, organization::admin, project::admin},
    right{delete_saved_chart, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{delete_saved_chart, modifier::self, organization::developer, project::developer},
    right{delete_saved_chart, modifier::none, organization::admin, project::admin},

    right{view_dashboard, modifier::space, organization::viewer, project::viewer},
    right{view_dashboard, modifier::none, organization::admin, project::admin},
    right{create_dashboard, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{create_dashboard, modifier::none, organization::admin, project::admin},
    right{update_dashboard, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{update_dashboard, modifier::self, organization::developer, project::developer},
    right{update_dashboard, modifier::none, organization::admin, project::admin},
    right{delete_dashboard, modifier::space, organization::interactive_viewer, project::interactive_viewer},
    right{delete_dashboard, modifier::self, organization::developer, project::developer},
    right{delete_dashboard, modifier::none, organization::admin, project::admin},
};

template <class HasRole>
verdict decide_by(scope what, HasRole has)
{
    auto found = verdict::no;
    for (const auto& row : table)
        if (row.what == what && has(row))
            found = std::max(found, row.only == modifier::none ? verdict::yes : verdict::depends);
    return found;
}

} // namespace

std::span<const scope_name> scopes()
{
    return names;
}

const scope_name& name_of(scope what)
{
    return names[static_cast<std::size_t>(what)];
}

std::span<const right> rights()
{
    return table;
}

verdict decide(organization_role role, scope what)
{
    return decide_by(what, [role](const right& row) { return role >= row.in_organization; });
}

verdict decide(project_role role, scope what)
{
    return decide_by(what, [role](const right& row) { return row.in_project && role >= *row.in_project; });
}

bool is_given_in_projects(scope what)
{
    return std::ranges::any_of(table, [what](const right& row) { return row.what == what && row.in_project; });
}

} // namespace lightdash::access
