#include "app/cli/option.hpp"

#include "app/config/config.hpp"
#include "lightdash/core/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lightdash::app {
namespace {

// "--yes,-y"
std::vector<std::string> names_in(std::string_view text)
{
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

std::string duration_fault(const std::string& text)
{
    return parse_duration(text) ? std::string{}
                                : "'" + text + "' is no duration: a whole number and ms, s, m or h, as 250ms or 1h";
}

} // namespace

std::string option::fault_of(const std::string& given) const
{
    if (values == option_values::one_or_nothing && given.empty())
        return {};
    if (!choices.empty() && std::ranges::find(choices, given) == choices.end())
        return fmt::format("{} not in {{{}}}", given, fmt::join(choices, ","));
    if (range) {
        const auto number = whole_number(given);
        if (!number || *number < range->first || *number > range->second)
            return fmt::format("Value {} not in range {} to {}", given, range->first, range->second);
    }
    return check ? check(given) : std::string{};
}

std::string option::label() const
{
    if (!choices.empty())
        return fmt::format("{}:{{{}}}", value, fmt::join(choices, ","));
    return range ? fmt::format("{}:INT in [{} - {}]", value, range->first, range->second) : value;
}

std::optional<std::int64_t> whole_number(std::string_view text)
{
    if (text.size() > 1 && text.front() == '+' && text[1] != '-')
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

described_option& described_option::required()
{
    self().required = true;
    return *this;
}
described_option& described_option::named(std::string value)
{
    self().value = std::move(value);
    return *this;
}
described_option& described_option::one_of(std::vector<std::string> choices)
{
    self().choices = std::move(choices);
    return *this;
}
described_option& described_option::between(std::int64_t least, std::int64_t most)
{
    self().range = {least, most};
    return *this;
}
described_option& described_option::checked(std::function<std::string(const std::string&)> check)
{
    self().check = std::move(check);
    return *this;
}
described_option& described_option::excludes(std::string name)
{
    for (auto& other : *all_)
        if (other.names.front() == name)
            other.excludes.push_back(self().names.front());
    self().excludes.push_back(std::move(name));
    return *this;
}

described_option option_list::add(std::string_view names, std::string meaning, std::string value,
                                  std::function<bool(const std::string&)> store)
{
    auto& made = all_.emplace_back();
    made.names = names_in(names);
    made.positional = !names.starts_with('-');
    made.meaning = std::move(meaning);
    made.value = std::move(value);
    made.store = std::move(store);
    return described_option{all_};
}

described_option option_list::flag(std::string_view names, bool& member, std::string meaning)
{
    auto made = add(names, std::move(meaning), "", {});
    all_.back().values = option_values::none;
    all_.back().flag = &member;
    return made;
}

described_option option_list::value(std::string_view names, std::string& member, std::string meaning)
{
    return add(names, std::move(meaning), "TEXT", [&member](const std::string& given) {
        member = given;
        return true;
    });
}

described_option option_list::value(std::string_view names, std::vector<std::string>& member, std::string meaning)
{
    auto made = add(names, std::move(meaning), "TEXT", [&member](const std::string& given) {
        member.push_back(given);
        return true;
    });
    all_.back().values = option_values::many;
    return made;
}

described_option option_list::value(std::string_view names, std::chrono::milliseconds& member, std::string meaning)
{
    return add(names, std::move(meaning), "TIME",
               [&member](const std::string& given) {
                   member = *parse_duration(given);
                   return true;
               })
        .checked(duration_fault);
}

described_option option_list::value(std::string_view names, std::optional<std::chrono::milliseconds>& member,
                                    std::string meaning)
{
    return add(names, std::move(meaning), "TIME",
               [&member](const std::string& given) { return (member = parse_duration(given)).has_value(); })
        .checked(duration_fault);
}

described_option option_list::optional_value(std::string_view names, std::optional<std::string>& member,
                                             std::string meaning)
{
    auto made = add(names, std::move(meaning), "TEXT", [&member](const std::string& given) {
        member = given;
        return true;
    });
    all_.back().values = option_values::one_or_nothing;
    return made;
}

described_option option_list::number(std::string_view names, std::string meaning, option::integer_range limits,
                                     bool is_signed, std::function<void(std::int64_t)> put)
{
    return add(names, std::move(meaning), is_signed ? "INT" : "UINT", [limits, put](const std::string& given) {
        const auto number = whole_number(given);
        const bool fits = number && *number >= limits.first && *number <= limits.second;
        if (fits)
            put(*number);
        return fits;
    });
}

described_option option_list::one_of(std::string_view names, std::string meaning, std::vector<std::string> choices,
                                     std::function<void(std::size_t)> put)
{
    auto made = add(names, std::move(meaning), "TEXT", [choices, put](const std::string& given) {
        const auto found = std::ranges::find(choices, given);
        if (found != choices.end())
            put(static_cast<std::size_t>(found - choices.begin()));
        return found != choices.end();
    });
    all_.back().choices = std::move(choices);
    return made;
}

void option_list::setting(std::string_view name)
{
    const auto all = setting_table();
    const auto row = std::ranges::find(all, name, &setting_info::name);
    add(row->flag, fmt::format("{} ({}; default {})", row->meaning, row->name, row->fallback), "TEXT", {});
    all_.back().setting = row->name;
}

void option_list::json(std::string shape)
{
    flag("--json", json_, "Print " + std::move(shape));
}

} // namespace lightdash::app
