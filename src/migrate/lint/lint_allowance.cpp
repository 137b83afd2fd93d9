#include "lightdash/migrate/lint_allowance.hpp"
#include "migrate/text/trimmed.hpp"

#include <algorithm>
#include <utility>

namespace lightdash::migrate {

namespace {

// What stands behind "-- lint:allow" in a line; empty views when it does not.
std::string_view allowance_of(std::string_view line)
{
    static constexpr std::string_view word = "lint:allow";
    for (auto at = line.find("--"); at != std::string_view::npos; at = line.find("--", at + 2)) {
        const auto comment = trimmed(line.substr(at + 2));
        if (comment.starts_with(word))
            return comment.substr(word.size());
    }
    return {};
}

void add_rules(std::vector<lint_allowance>& made, std::string_view comment, int line, bool whole)
{
    const auto colon = comment.find(':');
    const std::string reason{colon == std::string_view::npos ? std::string_view{} : trimmed(comment.substr(colon + 1))};
    auto rules = comment.substr(0, colon);
    do {
        const auto comma = rules.find(',');
        made.push_back({std::string{trimmed(rules.substr(0, comma))}, reason, line, whole});
        rules.remove_prefix(comma == std::string_view::npos ? rules.size() : comma + 1);
    } while (!rules.empty());
}

} // namespace

std::vector<lint_allowance> lint_allowances_in(std::string_view sql_file)
{
    std::vector<lint_allowance> made;
    bool above = true;
    for (int number = 1; !sql_file.empty(); ++number) {
        const auto end = sql_file.find('\n');
        const auto line = sql_file.substr(0, end);
        sql_file.remove_prefix(end == std::string_view::npos ? sql_file.size() : end + 1);
        if (const auto content = trimmed(line);
            content.starts_with("--") && trimmed(content.substr(2)).starts_with("migrate:"))
            above = false;
        if (const auto comment = allowance_of(line); comment.data())
            add_rules(made, comment, number, above);
    }
    return made;
}

} // namespace lightdash::migrate
