// Migrations inside a transaction.
#pragma once

#include "migrate/run/run_context.hpp"

namespace lightdash::migrate {

// The statements of a migration inside the transaction. Throws statement_failure().
task<void> run_in_transaction(run_context& call, pg::transaction& tx, const migration& what, bool up);

// The same, with what they set for the session still set: it must reach neither the history's row nor the next user of
// the connection.
task<void> run_statements(run_context& call, pg::transaction& tx, const migration& what, bool up);

// Takes back what SET, SET ROLE, LISTEN, session-level advisory locks and temporary tables would leave behind the
// commit, and sets the limits of migrations again.
task<void> reset_session(run_context& call, pg::transaction& tx);

// One of a migration's statements as it is sent: what it selects is thrown away, whatever its types.
pg::statement statement_of(const migration& what, const std::vector<migration_statement>& statements, std::size_t i);

} // namespace lightdash::migrate
