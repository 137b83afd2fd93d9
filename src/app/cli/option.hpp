// What a command takes, as data: each option is described once, and fills a member of the command's own struct. The
// parser (cli11.hpp), help, completion and the manual page read the description.
#pragma once

#include "lightdash/core/describe.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::app {

enum class option_values : unsigned char {
    none,           // a flag
    one,            //
    one_or_nothing, // --wait or --wait=60s
    many            // --rule a b --rule c
};

struct option {
    using integer_range = std::pair<std::int64_t, std::int64_t>; // both belong to it

    std::vector<std::string> names; // "--yes", "-y", the long one first; an argument's name alone: "FILE"
    std::string meaning;
    std::string value; // what help calls it: "WHEN"; "" for a flag
    option_values values = option_values::one;
    std::vector<std::string> choices; // where only these are allowed
    std::optional<integer_range> range;
    bool positional = false;
    bool required = false;
    std::vector<std::string> excludes; // names of options that cannot be given with it; each says so of the other
    std::string setting;               // the setting that it gives: "PORT"

    std::function<std::string(const std::string&)> check; // what is wrong with a value; "" when nothing is
    std::function<bool(const std::string&)> store;        // each value, checked; false: it cannot be one
    bool* flag = nullptr;                                 // of a flag

    // What is wrong with a value by its choices, range and check; "" when nothing is.
    std::string fault_of(const std::string& given) const;
    // The value as help names it: "WHEN:{auto,never,always}", "INT:INT in [1 - 10]"; "" for a flag.
    std::string label() const;
};

// A whole number in decimal digits, with a sign or without; nullopt for anything else.
std::optional<std::int64_t> whole_number(std::string_view text);

// Says more of an option that was just described.
class described_option {
public:
    explicit described_option(std::vector<option>& all) : all_(&all), at_(all.size() - 1) {}

    described_option& required();
    described_option& named(std::string value); // what help calls the value
    described_option& one_of(std::vector<std::string> choices);
    described_option& between(std::int64_t least, std::int64_t most);
    described_option& checked(std::function<std::string(const std::string&)> check);
    described_option& excludes(std::string name); // described before it

private:
    option& self() const { return (*all_)[at_]; }

    std::vector<option>* all_;
    std::size_t at_;
};

// A command's struct describes itself into it: names as "--yes,-y" or, for an argument, "FILE"; the order is that of
// help. Members keep what they hold when an option is not given.
class option_list {
public:
    // `json` is what --json fills, for a command that has it.
    option_list(std::vector<option>& all, bool& json) : all_(all), json_(json) {}

    described_option flag(std::string_view names, bool& member, std::string meaning);
    described_option value(std::string_view names, std::string& member, std::string meaning);
    described_option value(std::string_view names, std::vector<std::string>& member, std::string meaning);
    // 250ms, 3s, 10m, 1h.
    described_option value(std::string_view names, std::chrono::milliseconds& member, std::string meaning);
    described_option value(std::string_view names, std::optional<std::chrono::milliseconds>& member,
                           std::string meaning);
    template <std::integral T>
    described_option value(std::string_view names, T& member, std::string meaning)
    {
        return number(names, std::move(meaning), limits_of<T>(), std::is_signed_v<T>,
                      [&member](std::int64_t given) { member = static_cast<T>(given); });
    }
    template <std::integral T>
    described_option value(std::string_view names, std::vector<T>& member, std::string meaning)
    {
        auto made = number(names, std::move(meaning), limits_of<T>(), std::is_signed_v<T>,
                           [&member](std::int64_t given) { member.push_back(static_cast<T>(given)); });
        all_.back().values = option_values::many;
        return made;
    }
    // By the name of an enumerator.
    template <described_enum T>
    described_option value(std::string_view names, T& member, std::string meaning)
    {
        std::vector<std::string> choices;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto one) { choices.emplace_back(one.name); });
        return one_of(names, std::move(meaning), std::move(choices), [&member](std::size_t chosen) {
            std::size_t i = 0;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
                if (i++ == chosen)
                    member = one.value;
            });
        });
    }
    // An option that may stand without its value; given so it is "".
    described_option optional_value(std::string_view names, std::optional<std::string>& member, std::string meaning);
    // The flag of a setting, which wins over the environment; meaning and default are the table's.
    void setting(std::string_view name);
    // --json, with the shape of what is printed then.
    void json(std::string shape);

private:
    template <std::integral T>
    static option::integer_range limits_of()
    {
        constexpr auto most = std::numeric_limits<T>::max();
        return {std::is_signed_v<T> ? std::int64_t{std::numeric_limits<T>::min()} : 0,
                std::cmp_less(most, std::numeric_limits<std::int64_t>::max())
                    ? static_cast<std::int64_t>(most)
                    : std::numeric_limits<std::int64_t>::max()};
    }
    described_option number(std::string_view names, std::string meaning, option::integer_range limits, bool is_signed,
                            std::function<void(std::int64_t)> put);
    described_option one_of(std::string_view names, std::string meaning, std::vector<std::string> choices,
                            std::function<void(std::size_t)> put);
    described_option add(std::string_view names, std::string meaning, std::string value,
                         std::function<bool(const std::string&)> store);

    std::vector<option>& all_;
    bool& json_;
};

} // namespace lightdash::app
