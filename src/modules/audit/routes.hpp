// The routes of the audit log.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::audit {
void add_routes(api::routes& r);
}
