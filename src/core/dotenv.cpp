#include "lightdash/core/dotenv.hpp"

#include "lightdash/core/text_file.hpp"

#include <algorithm>

namespace lightdash {
namespace {

constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t';
}
constexpr bool is_letter(char c) noexcept
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
constexpr bool is_name_char(char c) noexcept
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

struct bad_line {
    std::string message;
};

// One entry, from the beginning of its line. Throws bad_line.
class entry_parser {
public:
    using lookup = std::function<std::optional<std::string>(std::string_view)>;

    entry_parser(std::string_view text, const lookup& find) : rest_(text), find_(find) {}

    // False: nothing but white space or a comment.
    bool parse(std::string& name, std::string& value)
    {
        skip_blanks();
        if (at_end() || rest_.front() == '#')
            return false;
        name = take_name();
        if (name == "export" && !at_end() && rest_.front() != '=')
            name = take_name();
        if (at_end() || rest_.front() != '=')
            throw bad_line{"expected NAME=value"};
        if (!is_letter(name.front()) || !std::ranges::all_of(name, is_name_char))
            throw bad_line{"expected a name: letters, digits and _, no digit first"};
        rest_.remove_prefix(1);
        skip_blanks();
        value = take_value();
        return true;
    }

    // What follows the entry: the end of its last line.
    std::string_view rest() const noexcept { return rest_; }

private:
    static constexpr int most_nested = 16;

    bool at_end() const noexcept { return rest_.empty() || rest_.front() == '\n'; }

    void skip_blanks()
    {
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
    }

    // Up to what ends a word here: whatever it is, a message can then name it.
    std::string take_name()
    {
        const auto size = std::min(rest_.find_first_of(" \t\n=:"), rest_.size());
        if (size == 0)
            throw bad_line{"expected a name: letters, digits and _, no digit first"};
        std::string name{rest_.substr(0, size)};
        rest_.remove_prefix(size);
        skip_blanks();
        return name;
    }

    std::string take_value()
    {
        if (rest_.starts_with('\''))
            return take_single_quoted();
        if (rest_.starts_with('"'))
            return take_double_quoted();
        return take_bare();
    }

    std::string take_single_quoted()
    {
        const std::size_t close = rest_.find('\'', 1);
        if (close == std::string_view::npos)
            throw bad_line{"the closing ' is missing"};
        std::string value{rest_.substr(1, close - 1)};
        rest_.remove_prefix(close + 1);
        expect_end();
        return value;
    }

    std::string take_double_quoted()
    {
        rest_.remove_prefix(1);
        std::string value;
        while (!rest_.empty() && rest_.front() != '"')
            take_quoted_character(&value, 0);
        if (rest_.empty())
            throw bad_line{"the closing \" is missing"};
        rest_.remove_prefix(1);
        expect_end();
        return value;
    }

    std::string take_bare()
    {
        const std::string_view whole = rest_;
        rest_ = whole.substr(0, whole.find('\n')); // nothing bare goes on in the next line
        std::string value;
        for (char before = ' '; !rest_.empty() && !(rest_.front() == '#' && is_blank(before));) {
            before = rest_.front();
            take_character(&value, 0);
        }
        while (!value.empty() && is_blank(value.back()))
            value.pop_back();
        rest_ = whole.substr(std::min(whole.find('\n'), whole.size()));
        return value;
    }

    // Each of these takes what comes next, and puts what it means into `value`, unless that is null.
    void take_quoted_character(std::string* value, int depth)
    {
        if (rest_.front() == '\\' && rest_.size() > 1)
            take_escape(value);
        else
            take_character(value, depth, true);
    }

    void take_escape(std::string* value)
    {
        const char escaped = rest_[1];
        rest_.remove_prefix(2);
        if (value == nullptr)
            return;
        switch (escaped) {
        case 'n':
            *value += '\n';
            break;
        case 'r':
            *value += '\r';
            break;
        case 't':
            *value += '\t';
            break;
        case '"':
        case '\\':
        case '$':
            *value += escaped;
            break;
        default:
            (*value += '\\') += escaped;
        }
    }

    void take_character(std::string* value, int depth, bool quoted = false)
    {
        if (rest_.starts_with("${")) {
            take_expansion(value, depth, quoted);
            return;
        }
        if (value != nullptr)
            *value += rest_.front();
        rest_.remove_prefix(1);
    }

