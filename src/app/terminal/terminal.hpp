// What stands behind stdout or stderr: a person's terminal with a width and colours, or a pipe that gets plain text.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::app {

enum class colour_choice : unsigned char { automatic, never, always };

enum class style : unsigned char { plain, bold, dim, good, warn, bad };

struct terminal {
    bool interactive = false; // a person reads it: prompts and moving lines are allowed
    bool colour = false;
    bool unicode = false;  // lines and marks beyond ASCII can be shown
    std::size_t width = 0; // columns; 0: not limited

    // `descriptor` is STDOUT_FILENO or STDERR_FILENO. NO_COLOR, TERM=dumb and a pipe switch colours off, unless
    // `wanted` says always (https://no-color.org). Beyond ASCII only when LC_ALL, LC_CTYPE or LANG says UTF-8.
    static terminal of(int descriptor, colour_choice wanted);
    using environment = std::function<std::optional<std::string>(std::string_view)>;
    static terminal decide(bool is_terminal, std::size_t columns, colour_choice wanted, const environment& variables);

    // The text in that style, or as it is without colours.
    std::string paint(style look, std::string_view text) const;
    // The first on a UTF-8 terminal, else the second.
    std::string_view mark(std::string_view fancy, std::string_view ascii) const { return unicode ? fancy : ascii; }
};

// Columns that a UTF-8 text takes on a terminal: two for wide East Asian letters, none for combining marks.
std::size_t display_width(std::string_view text);
// At most `columns` wide; what was cut ends with … or with ~.
std::string cut_to_width(std::string_view text, std::size_t columns, bool unicode);
// For texts out of the database: each control character becomes a space or ?, so that none can steer the terminal.
std::string printable(std::string_view text);

} // namespace lightdash::app
