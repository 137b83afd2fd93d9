// What two requests want at the same moment.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/transaction.hpp"

namespace lightdash {

// transaction::finish for a batch that writes what others may take, remove or refer to at the same moment: a slug, an
// id that the client chose, a project, a chart, a dashboard. The batch's own statements look before they write; where
// somebody else was faster than that look, the key that refuses it makes the failure a serialization_failure, so that
// the whole unit runs again, sees what the other did, and answers as if they had come one after the other.
task<void> finish_or_run_again(pg::transaction& tx, pg::statement_batch& statements);

} // namespace lightdash
