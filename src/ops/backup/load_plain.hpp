// Loads a plain dump: statement by statement through a connection of ours, in one transaction.
#pragma once

#include "lightdash/ops/backup.hpp"

namespace lightdash::ops {

// Throws error_kind::internal "FILE:LINE: …" with the server's words in detail().
task<void> load_plain(pg::database& database, const restore_options& options);

} // namespace lightdash::ops
