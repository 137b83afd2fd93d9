// Personal access tokens in the database: only their SHA-256 is kept.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/tokens/model.hpp"

#include <string_view>

namespace lightdash::tokens {

struct token_query {
    api::page_request page;
};
LIGHTDASH_DESCRIBE(token_query, page)

// Of all tokens, that one, and those of the user with that e-mail; what is left out restricts nothing.
struct token_filter {
    std::optional<token_id> token = {};
    std::optional<std::string> held_by = {};
};
LIGHTDASH_DESCRIBE(token_filter, token, held_by)

// The caller's own: a token of somebody else throws forbidden, an unknown one not_found.
struct store {
    static task<api::list<token>> list(pg::session& db, const caller& who, const api::query<token_query>& asked);
    // For operators: by their holders' e-mails, the oldest first.
    static task<std::vector<held_token>> everybodys(pg::session& db, const token_filter& wanted);
    // Each of these commits. `text` is the token itself.
    static task<token> create(pg::transaction& tx, const caller& who, const audit::origin& from, const new_token& draft,
                              std::string_view text);
    // The old text is worth nothing from then on.
    static task<token> rotate(pg::transaction& tx, const caller& who, const audit::origin& from, token_id id,
                              const rotation& change, std::string_view text);
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, token_id id);
};

} // namespace lightdash::tokens
