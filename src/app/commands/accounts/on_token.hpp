// What commands do to a personal access token in the place of whoever has it.
#pragma once

#include "app/commands/accounts/on_account.hpp"
#include "modules/tokens/store.hpp"

#include <string>

namespace lightdash::app {

// Throws usage when the text is no UUID.
token_id token_id_of(const std::string& text);
// Throws not_found, with what helps.
task<tokens::held_token> find_token(pg::session& db, token_id id);
// Its holder, acting on what is their own.
caller holder_of(const tokens::held_token& token);

} // namespace lightdash::app
