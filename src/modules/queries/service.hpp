// Results that nobody needs any more, for whoever keeps the house.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"

#include <chrono>
#include <cstdint>

namespace lightdash::queries {

inline constexpr std::uint64_t swept_at_once = 1000;

// Each removes so many rows at most and tells how many it were.

// Rows of results whose time has passed: what was asked, and how it ended, stays in the history.
task<std::uint64_t> expire(pg::session& db);
// The rows that were not read for longest, of projects that keep more than `bytes_of_project`.
task<std::uint64_t> evict(pg::session& db);
inline constexpr std::int64_t bytes_of_project = 1024LL * 1024 * 1024;
// What was asked longer ago, and the results that nothing in the history tells of.
task<std::uint64_t> forget(pg::session& db, std::chrono::days kept);

} // namespace lightdash::queries
