// What a read takes along.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"

namespace lightdash {

// Removes what is over, on the way of whoever only looked at it. Where nothing can be written at the moment (a standby,
// a database that is read only), it stays, which changes nothing of what they are answered.
task<void> remove_in_passing(pg::session& db, pg::bound_statement erase);

} // namespace lightdash
