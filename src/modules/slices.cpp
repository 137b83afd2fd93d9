#include "modules/slices.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/charts/routes.hpp"
#include "modules/dashboards/routes.hpp"
#include "modules/organizations/routes.hpp"
#include "modules/projects/routes.hpp"
#include "modules/users/routes.hpp"

#include <string_view>

namespace lightdash {
namespace {

struct slice {
    std::string_view name; // as the API's description groups them
    void (*add_routes)(api::routes&);
};

constexpr slice slices[]{
    {"Users", add_user_routes},   {"Organizations", add_organization_routes}, {"Projects", add_project_routes},
    {"Charts", add_chart_routes}, {"Dashboards", add_dashboard_routes},
};

} // namespace

void add_slices(api::routes& r)
{
    for (const auto& each : slices) {
        r.begin(each.name);
        each.add_routes(r);
    }
}

} // namespace lightdash
