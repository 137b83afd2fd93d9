// What a migration sets for its session must reach neither the history's row nor the next user of the connection.
#pragma once

#include "migrate/run/run_context.hpp"

namespace lightdash::migrate {

// The statements of a migration inside the transaction, as run_in_transaction() does, with what they set still set.
task<void> run_statements(run_context& call, pg::transaction& tx, const migration& what, bool up);

// Takes back what SET, SET ROLE, LISTEN, session-level advisory locks and temporary tables would leave behind the
// commit, and sets the limits of migrations again.
task<void> reset_session(run_context& call, pg::transaction& tx);

} // namespace lightdash::migrate
