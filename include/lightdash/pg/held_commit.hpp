// For who opens a transaction, lets another work in it, and has something to add before the COMMIT.
#pragma once

#include "lightdash/pg/transaction.hpp"

namespace lightdash::pg {

// From here on the transaction's finish() and commit() only send, and remember that they were called.
void hold_commit(transaction& tx) noexcept;
// They commit again. True when one of them was called in between.
bool release_commit(transaction& tx) noexcept;

} // namespace lightdash::pg
