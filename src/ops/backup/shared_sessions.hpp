// Poolers that hand one session of the server to many clients.
#pragma once

#include "lightdash/pg/database.hpp"

namespace lightdash::ops {

// Throws error_kind::configuration when two of our connections got the same session of the server, which only a pooler
// in transaction or statement mode does: what pg_dump and pg_restore set would stay for its next client. One that
// happens to hand out different sessions is not seen.
task<void> refuse_shared_sessions(pg::database& database);

} // namespace lightdash::ops
