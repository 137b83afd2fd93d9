#include "layering/waiting_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace lightdash::layering {
namespace {

constexpr std::array<std::string_view, 3> sleeps{"sleep_for(", "sleep_until(", "usleep("};

// Past the parenthesis that closes the one at `at`.
std::size_t after_parentheses(std::string_view text, std::size_t at)
{
    for (int depth = 0; at < text.size(); ++at) {
        depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        if (depth == 0)
            return at + 1;
    }
    return text.size();
}

std::size_t after_blanks(std::string_view text, std::size_t at)
{
    for (; at < text.size(); ++at) {
        if (text.substr(at).starts_with("//"))
            at = std::min(text.find('\n', at), text.size());
        else if (!std::isspace(static_cast<unsigned char>(text[at])) && text[at] != '{')
            break;
    }
    return at;
}

bool begins_with_sleep(std::string_view text)
{
    for (const std::string_view prefix : {"std::", "this_thread::", "::"})
        if (text.starts_with(prefix))
            text.remove_prefix(prefix.size());
    return std::ranges::any_of(sleeps, [&](std::string_view sleep) { return text.starts_with(sleep); });
}

bool asks_a_clock_or_counts(std::string_view head)
{
    for (const std::string_view sign : {"now()", "++", "--", "expired", "deadline", ":"})
        if (const auto at = head.find(sign); at != head.npos && !head.substr(at).starts_with("::"))
            return true;
    return false;
}

} // namespace

std::vector<int> lines_of_endless_waits(std::string_view text)
{
    std::vector<int> lines;
    for (const std::string_view keyword : {"while (", "for ("}) {
        for (auto at = text.find(keyword); at != text.npos; at = text.find(keyword, at + 1)) {
            const auto open = at + keyword.size() - 1;
            const auto end = after_parentheses(text, open);
            const auto head = text.substr(open, end - open);
            const auto body = text.substr(after_blanks(text, end));
            const bool sleeps_in_head = std::ranges::any_of(
                sleeps, [&](std::string_view sleep) { return head.find(sleep) != head.npos && body.starts_with(';'); });
            if ((begins_with_sleep(body) || sleeps_in_head) && !asks_a_clock_or_counts(head))
                lines.push_back(1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n')));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

} // namespace lightdash::layering
