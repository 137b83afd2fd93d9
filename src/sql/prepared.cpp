#include "lightdash/sql/prepared.hpp"

#include "lightdash/core/error.hpp"
#include "sql/compiler.hpp"

#include <fmt/format.h>

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

void prepared::require_types(std::initializer_list<pg::oid> types) const
{
    if (types.size() != open_.size())
        throw_count(name(), open_.size(), types.size());
    for (std::size_t i = 0; i < open_.size(); ++i)
        if (open_[i].type != types.begin()[i])
            throw_type(name(), i, open_[i].type, types.begin()[i]);
}

void prepared::check(const pg::params& given) const
{
    const auto values = given.values();
    if (values.size() != open_.size())
        throw_count(name(), open_.size(), values.size());
    // What has no type of its own (NULL, enums, untyped) fits everywhere: the server decides.
    for (std::size_t i = 0; i < open_.size(); ++i)
        if (values[i].type != open_[i].type && values[i].type != pg::oid::unknown)
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
