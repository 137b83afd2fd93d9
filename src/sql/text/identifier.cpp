#include "lightdash/sql/identifier.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

namespace {

void append_doubled(std::string& out, std::string_view text, char quote)
{
    out += quote;
    for (const char c : text) {
        if (c == quote)
            out += quote;
        out += c;
    }
    out += quote;
}

} // namespace

void append_identifier(std::string& out, std::string_view name)
{
    if (name.empty())
        throw error{error_kind::internal, "An SQL identifier is empty."};
    if (name.find('\0') != std::string_view::npos)
        throw error{error_kind::internal, "An SQL identifier holds a NUL byte."};
    if (name.size() > max_identifier_bytes)
        throw error{
            error_kind::internal,
            fmt::format("The SQL identifier \"{}\" has {} bytes, but PostgreSQL keeps only {}: give a shorter one.",
                        name, name.size(), max_identifier_bytes)};
    append_doubled(out, name, '"');
}

std::string quote_identifier(std::string_view name)
{
    std::string quoted;
    append_identifier(quoted, name);
    return quoted;
}

std::string quote_qualified(std::string_view dotted_name)
{
    std::string quoted;
    for (auto rest = dotted_name;;) {
        const auto dot = rest.find('.');
        append_identifier(quoted, rest.substr(0, dot));
        if (dot == std::string_view::npos)
            return quoted;
        quoted += '.';
        rest.remove_prefix(dot + 1);
    }
}

std::string quote_literal(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        throw error{error_kind::internal, "An SQL literal holds a NUL byte, which PostgreSQL's texts cannot."};
    std::string quoted;
    // Doubling alone would be wrong where an old server or session reads backslashes as escapes.
    if (text.find('\\') != std::string_view::npos) {
        quoted += 'E';
        std::string doubled;
        for (const char c : text) {
            if (c == '\\')
                doubled += '\\';
            doubled += c;
        }
        append_doubled(quoted, doubled, '\'');
        return quoted;
    }
    append_doubled(quoted, text, '\'');
    return quoted;
}

} // namespace lightdash::sql
