// A second transaction in a transaction's place.
#pragma once

#include "lightdash/async/task.hpp"

namespace lightdash::pg {

class transaction;

// After transaction::finish() of statements that changed nothing: `tx` is a transaction again, on a connection that it
// waits for. Throws what database::begin() throws.
task<void> begin_again(transaction& tx);

} // namespace lightdash::pg
