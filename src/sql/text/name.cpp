#include "sql/text/name.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::sql::detail {
namespace {

constexpr std::string_view blanks = " \t\n\r";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_index(std::string_view text)
{
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) { return c >= '0' && c <= '9'; });
}

void append_part(std::string& out, std::string_view part)
{
    part = trimmed(part);
    if (part == "*") {
        out += '*';
        return;
    }
    const auto bracket = part.rfind('[');
    if (bracket != std::string_view::npos && bracket != 0 && is_index(part.substr(bracket))) {
        append_identifier(out, part.substr(0, bracket));
        out += part.substr(bracket);
        return;
    }
    append_identifier(out, part);
}

void append_parts(std::string& out, std::string_view name)
{
    for (;;) {
        const auto dot = name.find('.');
        if (dot != std::string_view::npos && trimmed(name.substr(0, dot)) == "*")
            throw error{error_kind::internal,
                        "`*` stands for all columns of a table: nothing can follow it in a name."};
        append_part(out, name.substr(0, dot));
        if (dot == std::string_view::npos)
            return;
        out += '.';
        name.remove_prefix(dot + 1);
    }
}

} // namespace

std::size_t find_alias(std::string_view name) noexcept
{
    for (std::size_t i = 1; i + 4 < name.size(); ++i)
        if (name[i] == ' ' && (name[i + 1] | 0x20) == 'a' && (name[i + 2] | 0x20) == 's' && name[i + 3] == ' ')
            return i;
    return std::string_view::npos;
}

void append_name(std::string& out, std::string_view name)
{
    if (find_alias(name) != std::string_view::npos)
        throw error{error_kind::internal,
                    fmt::format("\"{}\" gives a name to a column or table where only one may be used.", name)};
    append_parts(out, name);
}

void append_alias(std::string& out, std::string_view alias)
{
    append_identifier(out, trimmed(alias));
}

void append_name_with_alias(std::string& out, std::string_view name)
{
    const auto at = find_alias(name);
    if (at == std::string_view::npos) {
        append_parts(out, name);
        return;
    }
    append_parts(out, name.substr(0, at));
    if (out.back() == '*')
        throw error{error_kind::internal, fmt::format("\"{}\": all columns at once cannot have a name.", name)};
    out += " as ";
    append_alias(out, name.substr(at + 4));
}

} // namespace lightdash::sql::detail
