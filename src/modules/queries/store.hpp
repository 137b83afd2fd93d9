// Queries in the service's database, as those who ask see them.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/access/model.hpp"
#include "modules/queries/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::queries {

// The warehouse of a project, for the key of a query.
struct target {
    credentials_id connection;
    std::string revision; // changes with its settings and credentials
};
LIGHTDASH_DESCRIBE(target, connection, revision)

// What a query's page is made of.
struct stored_answer {
    bool allowed; // to see the project
    bool found;   // a query of the caller's there
    query_status status;
    result_id result;
    std::string columns;
    std::optional<std::string> error;
    std::int64_t total_rows;
    std::optional<double> execution_ms;
    std::optional<std::string> rows; // of the pages that hold it
};
LIGHTDASH_DESCRIBE(stored_answer, allowed, found, status, result, columns, error, total_rows, execution_ms, rows)

// Whoever calls passes who is asking: what they may not do throws forbidden, what is unknown or somebody else's
// not_found.
struct store {
    // Its warehouse, for the first statements of a request. The answer throws invalid_parameter when the project has
    // none.
    static pg::statement_batch::ticket ask_target(pg::statement_batch& statements, const caller& who,
                                                  access::scope right, project_id project);
    static target target_in(const pg::statement_batch& answered, pg::statement_batch::ticket asked,
                            access::scope right);
    // Joins an equal query that is under way, takes its rows when they are fresh, or queues a new execution. Throws
    // rate_limited when too many wait for the warehouse. Commits.
    static task<begun_query> begin(pg::transaction& tx, const caller& who, project_id project, const target& at,
                                   const question& asked);
    // Rows [offset, offset + size) and what lies around them in the same kept pages.
    static task<stored_answer> read(pg::session& db, const caller& who, project_id project, query_id id,
                                    std::int64_t offset, std::int64_t size);
    // The execution ends too when nobody else waits for it. Commits.
    static task<void> cancel(pg::transaction& tx, const caller& who, project_id project, query_id id);
};

} // namespace lightdash::queries
