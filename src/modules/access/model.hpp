// What may be done, and who may do it (api.md 4.2). Every route names the scope that it needs; the gate decides what
// the caller's role alone decides, and the condition that statements carry decides the rest.
#pragma once

#include "modules/shared/caller.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace lightdash::access {

// action:Subject, as Lightdash writes them: view_saved_chart is "view:SavedChart".
enum class scope : unsigned char {
    view_organization,
    manage_organization,
    view_member,
    manage_member,
    manage_invite_link,
    view_group,
    manage_group,
    manage_token,
    view_warehouse_credentials,
    manage_warehouse_credentials,
    view_audit_log,
    view_project,
    create_project,
    update_project,
    delete_project,
    manage_project,
    compile_project,
    manage_explore,
    run_sql,
    view_space,
    create_space,
    update_space,
    delete_space,
    restore_content,
    view_saved_chart,
    create_saved_chart,
    update_saved_chart,
    delete_saved_chart,
    view_dashboard,
    create_dashboard,
    update_dashboard,
    delete_dashboard,
};

struct scope_name {
    scope what;
    std::string_view action;  // of CASL's rules: "view", "create", …
    std::string_view subject; // "Dashboard"
};

// Every scope, in the order of the enumeration.
std::span<const scope_name> scopes();
const scope_name& name_of(scope what);

// Roles in a project, weakest first.
enum class project_role : unsigned char { viewer, interactive_viewer, editor, developer, admin };
LIGHTDASH_DESCRIBE_ENUM(project_role, viewer, interactive_viewer, editor, developer, admin)

// Of which things a right speaks: what a role alone does not decide.
enum class modifier : unsigned char {
    none,        // all of the organization, or of the project
    space,       // those in spaces that the caller sees (to view) or edits (to change)
    assigned,    // those in spaces that the caller is an admin of
    inherited,   // spaces whose rights are those of their project
    self,        // those that the caller created
    deleter,     // those that the caller deleted
    preview,     // projects of type PREVIEW
    own_preview, // those of them that the caller created
};

// One row of the table: who has at least one of the two roles may do it with the things that the modifier names. A
// scope has a row for each modifier; the least restricted that fits counts.
struct right {
    scope what;
    modifier only = modifier::none;
    organization_role in_organization;      // the weakest that has it in every project of its organization
    std::optional<project_role> in_project; // the weakest that has it in its project; none: not a right in a project
};

std::span<const right> rights();

// What a role says of a scope without looking at the thing.
enum class verdict : unsigned char { no, depends, yes };
verdict decide(organization_role role, scope what);
verdict decide(project_role role, scope what);
// Whether a role in a project can give it, to whoever has none in the organization.
bool is_given_in_projects(scope what);

} // namespace lightdash::access
