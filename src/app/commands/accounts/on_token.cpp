#include "app/commands/accounts/on_token.hpp"

#include <fmt/format.h>

namespace lightdash::app {

token_id token_id_of(const std::string& text)
{
    const auto id = uuid::parse(text);
    if (!id)
        throw error{error_kind::usage,
                    fmt::format("\"{}\" is no id of a token: 'lightdash-backend token list' shows them.", text)};
    return token_id{*id};
}

task<tokens::held_token> find_token(pg::session& db, token_id id)
{
    auto found = co_await tokens::store::everybodys(db, {.token = id});
    if (found.empty())
        throw error{error_kind::not_found,
                    fmt::format("There is no token {}: 'lightdash-backend token list' shows those that there are.",
                                id.to_string())};
    co_return std::move(found.front());
}

caller holder_of(const tokens::held_token& token)
{
    return acting_in(token.organization_uuid, token.user_uuid);
}

} // namespace lightdash::app
