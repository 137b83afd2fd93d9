// An organization, as GET /org tells it and PATCH /org changes it.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::organizations {

struct organization {
    organization_id organization_uuid;
    std::string name;
    pg::timestamp created_at;
    bool needs_project = false; // it has none yet
    std::optional<project_id> default_project_uuid;
    std::vector<std::string> chart_colors; // none: the client's own
};
LIGHTDASH_DESCRIBE(organization, organization_uuid, name, created_at, needs_project, default_project_uuid, chart_colors)

// The body of PATCH /org.
struct organization_changes {
    json::omittable<std::string> name;
    json::patch<project_id> default_project_uuid;
    json::omittable<std::vector<std::string>> chart_colors;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(organization_changes, name, default_project_uuid, chart_colors)

} // namespace lightdash::organizations
