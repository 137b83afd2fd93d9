#include "migrate/run/concurrent_index.hpp"

#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/lexer.hpp"

#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

std::vector<sql::token> first_tokens(std::string_view statement, std::size_t most)
{
    sql::lexer all{statement};
    std::vector<sql::token> made(most); // empty tokens at the end: no bounds to think of
    for (auto& one : made)
        one = all.next_solid();
    return made;
}

// As a statement may name it again.
std::string written(const sql::token& name)
{
    const auto folded = sql::identifier_of(name);
    return name.kind == sql::token_kind::name ? sql::quote_identifier(folded) : folded;
}

constexpr std::size_t enough_tokens = 20;

// From IF NOT EXISTS or the name on.
built_index index_named_at(const std::vector<sql::token>& t, std::size_t at)
{
    built_index made{{}, {}, false};
    made.if_missing = t[at].is_word("if") && t[at + 1].is_word("not") && t[at + 2].is_word("exists");
    if (made.if_missing)
        at += 3;
    if (!t[at].is_word("on"))
        made.name = sql::identifier_of(t[at++]);
    at += t[at].is_word("on");
    at += t[at].is_word("only");
    made.table = written(t[at]);
    if (t[at + 1].is_symbol("."))
        made.table += "." + written(t[at + 2]);
    return made;
}

} // namespace

std::optional<built_index> index_built_by(std::string_view statement)
{
    const auto t = first_tokens(statement, enough_tokens);
    std::size_t at = t[0].is_word("create") && t[1].is_word("unique") ? 2 : 1;
    const bool creates = t[0].is_word("create") && t[at].is_word("index") && t[at + 1].is_word("concurrently");
    const bool rebuilds = t[0].is_word("reindex") && t[1].is_word("index") && t[2].is_word("concurrently");
    if (!creates && !rebuilds)
        return std::nullopt;
    at += 2;
    if (rebuilds) {
        if (t[at + 1].is_symbol("."))
            at += 2;
        return built_index{sql::identifier_of(t[at]), {}, true};
    }
    return index_named_at(t, at);
}

std::optional<built_index> index_built_if_missing(std::string_view statement)
{
    const auto t = first_tokens(statement, enough_tokens);
    const std::size_t at = t[0].is_word("create") && t[1].is_word("unique") ? 2 : 1;
    if (!t[0].is_word("create") || !t[at].is_word("index"))
        return std::nullopt;
    auto made = index_named_at(t, at + 1);
    return made.if_missing ? std::optional{std::move(made)} : std::nullopt;
}

} // namespace lightdash::migrate
