#include "modules/audit/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/audit/store.hpp"

namespace lightdash::audit {

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org/audit-log", needs(view_audit_log), store::list,
          "Who changed rights and accounts, and who deleted something: newest first");
}

} // namespace lightdash::audit
