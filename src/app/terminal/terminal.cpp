#include "app/terminal/terminal.hpp"

#include "lightdash/core/process_environment.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace lightdash::app {
namespace {

struct range {
    char32_t first, last;
};

// Unicode Standard Annex #11, the large blocks: enough for aligning columns.
constexpr auto wide = std::to_array<range>({{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF00, 0xFF60},
                                            {0xFFE0, 0xFFE6},
                                            {0x1F300, 0x1F64F},
                                            {0x1F900, 0x1F9FF},
                                            {0x20000, 0x3FFFD}});
constexpr auto weightless = std::to_array<range>({{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}});

template <std::size_t Size>
bool in(const std::array<range, Size>& ranges, char32_t letter)
{
    return std::ranges::any_of(ranges, [letter](range r) { return letter >= r.first && letter <= r.last; });
}

// The letter at the beginning and how many bytes it takes; a broken byte counts as one letter.
std::pair<char32_t, std::size_t> first_letter(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (size == 1 || size > text.size())
        return {lead, 1};
    char32_t letter = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
        letter = (letter << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    return {letter, size};
}

std::size_t columns_of(char32_t letter)
{
    return in(weightless, letter) ? 0 : in(wide, letter) ? 2 : 1;
}

bool says_utf8(const terminal::environment& variables)
{
    for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const auto value = variables(name);
        if (!value || value->empty())
            continue;
        std::string lower{*value};
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
    }
    return false;
}

constexpr std::string_view code_of(style look)
{
    switch (look) {
    case style::plain:
        break;
    case style::bold:
        return "1";
    case style::dim:
        return "2";
    case style::good:
        return "32";
    case style::warn:
        return "33";
    case style::bad:
        return "31";
    }
    return "";
}

} // namespace

terminal terminal::of(int descriptor, colour_choice wanted)
{
    winsize size{};
    const bool is_terminal = ::isatty(descriptor) == 1;
    if (is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) != 0)
        size = {};
    return decide(is_terminal, size.ws_col, wanted, process_environment);
}

terminal terminal::decide(bool is_terminal, std::size_t columns, colour_choice wanted, const environment& variables)
{
    const bool dumb = variables("TERM").value_or("") == "dumb";
    const bool no_colour = !variables("NO_COLOR").value_or("").empty();
    terminal made;
    made.interactive = is_terminal && !dumb;
    made.colour =
        wanted == colour_choice::always || (wanted == colour_choice::automatic && is_terminal && !dumb && !no_colour);
    made.unicode = says_utf8(variables);
    if (is_terminal) {
        made.width = columns;
        if (const auto given = variables("COLUMNS"); made.width == 0 && given)
            std::from_chars(given->data(), given->data() + given->size(), made.width);
        if (made.width == 0)
            made.width = 80;
    }
    return made;
}

std::string terminal::paint(style look, std::string_view text) const
{
    const auto code = code_of(look);
    if (!colour || code.empty())
        return std::string{text};
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}

std::size_t display_width(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const auto [letter, size] = first_letter(text);
        width += columns_of(letter);
        text.remove_prefix(size);
    }
    return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns, bool unicode)
{
    if (display_width(text) <= columns)
        return std::string{text};
    if (columns == 0)
        return {};
    std::string kept;
    for (std::size_t used = 0;;) {
        const auto [letter, size] = first_letter(text);
        used += columns_of(letter);
        if (used > columns - 1) // one is for the mark
            return kept + (unicode ? "…" : "~");
        kept += text.substr(0, size);
        text.remove_prefix(size);
    }
}

std::string printable(std::string_view text)
{
    std::string shown;
    while (!text.empty()) {
        const auto [letter, size] = first_letter(text);
        if (letter == '\n' || letter == '\t' || letter == '\r')
            shown += ' ';
        else if (letter < 0x20 || (letter >= 0x7F && letter < 0xA0))
            shown += '?';
        else
            shown += text.substr(0, size);
        text.remove_prefix(size);
    }
    return shown;
}

} // namespace lightdash::app
