// Which statements PostgreSQL refuses inside a transaction block (its PreventInTransactionBlock).
#include "lightdash/sql/schema/schema_statement.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace lightdash::sql {

namespace {

bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

// Past the string or quoted name that begins here; a doubled quote just begins the next one.
std::size_t after_quoted(std::string_view text, std::size_t at)
{
    const auto end = text.find(text[at], at + 1);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t after_comment(std::string_view text, std::size_t at)
{
    if (text[at] == '-') {
        const auto end = text.find('\n', at);
        return end == std::string_view::npos ? text.size() : end;
    }
    int depth = 0;
    for (; at + 1 < text.size(); ++at) {
        if (text[at] == '/' && text[at + 1] == '*') {
            ++depth;
            ++at;
        } else if (text[at] == '*' && text[at + 1] == '/') {
            ++at;
            if (--depth == 0)
                return at + 1;
        }
    }
    return text.size();
}

// The statement's words in lower case; names in quotes and values are "".
std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            words.emplace_back();
            at = after_quoted(text, at);
        } else if (text.substr(at, 2) == "--" || text.substr(at, 2) == "/*") {
            at = after_comment(text, at);
        } else if (is_word(c)) {
            std::string word;
            for (; at < text.size() && is_word(text[at]); ++at)
                word += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a') : text[at];
            words.push_back(std::move(word));
        } else {
            ++at;
        }
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
