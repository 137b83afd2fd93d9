#include "lightdash/modules/projects/service.hpp"

namespace lightdash {

pg::flight::ticket ask_project_owner(pg::flight& statements, project_id id)
{
    static const pg::statement owner{"projects.owner", "select organization_id from projects where id = $1"};
    return statements.add(owner, id);
}

} // namespace lightdash
