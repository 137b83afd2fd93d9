// A connection for statements that no transaction may hold.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"

#include <memory>

namespace lightdash::pg {

// A session on the connection of `unused`, a transaction in which nothing was sent yet: every statement by itself, on
// that one connection, for what PostgreSQL refuses inside a transaction block and for settings of a session. The
// connection is closed afterwards, so nobody inherits what was set on it. The transaction's options `prepared` and
// `notices` go on to hold.
std::unique_ptr<session> pinned(transaction&& unused, deadline until);

} // namespace lightdash::pg
