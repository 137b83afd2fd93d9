#include "lightdash/migrate/sql_file.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "migrate/files/file_name.hpp"
#include "migrate/text/trimmed.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace lightdash::migrate {

namespace {

[[noreturn]] void fail(std::string_view file, int line, std::string_view what)
{
    throw error{error_kind::configuration, fmt::format("{}:{}: {}.", file, line, what)};
}

// What stands after "migrate:" when the line is a marker.
std::optional<std::string_view> marker_of(std::string_view line)
{
    static constexpr std::string_view word = "migrate:";
    if (!line.starts_with("--"))
        return std::nullopt;
    const auto comment = trimmed(line.substr(2));
    if (!comment.starts_with(word))
        return std::nullopt;
    return comment.substr(word.size());
}

struct section {
    std::string text;
    int first_line = 0; // 0: not there
};

struct sections {
    section up;
    section down;
    bool transaction = true;
};

// Checks a marker's words and returns the section that begins below it.
section& open_section(sections& found, std::string_view file, int line, std::string_view marker)
{
    const auto space = marker.find_first_of(" \t");
    const auto direction = marker.substr(0, space);
    const auto option = space == std::string_view::npos ? std::string_view{} : trimmed(marker.substr(space));
    if (direction != "up" && direction != "down")
        fail(file, line, fmt::format("\"migrate:{}\" is neither migrate:up nor migrate:down", direction));
    if (direction == "down" && !found.up.first_line)
        fail(file, line, "migrate:down stands before migrate:up");
    auto& opened = direction == "up" ? found.up : found.down;
    if (opened.first_line)
        fail(file, line,
             fmt::format("migrate:{} stands here a second time (first on line {})", direction, opened.first_line - 1));
    if (direction == "up" && found.down.first_line)
        fail(file, line, "migrate:up stands after migrate:down");
    if (option == "transaction:off" && direction == "up")
        found.transaction = false;
    else if (option == "transaction:off")
        fail(file, line, "transaction:off belongs to migrate:up, where it holds for both directions");
    else if (!option.empty())
        fail(file, line, fmt::format("the option \"{}\" is not known; there is transaction:off", option));
    opened.first_line = line + 1;
    return opened;
}

sections read_sections(std::string_view file, std::string_view text)
{
    sections found;
    section* current = nullptr;
    int line_number = 0;
    while (!text.empty()) {
        ++line_number;
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (const auto marker = marker_of(line))
            current = &open_section(found, file, line_number, *marker);
        else if (current)
            current->text.append(line).append("\n");
        else if (const auto content = trimmed(line); !content.empty() && !content.starts_with("--"))
            fail(file, line_number, "there is SQL before \"-- migrate:up\"");
    }
    if (!found.up.first_line)
        fail(file, 1, "there is no line \"-- migrate:up\"");
    if (!found.down.first_line)
        fail(file, line_number,
             "there is no line \"-- migrate:down\" (leave its section empty when nothing can be reverted)");
    return found;
}

std::string without_carriage_returns(std::string_view text)
{
    std::string made;
    made.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n')
            made += text[i];
    return made;
}

} // namespace

migration parse_sql_file(std::string_view file, std::string_view bytes)
{
    const auto text = text_of(file, bytes);
    if (text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos)
        fail(file, 1, "its lines end in a carriage return alone: save it with line feeds");
    // A checkout that turns line ends around is still the same migration; what it says in quotes is sent as it stands.
    const auto unix_text = without_carriage_returns(text);
    const auto found = read_sections(file, text);

    migration made;
    made.name = name_of_file(file);
    made.file = std::string{file};
    made.transaction = found.transaction;
    made.checksum = checksum_of(unix_text);
    made.lint_allowances = lint_allowances_in(unix_text);
    made.up = split_statements(file, found.up.text, found.up.first_line);
    made.down = split_statements(file, found.down.text, found.down.first_line);
    if (made.up.empty())
        fail(file, found.up.first_line - 1, "migrate:up holds no statement");
    return made;
}

} // namespace lightdash::migrate
