#include "modules/explores/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/explores/store.hpp"

namespace lightdash::explores {

using access::needs;

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.put("/api/v1/projects/{project}/explores", needs(compile_project), store::replace,
          "Replace the explores of a project")
        .body_limit(longest_explores);
    r.get("/api/v1/projects/{project}/explores", needs(view_project), store::list, "The explores of a project");
    r.get("/api/v1/projects/{project}/explores/{explore}", needs(view_project), store::by_name, "One explore");
    r.post("/api/v1/projects/{project}/explores/{explore}/compileQuery", needs(manage_explore), store::compile_query,
           "The SQL of a metric query");
}

} // namespace lightdash::explores
