// Which statements PostgreSQL refuses inside a transaction block (its PreventInTransactionBlock).
#include "lightdash/sql/lexer.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace lightdash::sql {

namespace {

// The statement's words in lower case; names in quotes and values are "".
std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    lexer all{text};
    for (auto one = all.next_solid(); one.kind != token_kind::end; one = all.next_solid()) {
        if (one.kind == token_kind::word)
            words.push_back(identifier_of(one));
        else if (one.kind == token_kind::name || one.kind == token_kind::text)
            words.emplace_back();
    }
    return words;
}

bool begins(const std::vector<std::string>& words, std::initializer_list<std::string_view> with)
{
    return words.size() >= with.size() && std::equal(with.begin(), with.end(), words.begin());
}

bool holds(const std::vector<std::string>& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

} // namespace

bool runs_in_transaction(std::string_view statement)
{
    const auto words = words_of(statement);
    if (begins(words, {"vacuum"}) || begins(words, {"alter", "system"}))
        return false;
    for (const auto* verb : {"create", "drop"})
        for (const auto* object : {"database", "tablespace"})
            if (begins(words, {verb, object}))
                return false;
    if (begins(words, {"create", "index", "concurrently"}) ||
        begins(words, {"create", "unique", "index", "concurrently"}) ||
        begins(words, {"drop", "index", "concurrently"}))
        return false;
    if (begins(words, {"reindex"}))
        return !(holds(words, "concurrently") || holds(words, "database") || holds(words, "system") ||
                 holds(words, "schema"));
    if (begins(words, {"alter", "table"}))
        return !(holds(words, "detach") && holds(words, "concurrently"));
    if (begins(words, {"alter", "database"}))
        return !holds(words, "tablespace");
    if (begins(words, {"create", "subscription"}) || begins(words, {"drop", "subscription"}))
        return false; // as they are by default, with a slot
    return !(words.size() == 1 && words[0] == "cluster");
}

} // namespace lightdash::sql
