#include "core/dotenv.hpp"

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

class line_parser {
public:
    using lookup = std::function<std::optional<std::string>(std::string_view)>;

    line_parser(std::string_view text, const lookup& find) : rest_(text), find_(find) {}

    // False: nothing but white space or a comment. Throws bad_line.
    bool parse(std::string& name, std::string& value)
    {
        skip_blanks();
        if (rest_.empty() || rest_.front() == '#')
            return false;
        name = take_name();
        skip_blanks();
        if (name == "export" && !rest_.empty() && rest_.front() != '=') {
            name = take_name();
            skip_blanks();
        }
        if (rest_.empty() || rest_.front() != '=')
            throw bad_line{"expected NAME=value"};
        rest_.remove_prefix(1);
        skip_blanks();
        value = take_value();
        return true;
    }

private:
    void skip_blanks()
    {
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
    }

    std::string take_name()
    {
        if (rest_.empty() || !is_letter(rest_.front()))
            throw bad_line{"expected a name: letters, digits and _, no digit first"};
        const auto* end = std::find_if_not(rest_.begin(), rest_.end(), is_name_char);
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        std::string name{rest_.substr(0, size)};
        rest_.remove_prefix(size);
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
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1)
                take_escape(value);
            else
                take_character(value);
        }
        if (rest_.empty())
            throw bad_line{"the closing \" is missing"};
        rest_.remove_prefix(1);
        expect_end();
        return value;
    }

    std::string take_bare()
    {
        std::string value;
        for (char before = ' '; !rest_.empty() && !(rest_.front() == '#' && is_blank(before));) {
            before = rest_.front();
            take_character(value);
        }
        while (!value.empty() && is_blank(value.back()))
            value.pop_back();
        return value;
    }

    void take_escape(std::string& value)
    {
        const char escaped = rest_[1];
        switch (escaped) {
        case 'n':
            value += '\n';
            break;
        case 'r':
            value += '\r';
            break;
        case 't':
            value += '\t';
            break;
        case '"':
        case '\\':
        case '$':
            value += escaped;
            break;
        default:
            (value += '\\') += escaped;
        }
        rest_.remove_prefix(2);
    }

    void take_character(std::string& value)
    {
        if (rest_.starts_with("${")) {
            value += take_expansion();
            return;
        }
        value += rest_.front();
        rest_.remove_prefix(1);
    }

    std::string take_expansion()
    {
        const std::size_t close = rest_.find('}');
        if (close == std::string_view::npos)
            throw bad_line{"the closing } of ${ is missing; write '${' between single quotes to mean the characters"};
        const std::string_view inner = rest_.substr(2, close - 2);
        const std::size_t colon = inner.find(":-");
        const std::string name{inner.substr(0, colon)};
        if (name.empty() || !is_letter(name.front()) || !std::ranges::all_of(name, is_name_char))
            throw bad_line{"${…} holds no name"};
        rest_.remove_prefix(close + 1);
        const auto value = find_(name);
        if (colon != std::string_view::npos)
            return value && !value->empty() ? *value : std::string{inner.substr(colon + 2)};
        if (!value)
            throw bad_line{"${" + name + "} is not set; write ${" + name + ":-} where it may be missing"};
        return *value;
    }

    void expect_end()
    {
        skip_blanks();
        if (!rest_.empty() && rest_.front() != '#')
            throw bad_line{"text after the closing quote"};
    }

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

} // namespace

const dotenv_entry* dotenv_file::find(std::string_view name) const noexcept
{
    const auto found = std::ranges::find(entries, name, &dotenv_entry::name);
    return found == entries.end() ? nullptr : &*found;
}

dotenv_file parse_dotenv(std::string_view text,
                         const std::function<std::optional<std::string>(std::string_view)>& environment)
{
    dotenv_file file;
    const line_parser::lookup find = [&](std::string_view name) -> std::optional<std::string> {
        if (auto value = environment(name))
            return value;
        const dotenv_entry* above = file.find(name);
        return above != nullptr ? std::optional{above->value} : std::nullopt;
    };
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.ends_with('\r'))
            one.remove_suffix(1);
        try {
            dotenv_entry entry{{}, {}, line};
            if (line_parser{one, find}.parse(entry.name, entry.value))
                keep(file, std::move(entry));
        } catch (bad_line& bad) {
            file.faults.push_back({line, std::move(bad.message)});
        }
    }
    return file;
}

} // namespace lightdash
