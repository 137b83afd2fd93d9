// Roles in projects in the database. What the caller may not do throws forbidden; an unknown project, user or group,
// and one of another organization, not_found.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/project_access/model.hpp"
#include "modules/shared/caller.hpp"

#include <vector>

namespace lightdash::project_access {

struct store {
    static task<std::vector<project_member>> members(pg::session& db, const caller& who, project_id project);
    static task<project_member> member(pg::session& db, const caller& who, project_id project, user_id user);
    static task<std::vector<group_access>> groups(pg::session& db, const caller& who, project_id project);
    // Each of these commits.
    static task<void> add(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                          const new_member& given);
    static task<void> change(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                             user_id user, const given_role& given);
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                             user_id user);
    static task<group_access> give_to_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                            group_id group, project_id project, const given_role& given);
    static task<void> take_from_group(pg::transaction& tx, const caller& who, const audit::origin& from, group_id group,
                                      project_id project);

    // The same as the second version of the API tells it.
    static task<std::vector<project_role_assignment>> assignments(pg::session& db, const caller& who,
                                                                  project_id project);
    static task<project_role_assignment> assign_to_user(pg::transaction& tx, const caller& who,
                                                        const audit::origin& from, project_id project, user_id user,
                                                        const role_choice& chosen);
    static task<project_role_assignment> assign_to_group(pg::transaction& tx, const caller& who,
                                                         const audit::origin& from, project_id project, group_id group,
                                                         const role_choice& chosen);
};

} // namespace lightdash::project_access
