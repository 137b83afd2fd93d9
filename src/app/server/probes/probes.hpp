// livez, readyz and health: answered from memory, also while draining and under overload.
#pragma once

#include "app/config/config.hpp"
#include "app/server/probes/readiness.hpp"
#include "lightdash/api/routes.hpp"
#include "lightdash/http/router.hpp"
#include "modules/access/service.hpp"

namespace lightdash::app {

// All must outlive the router's use. `described`: what they answer is written there, too.
void add_probes(http::router& routes, api::routes& described, const readiness& state, access::gate& gate,
                const settings& config);

} // namespace lightdash::app
