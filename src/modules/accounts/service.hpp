// What the program around the slices asks of accounts.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/accounts/facilities.hpp"

#include <cstdint>

namespace lightdash::accounts {

inline constexpr std::uint64_t swept_at_once = 1000;

// Removes up to so many sessions, links and counted attempts that are over; how many there were of the most frequent.
// Several processes may do it at once.
task<std::uint64_t> sweep(pg::session& db);

} // namespace lightdash::accounts
