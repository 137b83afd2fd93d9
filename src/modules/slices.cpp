#include "modules/slices.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/charts/routes.hpp"
#include "modules/charts/service.hpp"
#include "modules/dashboards/routes.hpp"
#include "modules/dashboards/service.hpp"
#include "modules/organizations/routes.hpp"
#include "modules/projects/routes.hpp"
#include "modules/projects/service.hpp"
#include "modules/users/routes.hpp"

#include <ranges>
#include <string_view>

namespace lightdash {
namespace {

struct slice {
    std::string_view name; // as the API's description groups them
    void (*add_routes)(api::routes&);
    // What it keeps of a project, removed with it.
    void (*remove_of_project)(pg::flight&, const caller&, project_id) = nullptr;
};

// A slice stands behind those whose rows its own refer to.
constexpr slice slices[]{
    {"Users", add_user_routes},
    {"Organizations", add_organization_routes},
    {"Projects", add_project_routes},
    {"Charts", add_chart_routes, remove_charts_of_project},
    {"Dashboards", add_dashboard_routes, remove_dashboards_of_project},
};

} // namespace

void add_slices(api::routes& r)
{
    for (const auto& each : slices) {
        r.begin(each.name);
        each.add_routes(r);
    }
}

void remove_contents_of_project(pg::flight& statements, const caller& who, project_id id)
{
    for (const auto& each : std::views::reverse(slices))
        if (each.remove_of_project != nullptr)
            each.remove_of_project(statements, who, id);
}

} // namespace lightdash
