#include "sql/schema/schema_text.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::sql {

void refuse(std::string sentence)
{
    throw error{error_kind::internal, std::move(sentence)};
}

std::string inlined(const expression& value)
{
    value.compile(); // refuses open parameters, which a text for people only names
    return value.to_string();
}

std::string quote_list(const std::vector<std::string>& names, std::string_view what)
{
    if (names.empty())
        refuse(fmt::format("{} has no columns: name at least one.", what));
    std::string list;
    for (const auto& name : names) {
        if (!list.empty())
            list += ", ";
        list += quote_identifier(name);
    }
    return list;
}

std::string schema_prefix(const std::string& table)
{
    const auto dot = table.rfind('.');
    return dot == std::string::npos ? "" : quote_qualified(table.substr(0, dot)) + '.';
}

void require_operator(const std::string& text)
{
    // Manual, 4.1.3 "Operators"; "--" and "/*" would begin a comment.
    if (text.empty() || text.find_first_not_of("+-*/<>=~!@#%^&|`?") != std::string::npos ||
        text.find("--") != std::string::npos || text.find("/*") != std::string::npos)
        refuse(fmt::format("\"{}\" is not an operator of PostgreSQL's.", text));
}

void require_word(const std::string& text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    if (text.empty() || !std::ranges::all_of(text, allowed) || (text[0] >= '0' && text[0] <= '9'))
        refuse(fmt::format("\"{}\" is not a plain word (letters in lower case, digits, underscores).", text));
}

std::string storage_text(const std::vector<std::pair<std::string, std::string>>& parameters)
{
    if (parameters.empty())
        return {};
    std::string text;
    for (const auto& [name, value] : parameters)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, value);
    return " with (" + text + ')';
}

std::string_view deferrable_text(std::optional<deferral> deferrable)
{
    if (!deferrable)
        return "";
    return *deferrable == deferral::deferred ? " deferrable initially deferred" : " deferrable initially immediate";
}

} // namespace lightdash::sql
