// The routes of charts.
#pragma once

namespace lightdash {

class endpoints;
void add_chart_routes(endpoints& r);

} // namespace lightdash
