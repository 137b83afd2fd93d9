#include "modules/slices.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/accounts/routes.hpp"
#include "modules/audit/routes.hpp"
#include "modules/charts/routes.hpp"
#include "modules/charts/service.hpp"
#include "modules/content/routes.hpp"
#include "modules/dashboards/routes.hpp"
#include "modules/dashboards/service.hpp"
#include "modules/explores/routes.hpp"
#include "modules/explores/service.hpp"
#include "modules/groups/routes.hpp"
#include "modules/invites/routes.hpp"
#include "modules/invites/service.hpp"
#include "modules/organizations/routes.hpp"
#include "modules/project_access/routes.hpp"
#include "modules/projects/routes.hpp"
#include "modules/projects/service.hpp"
#include "modules/queries/routes.hpp"
#include "modules/spaces/routes.hpp"
#include "modules/spaces/service.hpp"
#include "modules/tokens/routes.hpp"
#include "modules/tokens/service.hpp"
#include "modules/users/routes.hpp"
#include "modules/users/service.hpp"
#include "modules/warehouses/routes.hpp"

#include <ranges>
#include <string_view>

namespace lightdash {
namespace {

struct slice {
    std::string_view name; // as the API's description groups them
    void (*add_routes)(api::routes&);
    // What it keeps of a project, removed with it.
    void (*remove_of_project)(pg::statement_batch&, const caller&, project_id) = nullptr;
    // The ways in that it keeps for a person, removed when they are deactivated.
    void (*end_access_of)(pg::statement_batch&, const caller&, const other_user&) = nullptr;
};

// A slice stands behind those whose rows its own refer to.
constexpr slice slices[]{
    {"Accounts", accounts::add_routes},
    {"Users", users::add_routes},
    {"Personal access tokens", tokens::add_routes, nullptr, tokens::end_access_of},
    {"Invites", invites::add_routes, nullptr, invites::end_access_of},
    {"Organizations", organizations::add_routes},
    {"Audit log", audit::add_routes},
    {"Warehouse credentials", warehouses::add_routes},
    {"Projects", projects::add_routes},
    {"Groups", groups::add_routes},
    {"Project access", project_access::add_routes},
    {"Spaces", spaces::add_routes},
    {"Queries", queries::add_routes},
    {"Content", content::add_routes},
    {"Explores", explores::add_routes, explores::remove_of_project},
    {"Charts", charts::add_routes, charts::remove_of_project},
    {"Dashboards", dashboards::add_routes, dashboards::remove_of_project},
};

} // namespace

void add_slices(api::routes& r)
{
    for (const auto& each : slices) {
        r.begin(each.name);
        each.add_routes(r);
    }
}

void projects::remove_contents_of_project(pg::statement_batch& statements, const caller& who, project_id id)
{
    for (const auto& each : std::views::reverse(slices))
        if (each.remove_of_project != nullptr)
            each.remove_of_project(statements, who, id);
}

void spaces::remove_contents_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from,
                                      project_id project, space_id id)
{
    charts::remove_of_space(statements, who, from, project, id);
    dashboards::remove_of_space(statements, who, from, project, id);
}

void users::end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member)
{
    for (const auto& each : slices)
        if (each.end_access_of != nullptr)
            each.end_access_of(statements, who, member);
}

} // namespace lightdash
