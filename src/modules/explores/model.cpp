#include "modules/explores/model.hpp"

#include <fmt/format.h>

namespace lightdash::explores {
namespace {

constexpr int deepest_group = 8;
constexpr std::size_t longest_name = 255; // characters

bool read_group(const json::reader& at, filter_group& into, int depth);

bool is_group(const json::reader& at)
{
    bool found = false;
    if (at.kind() == json::node_kind::object)
        at.each_member(
            [&](std::string_view name, const json::reader&) { found = found || name == "and" || name == "or"; });
    return found;
}

bool read_item(const json::reader& at, filter_item& into, int depth)
{
    if (is_group(at))
        return read_group(at, into.emplace<filter_group>(), depth);
    return json::read(at, into.emplace<filter_rule>());
}

bool read_group(const json::reader& at, filter_group& into, int depth)
{
    if (depth > deepest_group) {
        at.fault(fmt::format("Groups of filters are at most {} deep.", deepest_group));
        return false;
    }
    bool fits = true;
    return at.each_member([&](std::string_view name, const json::reader& member) {
        if (name != "and" && name != "or")
            return;
        into.any = name == "or";
        fits &= member.each_element(
            [&](const json::reader& each) { fits &= read_item(each, into.items.emplace_back(), depth + 1); });
    }) && fits;
}

bool has_text(const maybe<std::string>& text)
{
    return text && !text->empty();
}

} // namespace

bool read_json(const json::reader& at, filter_value& into)
{
    using enum json::node_kind;
    switch (at.kind()) {
    case text:
        into.is = filter_value::kind::text;
        break;
    case integer:
    case real:
        into.is = filter_value::kind::number;
        break;
    case null:
        into.is = filter_value::kind::null;
        return true;
    case boolean: {
        bool value = false;
        into.is = filter_value::kind::boolean;
        at.read_bool(value);
        into.text = value ? "true" : "false";
        return true;
    }
    default:
        at.expected("a text, a number, true, false or null");
        return false;
    }
    into.text = at.text();
    return true;
}

bool read_json(const json::reader& at, filter_group& into)
{
    return read_group(at, into, 1);
}

void joined_table::validate(json::faults& faults) const
{
    faults.require(has_text(sql_on) || has_text(compiled_sql_on), "sqlOn", "Must say what the tables are joined on.");
}

void explore::validate(json::faults& faults) const
{
    faults.text_length("name", name, 1, longest_name);
    if (is_broken())
        return;
    faults.require(base_table && tables && tables->contains(*base_table), "baseTable",
                   "Must name one of the explore's tables; an explore without any has errors.");
    for (std::size_t i = 0; joined_tables && i < joined_tables->size(); ++i) {
        const auto& joined = (*joined_tables)[i].table;
        faults.require(tables && tables->contains(joined), "joinedTables",
                       fmt::format("The joined table \"{}\" is none of the explore's tables.", joined));
    }
}

void metric_query::validate(json::faults& faults) const
{
    faults.require(dimensions.size() + metrics.size() + table_calculations.size() <= most_query_fields, "dimensions",
                   "At most 200 dimensions, metrics and table calculations together.");
    faults.require(!dimensions.empty() || !metrics.empty() || !table_calculations.empty(), "dimensions",
                   "At least one dimension, metric or table calculation is needed.");
    if (limit)
        faults.range("limit", *limit, 1, most_query_rows);
}

} // namespace lightdash::explores
