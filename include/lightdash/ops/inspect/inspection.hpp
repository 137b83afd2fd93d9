// How an inspection asks PostgreSQL: in one read-only transaction, bounded in time, on a connection of its own.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>

namespace lightdash::ops {

struct inspection_limits {
    std::chrono::milliseconds statement{10'000}; // statement_timeout
    std::chrono::milliseconds lock{2'000};       // lock_timeout: sizes take a lock that a migration may hold
    bool read_only = true;                       // false: for what is borrowed and rolled back
};

// Within it nothing can be changed (unless asked for), and names are printed with their schema (search_path is
// pg_catalog). Nothing of it outlives the transaction, so it also works through a transaction pooler. Throws what
// database::begin throws.
task<pg::transaction> begin_inspection(pg::database& db, inspection_limits limits, deadline until);

} // namespace lightdash::ops
