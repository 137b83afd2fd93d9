#include "pg/wire/connect_text.hpp"

#include <algorithm>

namespace lightdash::pg {
namespace {

bool is_code(std::string_view text)
{
    return text.size() == 5 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// In verbose form the server's lines read "FATAL:  53300: sorry, …", whatever their language. `at`: where the line's
// words begin.
std::string_view sqlstate_in(std::string_view line)
{
    static constexpr std::string_view before = ":  ";
    for (auto at = line.find(before); at != std::string_view::npos; at = line.find(before, at + 1)) {
        const auto rest = line.substr(at + before.size());
        if (is_code(rest.substr(0, 5)) && rest.substr(5).starts_with(": "))
            return rest.substr(0, 5);
    }
    return {};
}

// "LOCATION:  CheckMyDatabase, postinit.c:379"
std::string_view routine_in(std::string_view line)
{
    const auto file = line.rfind(".c:");
    const auto comma = line.rfind(", ", file);
    const auto begin = line.rfind(' ', comma - 1);
    if (file == std::string_view::npos || comma == std::string_view::npos || begin == std::string_view::npos)
        return {};
    return line.substr(begin + 1, comma - begin - 1);
}

// A password with unescaped signs ends up in what libpq takes for a host, a port or a keyword, and libpq quotes those.
// A text about DATABASE_URL itself keeps only its first words; elsewhere every quoted piece that may be the rest of a
// URL is hidden.
std::string masked(std::string_view text, bool about_url)
{
    static constexpr std::string_view hidden = "***";
    if (about_url)
        return std::string{text.substr(0, text.find('"'))}.append(text.find('"') == std::string_view::npos ? ""
                                                                                                           : hidden);
    if (const auto at = std::min(text.find("://"), text.find("password=")); at != std::string_view::npos)
        return std::string{text.substr(0, at)}.append(hidden);
    std::string shown;
    for (bool quoted = false; !text.empty(); quoted = !quoted) {
        const auto piece = text.substr(0, text.find('"'));
        shown += quoted && piece.find('@') != std::string_view::npos ? hidden : piece;
        text.remove_prefix(piece.size());
        if (!text.empty()) {
            shown += '"';
            text.remove_prefix(1);
        }
    }
    return shown;
}

// Where in the server's source a text stands tells people nothing.
std::string without_locations(std::string_view text)
{
    std::string made;
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        if (routine_in(line).empty())
            made += line;
        text.remove_prefix(line.size());
    }
    return made;
}

} // namespace

std::vector<connect_saying> sayings_in(std::string_view text)
{
    std::vector<connect_saying> found;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const bool begins = found.empty() || line.starts_with("connection to server ");
        const auto sqlstate = sqlstate_in(line);
        if (begins || !sqlstate.empty())
            found.push_back({sqlstate, line, {}});
        else
            found.back().text = {found.back().text.data(),
                                 static_cast<std::size_t>(line.data() + line.size() - found.back().text.data())};
        if (const auto routine = routine_in(line); !routine.empty())
            found.back().routine = routine;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return found;
}

std::string shown_connect_text(std::string_view libpq_text, bool about_url)
{
    return masked(without_locations(libpq_text), about_url);
}

} // namespace lightdash::pg
