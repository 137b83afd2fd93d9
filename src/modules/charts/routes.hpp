// The routes of charts.
#pragma once

namespace lightdash {

namespace api {
class routes;
}
void add_chart_routes(api::routes& r);

} // namespace lightdash
