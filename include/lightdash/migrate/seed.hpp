// Demo data, and as much of it as a load test wants.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <functional>

namespace lightdash::migrate {

// Rows that this run added: all zero when everything was there.
struct seed_report {
    std::uint64_t organizations = 0;
    std::uint64_t users = 0;
    std::uint64_t projects = 0;
    std::uint64_t charts = 0;
    std::uint64_t dashboards = 0;
    std::uint64_t tiles = 0;
};

// Organizations "Jaffle Shop" (one user per role, the project "Jaffle shop" with charts and dashboards) and "Another
// Shop" (an admin, no projects). Everything has a fixed id: what is there is left as it is, so running it twice changes
// nothing. One transaction. Every password is "demo_password!": whoever calls this in production must be asked first.
task<seed_report> seed_demo(pg::database& db, deadline until);

// Told while the tiles travel, which is most of the time: of so many dashboards. Must not throw.
using scale_progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// A project "Load test" in the demo organization: `units` times 1,000 dashboards of five tiles over 200 charts. Adds
// what is missing up to that size, by COPY. Throws error_kind::usage without the demo organization. One transaction; a
// unit takes well under a second.
task<seed_report> seed_scale(pg::database& db, unsigned units, deadline until, scale_progress tell = {});

} // namespace lightdash::migrate
