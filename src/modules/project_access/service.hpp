// What other slices ask of roles in projects.
#pragma once

#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/model.hpp"
#include "modules/shared/ids.hpp"

#include <string_view>

namespace lightdash::project_access {

struct role_in_project {
    project_id project_uuid;
    access::project_role role;
};
LIGHTDASH_DESCRIBE(role_in_project, project_uuid, role)

// Adds what finds the user's role in each project where they have one, the strongest of their own and their groups'.
pg::statement_batch::ticket ask_roles_of(pg::statement_batch& to, user_id user);

// For the statement that makes projects, which is named with a caller: whoever made those in its CTE becomes an admin
// of them.
sql::insert creator_as_admin(std::string_view made);

} // namespace lightdash::project_access