    void take_expansion(std::string* value, int depth, bool quoted)
    {
        if (depth == most_nested)
            throw bad_line{"more than " + std::to_string(most_nested) + " ${ stand in each other"};
        rest_.remove_prefix(2);
        const auto* const end = std::ranges::find_if_not(rest_, is_name_char);
        const std::string name{rest_.begin(), end};
        rest_.remove_prefix(name.size());
        if (rest_.empty())
            throw bad_line{no_end};
        if (name.empty() || !is_letter(name.front()))
            throw bad_line{"${…} holds no name"};
        const bool empty_counts_as_missing = rest_.starts_with(":-");
        const bool has_fallback = empty_counts_as_missing || rest_.front() == '-';
        if (!has_fallback && rest_.front() != '}')
            throw bad_line{"behind ${" + name + " may stand } or :-fallback}; nothing else is known here"};
        const auto found = value != nullptr ? find_(name) : std::nullopt;
        if (!has_fallback) {
            rest_.remove_prefix(1);
            if (value != nullptr && !found)
                throw bad_line{"${" + name + "} is not set; write ${" + name + ":-} where it may be missing"};
            if (found)
                *value += *found;
            return;
        }
        rest_.remove_prefix(empty_counts_as_missing ? 2 : 1);
        const bool uses_found = found && !(empty_counts_as_missing && found->empty());
        if (uses_found)
            *value += *found;
        take_fallback(uses_found ? nullptr : value, depth + 1, quoted);
    }

    void take_fallback(std::string* value, int depth, bool quoted)
    {
        while (!rest_.empty() && rest_.front() != '}') {
            if (quoted)
                take_quoted_character(value, depth);
            else
                take_character(value, depth);
        }
        if (rest_.empty())
            throw bad_line{no_end};
        rest_.remove_prefix(1);
    }

    void expect_end()
    {
        skip_blanks();
        if (!at_end() && rest_.front() != '#')
            throw bad_line{"text after the closing quote"};
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }

    static constexpr const char* no_end =
        "the closing } of ${ is missing; write '${' between single quotes to mean the characters";

    std::string_view rest_;
    const lookup& find_;
};

void keep(dotenv_file& file, dotenv_entry entry)
{
    const auto same = std::ranges::find(file.entries, entry.name, &dotenv_entry::name);
    if (same == file.entries.end())
        file.entries.push_back(std::move(entry));
    else
        *same = std::move(entry);
}

// At the end of a line, where an editor of another system put them.
std::string without_carriage_returns(std::string_view text)
{
    std::string made;
    made.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || (i + 1 < text.size() && text[i + 1] != '\n'))
            made += text[i];
    return made;
}

} // namespace

const dotenv_entry* dotenv_file::find(std::string_view name) const noexcept
{
    const auto found = std::ranges::find(entries, name, &dotenv_entry::name);
    return found == entries.end() ? nullptr : &*found;
}

dotenv_file parse_dotenv(std::string_view given,
                         const std::function<std::optional<std::string>(std::string_view)>& environment)
{
    const std::string with_plain_line_ends = without_carriage_returns(given);
    std::string_view text = with_plain_line_ends;
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    dotenv_file file;
    const entry_parser::lookup find = [&](std::string_view name) -> std::optional<std::string> {
        if (auto value = environment(name))
            return value;
        const dotenv_entry* above = file.find(name);
        return above != nullptr ? std::optional{above->value} : std::nullopt;
    };
    for (int line = 1; !text.empty();) {
        entry_parser parser{text, find};
        dotenv_entry entry{{}, {}, line};
        auto rest = text.substr(std::min(text.find('\n'), text.size())); // behind a fault the next line is read
        try {
            if (parser.parse(entry.name, entry.value)) {
                keep(file, std::move(entry));
                rest = parser.rest();
            }
        } catch (bad_line& bad) {
            file.faults.push_back({line, std::move(entry.name), std::move(bad.message)});
        }
        rest.remove_prefix(std::min<std::size_t>(1, rest.size())); // the line's end
        const auto taken = text.substr(0, text.size() - rest.size());
        line += static_cast<int>(std::ranges::count(taken, '\n'));
        text = rest;
    }
    return file;
}

} // namespace lightdash
