#include "modules/organizations/store.hpp"

#include "lightdash/sql/select.hpp"

namespace lightdash::organizations {

task<organization> store::by_id(pg::session& db, const caller& who)
{
    static const auto find =
        sql::select(
            sql::columns_of<organization>("o")
                .set("organization_uuid", "o.id")
                .set("needs_project", sql::raw("not exists (select from projects p where p.organization_id = o.id)"))
                .set("default_project_uuid", sql::raw("null::uuid")))
            .from("organizations as o")
            .where("o.id", sql::param<organization_id>())
            .named<caller>("organizations.by_id");
    return db.one<organization>(find(who));
}

} // namespace lightdash::organizations
