// An organization, as GET /org tells it.
#pragma once

#include "lightdash/core/describe.hpp"
#include "modules/shared/ids.hpp"

#include <optional>
#include <string>

namespace lightdash::organizations {

struct organization {
    organization_id organization_uuid;
    std::string name;
    bool needs_project = false; // it has none yet
    std::optional<project_id> default_project_uuid;
};
LIGHTDASH_DESCRIBE(organization, organization_uuid, name, needs_project, default_project_uuid)

} // namespace lightdash::organizations
