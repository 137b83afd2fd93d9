#include "lightdash/modules/organizations/store.hpp"

namespace lightdash {

task<organization> organization_store::by_id(pg::session& db, organization_id id)
{
    static const pg::statement find{"organizations.by_id", R"(
        select o.id as organization_uuid, o.name,
               not exists (select from projects p where p.organization_id = o.id) as needs_project,
               null::uuid as default_project_uuid
        from organizations o where o.id = $1)"};
    return db.one<organization>(find, id);
}

} // namespace lightdash
