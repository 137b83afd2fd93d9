#include "lightdash/pg/copy.hpp"

#include "lightdash/core/error.hpp"

namespace lightdash::pg {
namespace {

// PostgreSQL manual, COPY, "Text Format": what a backslash and a letter stand for; 0 where the character stands for
// itself.
constexpr char escape_letter(char c) noexcept
{
    switch (c) {
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\v':
        return 'v';
    case '\\':
        return '\\';
    default:
        return '\0';
    }
}

void append_escaped(std::string& out, std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        throw error{error_kind::invalid_text,
                    "A field to copy holds a NUL character: PostgreSQL cannot store it; remove it."};
    for (const char c : text) {
        if (const char letter = escape_letter(c)) {
            out += '\\';
            out += letter;
        } else {
            out += c;
        }
    }
}

} // namespace

void append_copy_row(std::string& out, std::span<const std::optional<std::string_view>> fields)
{
    const auto begin = out.size();
    try {
        for (bool first = true; const auto& field : fields) {
            if (!first)
                out += '\t';
            first = false;
            if (field)
                append_escaped(out, *field);
            else
                out += "\\N";
        }
    } catch (...) {
        out.resize(begin);
        throw;
    }
    out += '\n';
}

} // namespace lightdash::pg
