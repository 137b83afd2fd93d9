// What may be done, and which role may do it (api.md 4.2). A right is named by every route; the gate compares.
#pragma once

#include "lightdash/core/caller.hpp"

#include <span>
#include <string_view>

namespace lightdash::access {

// action:Subject, as Lightdash writes them: view_dashboard is "view:Dashboard".
enum class scope : unsigned char {
    view_organization,
    view_member,
    view_project,
    create_project,
    update_project,
    delete_project,
    view_chart,
    create_chart,
    update_chart,
    delete_chart,
    view_dashboard,
    create_dashboard,
    update_dashboard,
    delete_dashboard,
};

struct scope_info {
    scope what;
    std::string_view action;  // of CASL's rules: "view", "create", …
    std::string_view subject; // "Dashboard"
    organization_role least;  // the weakest role that has it in every project of its organization
};

// Every scope, in the order of the enumeration.
std::span<const scope_info> scope_table();
const scope_info& describe(scope what);

bool allows(organization_role role, scope what);

} // namespace lightdash::access
