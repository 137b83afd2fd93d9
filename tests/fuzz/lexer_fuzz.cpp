// The scanner of SQL text sees every text, name, word, number, parameter and comment where PostgreSQL's own lexer does.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/sql/lexer.hpp"

#include <cstdint>

namespace lightdash::fuzz {
namespace {

using sql::token_kind;

// What the two have in common: PostgreSQL's other tokens are keywords, numbers and operators.
bool is_judged(token_kind kind)
{
    return kind == token_kind::text || kind == token_kind::name || kind == token_kind::parameter ||
           kind == token_kind::comment;
}

// Every byte belongs to one token, whatever the bytes are; and what is decided does not change with what follows.
std::vector<sql::token> ours(std::string_view text, bool standard_strings)
{
    std::vector<sql::token> made;
    sql::lexer all{text, 0, standard_strings};
    std::size_t at = 0;
    for (auto one = all.next(); one.kind != token_kind::end; one = all.next()) {
        if (one.begin != at || one.text.empty())
            report("a token does not begin where the last one ended", text, one.text);
        at = one.end();
        made.push_back(one);
    }
    if (at != text.size())
        report("the tokens end before the text", text, "");
    return made;
}

void compare_with_shorter(std::string_view text, bool standard_strings)
{
    const auto whole = ours(text, standard_strings);
    const auto part = ours(text.substr(0, text.size() / 2), standard_strings);
    for (std::size_t i = 0; i < part.size() && part[i].decided; ++i)
        if (i >= whole.size() || whole[i].kind != part[i].kind || whole[i].text != part[i].text)
            report("a token that was decided is another in a longer text", text, part[i].text);
}

// PostgreSQL goes on with 'a' -- comment, and 'b' on the next line; pg_query, whose lexer tells comments, does not.
bool may_go_on_behind_a_comment(std::string_view text)
{
    return text.find("--") != text.npos && text.find('\'') != text.npos;
}

// libpg_query says where U&'…' and U&"…" begin, but not where they end.
bool has_unicode_escapes(std::string_view text)
{
    return (text.starts_with("U&") || text.starts_with("u&")) && text.size() > 2 && (text[2] == '\'' || text[2] == '"');
}

void compare_with_postgresql(const std::string& text)
{
    const auto theirs = tokens_of(text);
    if (!theirs || may_go_on_behind_a_comment(text))
        return;
    const auto mine = ours(text, true);
    const auto same = [&](const sql::token& own, const token& one) {
        return own.begin == one.begin && (own.end() == one.end || has_unicode_escapes(own.text));
    };
    for (const auto& one : *theirs)
        if (one.is != token::kind::other && std::ranges::none_of(mine, [&](const auto& own) { return same(own, one); }))
            report("PostgreSQL sees a token that is none here", text,
                   std::string_view{text}.substr(one.begin, one.end - one.begin));
    for (const auto& own : mine) {
        if (!own.closed)
            report("not closed, though PostgreSQL takes it", text, own.text);
        if (is_judged(own.kind) && std::ranges::none_of(*theirs, [&](const auto& one) { return same(own, one); }))
            report("a token that PostgreSQL does not see", text, own.text);
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    for (const bool standard_strings : {true, false})
        lightdash::fuzz::compare_with_shorter(text, standard_strings);
    lightdash::fuzz::compare_with_postgresql(text);
    return 0;
}
