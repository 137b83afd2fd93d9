// Splitting a file of SQL: what PostgreSQL's parser takes is cut where it cuts, and a text that its lexer does not see
// the end of is refused.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/migrate/sql_splitter.hpp"

#include <pg_query.h>

#include <cstdint>
#include <optional>

namespace lightdash::fuzz {
namespace {

struct piece {
    std::size_t begin;
    std::size_t end;
};

// As PostgreSQL's grammar parts them; nothing when it does not take the text.
std::optional<std::vector<piece>> parted(const std::string& text)
{
    const auto split = pg_query_split_with_parser(text.c_str());
    std::optional<std::vector<piece>> made;
    if (!split.error) {
        made.emplace();
        for (int i = 0; i < split.n_stmts; ++i) {
            const auto& one = *split.stmts[i];
            const auto begin = static_cast<std::size_t>(one.stmt_location);
            made->push_back({begin, one.stmt_len ? begin + static_cast<std::size_t>(one.stmt_len) : text.size()});
        }
    }
    pg_query_free_split_result(split);
    return made;
}

std::optional<std::vector<std::string>> ours(const std::string& text, std::string& refusal)
{
    try {
        std::vector<std::string> made;
        for (auto& one : migrate::split_statements("f", text))
            made.push_back(std::move(one.text));
        return made;
    } catch (const error& failure) {
        refusal = failure.message();
        return std::nullopt;
    }
}

bool is_unterminated(const std::string& text)
{
    const auto scan = pg_query_scan(text.c_str());
    const bool open = scan.error && std::string_view{scan.error->message}.starts_with("unterminated");
    pg_query_free_scan_result(scan);
    return open;
}

// PostgreSQL goes on with E'a' -- comment, and 'b' on the next line; pg_query, whose lexer tells comments, does not.
bool may_go_on_behind_a_comment(std::string_view text)
{
    return text.find("--") != text.npos && text.find('\'') != text.npos;
}

void compare(const std::string& text)
{
    std::string refusal;
    const auto mine = ours(text, refusal);
    if (mine && !tokens_of(text))
        for (const auto& one : *mine)
            if (is_unterminated(one) && !may_go_on_behind_a_comment(one))
                report("a statement that PostgreSQL does not see the end of", text, one);
    const auto theirs = parted(text);
    if (!theirs)
        return;
    if (!mine) {
        if (refusal.find("COPY … ") == refusal.npos) // which the grammar knows, and files may not say
            report("refused, though PostgreSQL takes it", text, refusal);
        return;
    }
    if (mine->size() != theirs->size())
        report("another number of statements", text, std::to_string(mine->size()));
    std::size_t at = 0;
    for (std::size_t i = 0; i < mine->size(); ++i) {
        at = text.find((*mine)[i], std::max(at, (*theirs)[i].begin));
        if (at == text.npos || at + (*mine)[i].size() > (*theirs)[i].end)
            report("cut elsewhere", text, (*mine)[i]);
        at += (*mine)[i].size();
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    if (text.find('\0') == text.npos)
        lightdash::fuzz::compare(text);
    return 0;
}
