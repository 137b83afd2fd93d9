#include "lightdash/sql/prepared.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "sql/compiler/compiler.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lightdash::sql {
namespace {

[[noreturn]] void throw_count(const std::string& statement, std::size_t wanted, std::size_t given)
{
    throw error{error_kind::internal,
                fmt::format("The statement \"{}\" has {} open parameters, but {} values were given.", statement, wanted,
                            given)};
}

[[noreturn]] void throw_type(const std::string& statement, std::size_t index, pg::oid wanted, pg::oid given)
{
    throw error{error_kind::internal, fmt::format("The statement \"{}\" takes {} as its open parameter {}, not {}.",
                                                  statement, pg::type_name(wanted), index + 1, pg::type_name(given))};
}

} // namespace

prepared::prepared(pg::statement what, std::vector<open> parameters, std::vector<slot> slots, pg::params fixed)
    : statement_(std::move(what)), open_(std::move(parameters)), slots_(std::move(slots)), fixed_(std::move(fixed)),
      as_given_(slots_.size() == open_.size())
{}

namespace {

using detail::argument;
using detail::source;

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

struct place {
    std::size_t argument = nowhere;
    const source* value = nullptr;
};

// The only value of the structs, or of the other arguments, that `fits`.
template <class Fits>
place only_one(std::initializer_list<argument> arguments, bool of_structs, const std::string& statement, Fits fits)
{
    place found;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments.begin()[i].is_struct != of_structs)
            continue;
        for (const auto& each : *arguments.begin()[i].values) {
            if (!fits(each))
                continue;
            if (found.value != nullptr)
                throw error{error_kind::internal,
                            fmt::format("The statement \"{}\" has two values for one parameter: \"{}\" of its "
                                        "argument {} and \"{}\" of its argument {}.",
                                        statement, found.value->name, found.argument + 1, each.name, i + 1)};
            found = {i, &each};
        }
    }
    return found;
}

// The next argument that is no struct and has no use yet.
place next_by_place(std::initializer_list<argument> arguments, const std::vector<bool>& used)
{
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (!used[i] && !arguments.begin()[i].is_struct)
            return {i, arguments.begin()[i].values->data()};
    return {};
}

[[noreturn]] void throw_without_value(const std::string& statement, std::string_view name,
                                      std::initializer_list<argument> arguments)
{
    std::vector<std::string_view> known;
    for (const auto& each : arguments)
        for (const auto& value : *each.values)
            if (each.is_struct)
                known.push_back(value.name);
    throw error{error_kind::internal,
                fmt::format("The statement \"{}\" has a parameter \"{}\" that no argument brings; "
                            "their members are {}{}.",
                            statement, name, fmt::join(known, ", "), did_you_mean(name, known))};
}

} // namespace

void prepared::bind(std::initializer_list<argument> arguments)
{
    std::vector<bool> used(arguments.size());
    std::vector<place> places(open_.size());
    for (std::size_t i = 0; i < open_.size(); ++i) { // by what they are called
        const auto is_type = [&](const source& each) { return !each.id_type.empty() && each.id_type == open_[i].name; };
        const auto is_name = [&](const source& each) { return !each.name.empty() && each.name == open_[i].name; };
        places[i] = only_one(arguments, false, name(), is_type);
        if (places[i].value == nullptr)
            places[i] = only_one(arguments, true, name(), is_type);
        if (places[i].value == nullptr)
            places[i] = only_one(arguments, true, name(), is_name);
        if (places[i].value != nullptr)
            used[places[i].argument] = true;
    }
    const auto by_place = static_cast<std::size_t>(
        std::ranges::count_if(arguments, [](const argument& each) { return !each.is_struct; }));
    for (std::size_t i = 0; i < open_.size(); ++i) {
        if (places[i].value == nullptr) {
            places[i] = next_by_place(arguments, used);
            if (places[i].value == nullptr && by_place == arguments.size())
                throw_count(name(), open_.size(), arguments.size());
            if (places[i].value == nullptr)
                throw_without_value(name(), open_[i].name, arguments);
            used[places[i].argument] = true;
        }
        if (open_[i].type != detail::type_of_value && open_[i].type != places[i].value->type)
            throw_type(name(), i, open_[i].type, places[i].value->type);
        open_[i].argument = static_cast<std::uint32_t>(places[i].argument);
        open_[i].add = places[i].value->add;
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (used[i])
            continue;
        if (by_place == arguments.size())
            throw_count(name(), open_.size(), arguments.size());
        throw error{error_kind::internal,
                    fmt::format("The statement \"{}\" has no use for its argument {}.", name(), i + 1)};
    }
}

pg::bound_statement prepared::fill(std::initializer_list<const void*> arguments) const
{
    pg::params values;
    values.reserve(slots_.size());
    for (const auto& each : slots_) {
        if (each.open)
            open_[each.index].add(values, arguments.begin()[open_[each.index].argument]);
        else
            values.add_from(fixed_, fixed_.values()[each.index]);
    }
    return {statement_, std::move(values)};
}

std::string detail::telling_name(std::string_view column)
{
    return fmt::format("{} is given", column);
}

void prepared::check(const pg::params& given) const
{
    const auto values = given.values();
    if (values.size() != open_.size())
        throw_count(name(), open_.size(), values.size());
    // What has no type of its own (NULL, enums, untyped) fits everywhere: the server decides.
    for (std::size_t i = 0; i < open_.size(); ++i)
        if (values[i].type != open_[i].type && values[i].type != pg::oid::unknown &&
            open_[i].type != detail::type_of_value)
            throw_type(name(), i, open_[i].type, values[i].type);
}

pg::bound_statement prepared::fill(pg::params given) const
{
    check(given);
    if (as_given_)
        return {statement_, std::move(given)};
    pg::params merged;
    merged.reserve(slots_.size());
    for (const auto& each : slots_) {
        const auto& from = each.open ? given : fixed_;
        merged.add_from(from, from.values()[each.index]);
    }
    return {statement_, std::move(merged)};
}

prepared detail::name_statement(const fragment& built, pg::sql_literal name)
{
    return access::prepare(built, name.text());
}

prepared detail::access::prepare(const fragment& built, std::string_view name)
{
    compiler out{read(built), compiler::values_as::placeholders};
    out.run();
    std::vector<prepared::open> opens;
    for (const auto& each : out.opens)
        opens.push_back({each.type, std::string{each.name}});
    std::vector<prepared::slot> slots;
    for (const auto& each : out.slots)
        slots.push_back({each.open, each.index});
    return {pg::statement::trusted(std::string{name}, std::move(out.text)), std::move(opens), std::move(slots),
            std::move(out.values)};
}

} // namespace lightdash::sql
