// What other slices tell the audit log: changes of rights and accounts, and deletions.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/raw.hpp"

#include <string_view>

namespace lightdash::audit {

// Which request it was: a parameter of the handler, and of the statement. Borrows from the request.
struct origin {
    std::string_view request_id; // of a command: its name
    // Whoever operates the server did it, who is nobody of the users: what the log tells in the place of an e-mail is
    // the caller's, and rights are not asked for.
    bool by_command = false;
    static origin of(const http::request& rq) { return {rq.id()}; }
};
LIGHTDASH_DESCRIBE(origin, request_id, by_command)

// For the statement's with_unread(): one row for each row of its CTE `changed`, whose column `id` is the subject's;
// nothing is told of what did not happen, and nothing happens untold. `action` and `subject` as the names of scopes
// ("manage", "Group"); `detail` is an expression of the CTE's columns that makes a jsonb. The statement is named with a
// caller and an origin.
sql::insert rows_of(std::string_view changed, std::string_view action, std::string_view subject,
                    const sql::expression& detail = sql::raw("'{}'::jsonb"));

} // namespace lightdash::audit
