#include "lightdash/migrate/catalog_difference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace lightdash::migrate {

namespace {

using key = std::tuple<std::string_view, std::string_view, std::string_view>; // kind, object, part
using fact_map = std::map<key, const catalog_fact*>;

fact_map by_key(const catalog& from)
{
    fact_map made;
    for (const auto& fact : from.facts())
        made.emplace(key{fact.kind, fact.object, fact.part}, &fact);
    return made;
}

std::string_view line_of(std::string_view text, std::size_t number)
{
    for (; number > 0; --number) {
        const auto end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return text.substr(0, text.find('\n'));
}

// ": text not null", or nothing; of a long definition the first line.
std::string said(std::string_view definition)
{
    return definition.empty() ? "" : fmt::format(": {}", line_of(definition, 0));
}

std::string changed_sentence(const catalog_fact& expected, const catalog_fact& actual)
{
    const std::string_view wanted = expected.definition, found = actual.definition;
    if (wanted.find('\n') == std::string_view::npos && found.find('\n') == std::string_view::npos)
        return fmt::format("{} is \"{}\", expected \"{}\"", name_of(actual), found, wanted);
    std::size_t line = 0;
    while (line_of(found, line) == line_of(wanted, line))
        ++line;
    return fmt::format("{} differs in line {} of its definition: \"{}\", expected \"{}\"", name_of(actual), line + 1,
                       line_of(found, line), line_of(wanted, line));
}

// Names of the objects that a catalog has: "public.users" for their parts, "table public.users" for what tells about
// them.
using object_names = std::set<std::string, std::less<>>;

object_names objects_of(const catalog& from)
{
    object_names made;
    for (const auto& fact : from.facts()) {
        if (!fact.part.empty() || tells_about(fact))
            continue;
        made.insert(fact.object);
        made.insert(name_of(fact));
    }
    return made;
}

// What is part of an object that only one side has, or tells about it, goes with the object's own sentence.
bool goes_with_its_object(const catalog_fact& fact, const object_names& own, const object_names& others)
{
    if (fact.part.empty() && !tells_about(fact))
        return false;
    return own.contains(fact.object) && !others.contains(fact.object);
}

void compare_orders(const catalog& expected, const catalog& actual, std::vector<catalog_difference>& found)
{
    std::map<std::string_view, std::pair<std::vector<std::string_view>, std::vector<std::string_view>>> columns;
    const auto there = by_key(actual), here = by_key(expected);
    const auto collect = [&](const catalog& from, const fact_map& other, auto member) {
        for (const auto& fact : from.facts())
            if (fact.kind == "column" && other.contains(key{fact.kind, fact.object, fact.part}))
                (columns[fact.object].*member).push_back(fact.part);
    };
    using both = std::pair<std::vector<std::string_view>, std::vector<std::string_view>>;
    collect(expected, there, &both::first);
    collect(actual, here, &both::second);
    for (const auto& [table, orders] : columns)
        if (orders.first != orders.second)
            found.push_back({difference_kind::column_order,
                             fmt::format("the columns of {} stand in the order {}, expected {}", table,
                                         fmt::join(orders.second, ", "), fmt::join(orders.first, ", "))});
}

} // namespace

std::vector<catalog_difference> compare(const catalog& expected, const catalog& actual)
{
    std::vector<catalog_difference> found;
    const auto wanted = by_key(expected), there = by_key(actual);
    const auto wanted_objects = objects_of(expected), there_objects = objects_of(actual);
    for (const auto& fact : expected.facts()) {
        const auto other = there.find(key{fact.kind, fact.object, fact.part});
        if (other == there.end()) {
            if (!goes_with_its_object(fact, wanted_objects, there_objects))
                found.push_back(
                    {difference_kind::missing, fmt::format("{} is missing{}", name_of(fact), said(fact.definition))});
        } else if (other->second->definition != fact.definition) {
            found.push_back({difference_kind::changed, changed_sentence(fact, *other->second)});
        }
    }
    for (const auto& fact : actual.facts())
        if (!wanted.contains(key{fact.kind, fact.object, fact.part}) &&
            !goes_with_its_object(fact, there_objects, wanted_objects))
            found.push_back({difference_kind::unexpected,
                             fmt::format("{} is not expected{}", name_of(fact), said(fact.definition))});
    compare_orders(expected, actual, found);
    return found;
}

} // namespace lightdash::migrate
