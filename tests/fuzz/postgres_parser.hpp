// PostgreSQL's own lexer and parser, outside of a server (libpg_query): what the fuzzers compare with.
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::fuzz {

struct token {
    enum class kind : unsigned char { identifier, text, parameter, comment, other };
    kind is;
    std::size_t begin;
    std::size_t end;
};

// Nothing when PostgreSQL's lexer refuses the text.
std::optional<std::vector<token>> tokens_of(const std::string& sql);

// The parse tree of the one statement, as libpg_query's JSON; nothing when the parser refuses the text or there are
// more statements.
std::optional<boost::json::value> parsed(const std::string& sql);
// Of `select <expression>`: the expression. Nothing when it is another statement.
std::optional<boost::json::value> selected(const std::string& sql);

bool is_utf8(std::string_view text);

// Says what was found and ends the program, so that the fuzzer keeps the input.
[[noreturn]] void report(std::string_view what, std::string_view input, std::string_view output);

} // namespace lightdash::fuzz
