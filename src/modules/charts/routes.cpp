#include "modules/charts/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/charts/store.hpp"

namespace lightdash::charts {

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/charts", needs(view_saved_chart), store::list, "The charts of a project");
    r.post("/api/v1/projects/{project}/saved", needs(create_saved_chart), store::create, "Save a chart");
    r.get("/api/v1/saved/{chart}", needs(view_saved_chart), store::by_id, "A chart");
    r.patch("/api/v1/saved/{chart}", needs(update_saved_chart), store::update,
            "Change a chart's name, description or status");
    r.remove("/api/v1/saved/{chart}", needs(delete_saved_chart), store::remove,
             "Delete a chart; tiles that showed it stay");
}

} // namespace lightdash::charts
