#include "modules/project_access/service.hpp"

#include <fmt/format.h>

namespace lightdash::project_access {

pg::statement_batch::ticket ask_roles_of(pg::statement_batch& to, user_id user)
{
    static const pg::statement find{
        "project_access.roles_of",
        "select distinct on (given.project_uuid) given.project_uuid, given.role from ("
        "select m.project_id, m.role::text from project_memberships m where m.user_id = $1 union all "
        "select a.project_id, a.role::text from project_group_access a "
        "join group_memberships g on g.group_id = a.group_id where g.user_id = $1) as given (project_uuid, role) "
        "order by given.project_uuid, array_position(array['viewer', 'interactive_viewer', 'editor', 'developer', "
        "'admin'], given.role) desc"};
    return to.add(find, user);
}

sql::insert creator_as_admin(std::string_view made)
{
    return sql::insert("project_memberships")
        .set("project_id", sql::ref(fmt::format("{}.id", made)))
        .set("user_id", sql::param<user_id>())
        .set("role", "admin")
        .from(sql::select().from(made));
}

} // namespace lightdash::project_access
