// What somebody may do, as the rules that Lightdash's clients evaluate with CASL.
#pragma once

#include "modules/project_access/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/model.hpp"

#include <span>
#include <vector>

namespace lightdash::users {

// Of the caller's role in the organization, and of their roles in projects where these are stronger: the table of
// rights (access/model.cpp), without those that one with no conditions makes needless.
std::vector<ability_rule> abilities_of(const caller& who, std::span<const project_access::role_in_project> in_projects);

} // namespace lightdash::users
