#include "modules/explores/compiler/fields.hpp"

#include "lightdash/core/near_match.hpp"
#include "modules/explores/compiler/fragment.hpp"
#include "modules/explores/compiler/intervals.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::explores {
namespace {

struct metric_type {
    std::string_view name;
    metric_way way;
    std::string_view function; // of an aggregate; "" where it has a form of its own
};

constexpr std::array metric_types{
    metric_type{"count", metric_way::aggregate, "COUNT"},    metric_type{"count_distinct", metric_way::aggregate, ""},
    metric_type{"sum", metric_way::aggregate, "SUM"},        metric_type{"average", metric_way::aggregate, "AVG"},
    metric_type{"min", metric_way::aggregate, "MIN"},        metric_type{"max", metric_way::aggregate, "MAX"},
    metric_type{"median", metric_way::aggregate, ""},        metric_type{"percentile", metric_way::aggregate, ""},
    metric_type{"number", metric_way::expression, ""},       metric_type{"string", metric_way::expression, ""},
    metric_type{"boolean", metric_way::expression, ""},      metric_type{"date", metric_way::expression, ""},
    metric_type{"timestamp", metric_way::expression, ""},    metric_type{"percent_of_previous", metric_way::window, ""},
    metric_type{"percent_of_total", metric_way::window, ""}, metric_type{"running_total", metric_way::window, ""},
};
constexpr double median = 50;
constexpr std::size_t deepest_references = 50;

std::optional<field_type> value_type(std::string_view name)
{
    const auto& names = json::detail::enumerators<field_type>::names;
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<field_type>(found - names.begin());
}

void refuse_attributes(const maybe<json::raw>& required, std::string_view owner)
{
    if (required && required->text != "{}" && required->text != "null")
        throw compile_error(owner, fmt::format("\"{}\" is only for people with certain user attributes, which are not "
                                               "supported.",
                                               owner));
}

[[noreturn]] void refuse_reference(std::string_view reference, std::string_view owner, std::string_view kind)
{
    throw reference_error(
        owner, fmt::format("\"{}\" refers to ${{{}}}, which is no {} of its explore.", owner, reference, kind));
}

} // namespace

std::string field_id_of(std::string_view table, std::string_view name)
{
    std::string made{table};
    made += '_';
    for (const char c : name)
        made += c == '.' ? std::string_view{"__"} : std::string_view{&c, 1};
    return made;
}

field_type type_of(const dimension& what, std::string_view id)
{
    if (const auto known = value_type(what.type))
        return *known;
    throw compile_error(
        id, fmt::format("The dimension \"{}\" is of the type \"{}\", which is not supported.", id, what.type));
}

field_type type_of(const metric& what)
{
    return value_type(what.type).value_or(field_type::number);
}

metric_way way_of(const metric& what, std::string_view id)
{
    const auto* found = std::ranges::find(metric_types, what.type, &metric_type::name);
    if (found != metric_types.end())
        return found->way;
    throw compile_error(id,
                        fmt::format("The metric \"{}\" is of the type \"{}\", which is not supported.", id, what.type));
}

fields::fields(const explore& of, const std::vector<additional_metric>& added, filter_compiler& filters)
    : explore_(of), added_(added), filters_(filters)
{}

// A table's name may begin as another's: an id may be found in both.
template <class Member>
auto fields::find(std::string_view id, Member members) const
{
    using map = std::remove_cvref_t<decltype(std::declval<const table&>().*members)>;
    struct place {
        std::string_view table, name;
        const typename map::mapped_type* what = nullptr;
    } found;
    const auto take = [&](std::string_view of, const typename map::value_type& field) {
        if (found.what != nullptr)
            throw compile_error(id, fmt::format("\"{}\" is ambiguous: the tables {} and {} have a field of that id.",
                                                id, found.table, of));
        found = {of, field.first, &field.second};
    };
    for (const auto& [name, each] : *explore_.tables) {
        if (!id.starts_with(name) || !id.substr(name.size()).starts_with('_'))
            continue;
        const auto rest = id.substr(name.size() + 1);
        const auto& known = each.*members;
        if (const auto exact = known.find(rest); exact != known.end())
            take(name, *exact);
        if (rest.find("__") != std::string_view::npos)
            for (const auto& field : known)
                if (field.first.find('.') != std::string::npos && field_id_of(name, field.first) == id)
                    take(name, field);
    }
    return found;
}

found_metric fields::find_metric(std::string_view id) const
{
    for (const auto& each : added_)
        if (field_id_of(each.table, each.name) == id)
            return {each.table, each.name, &each};
    const auto found = find(id, &table::metrics);
    return {found.table, found.name, found.what};
}

found_dimension fields::dimension_of(std::string_view id) const
{
    const auto found = find(id, &table::dimensions);
    if (found.what == nullptr)
        throw reference_error(id, fmt::format("The explore \"{}\" has no dimension \"{}\".", explore_.name, id));
    return {found.table, found.name, found.what};
}

found_metric fields::metric_of(std::string_view id) const
{
    const auto found = find_metric(id);
    if (found.what == nullptr)
        throw reference_error(id, fmt::format("The explore \"{}\" has no metric \"{}\".", explore_.name, id));
    return found;
}

const table& fields::table_of(std::string_view name, std::string_view owner) const
{
    const auto found = explore_.tables->find(name);
    if (found == explore_.tables->end())
        throw reference_error(
            owner, fmt::format("\"{}\" refers to the table \"{}\", which its explore does not have.", owner, name));
    return found->second;
}

namespace {

// "table.name", or "name" of `table`.
std::pair<std::string_view, std::string_view> parts_of(std::string_view reference, std::string_view table)
{
    const auto dot = reference.find('.');
    return dot == std::string_view::npos ? std::pair{table, reference}
                                         : std::pair{reference.substr(0, dot), reference.substr(dot + 1)};
}

} // namespace

found_dimension fields::dimension_named(std::string_view reference, std::string_view table,
                                        std::string_view owner) const
{
    const auto of_table = [&](std::string_view where, std::string_view name) -> found_dimension {
        const auto& known = table_of(where, owner).dimensions;
        const auto found = known.find(name);
        if (found == known.end())
            return {};
        return {where, found->first, &found->second};
    };
    auto found = of_table(table, reference); // a name may have a dot
    if (found.what == nullptr) {
        const auto [where, name] = parts_of(reference, table);
        found = of_table(where, name);
    }
    if (found.what == nullptr)
        refuse_reference(reference, owner, "dimension");
    return found;
}

found_metric fields::metric_named(std::string_view reference, std::string_view table, std::string_view owner) const
{
    const auto [where, name] = parts_of(reference, table);
    for (const auto& each : added_)
        if (each.table == where && each.name == name)
            return {each.table, each.name, &each};
    const auto& known = table_of(where, owner).metrics;
    const auto found = known.find(name);
    if (found == known.end())
        refuse_reference(reference, owner, "metric");
    return {where, found->first, &found->second};
}

template <class Make>
const std::string& fields::made_once(const std::string& id, Make make)
{
    if (const auto found = made_.find(id); found != made_.end())
        return found->second;
    if (std::ranges::find(under_way_, id) != under_way_.end())
        throw compile_error(id.substr(2),
                            fmt::format("\"{}\" refers to itself, through {}.", id.substr(2), under_way_.size() - 1));
    if (under_way_.size() >= deepest_references)
        throw compile_error(id.substr(2), fmt::format("References are more than {} deep.", deepest_references));
    under_way_.push_back(id);
    auto made = make();
    under_way_.pop_back();
    return made_.emplace(id, std::move(made)).first->second;
}

std::string fields::sql_of(std::string_view piece, std::string_view table, std::string_view owner)
{
    use(table);
    const auto alias = quoted_name(table);
    return expand(piece, owner, [&](std::string_view reference) {
        return reference == "TABLE" ? alias : in_brackets(sql_of(dimension_named(reference, table, owner)));
    });
}

std::string fields::sql_of(const found_dimension& what)
{
    const auto id = field_id_of(what.table, what.name);
    return made_once("d:" + id, [&] {
        refuse_attributes(what.what->required_attributes, id);
        refuse_attributes(table_of(what.table, id).required_attributes, id);
        return base_sql_of(what);
    });
}

// Lightdash writes an interval's SQL itself, with the project's first day of the week in it: then that is taken. An
// interval without SQL, or with that of its base, is made here.
std::string fields::base_sql_of(const found_dimension& what)
{
    const auto id = field_id_of(what.table, what.name);
    const auto& own = *what.what;
    const auto& known = table_of(what.table, id).dimensions;
    const auto base = known.find(own.time_interval_base_dimension_name.value_or(""));
    const bool has_base = own.time_interval && base != known.end() && base->second.time_interval.value_or("").empty();
    if (has_base && (!own.sql || *own.sql == base->second.sql.value_or(""))) {
        const auto sql = sql_of(found_dimension{what.table, base->first, &base->second});
        if (auto made = in_interval(*own.time_interval, sql))
            return *std::move(made);
        throw compile_error(
            id, fmt::format("The time interval \"{}\" of \"{}\" is not supported.", *own.time_interval, id));
    }
    if (!own.sql)
        throw compile_error(id, fmt::format("The dimension \"{}\" has no SQL.", id));
    return sql_of(*own.sql, what.table, id);
}

// What is aggregated. A metric of the query's own is of a dimension: its SQL is not taken from whoever asks.
std::string fields::argument_of(const found_metric& what, std::string_view id)
{
    const auto own = std::ranges::find(added_, what.what, [](const additional_metric& each) { return &each; });
    if (own != added_.end()) {
        if (!own->base_dimension_name)
            throw compile_error(id, fmt::format("The additional metric \"{}\" has to name its baseDimensionName: SQL "
                                                "of its own is not supported.",
                                                id));
        return sql_of(dimension_named(*own->base_dimension_name, what.table, id));
    }
    if (!what.what->sql)
        throw compile_error(id, fmt::format("The metric \"{}\" has no SQL.", id));
    return sql_of(*what.what->sql, what.table, id);
}

std::string fields::filtered(const found_metric& what, std::string argument)
{
    if (!what.what->filters || what.what->filters->empty())
        return argument;
    const auto id = field_id_of(what.table, what.name);
    filter_group all;
    all.items.assign(what.what->filters->begin(), what.what->filters->end());
    const auto condition = filters_.group(all, [&](const filter_rule& rule) {
        const auto named = rule.target.field_ref ? dimension_named(*rule.target.field_ref, what.table, id)
                                                 : dimension_of(rule.target.field_id.value_or(""));
        const auto of = field_id_of(named.table, named.name);
        return filtered_field{of, in_brackets(sql_of(named)), type_of(*named.what, of)};
    });
    return condition.empty() ? argument : fmt::format("CASE WHEN {} THEN ({}) ELSE NULL END", condition, argument);
}

std::string fields::sql_of(const found_metric& what)
{
    const auto id = field_id_of(what.table, what.name);
    return made_once("m:" + id, [&]() -> std::string {
        refuse_attributes(what.what->required_attributes, id);
        refuse_attributes(table_of(what.table, id).required_attributes, id);
        const auto way = way_of(*what.what, id);
        if (way == metric_way::window)
            throw compile_error(id, fmt::format("\"{}\" is computed from the rows of a result: no other metric can be "
                                                "computed of it.",
                                                id));
        if (way == metric_way::expression) {
            if (!what.what->sql ||
                std::ranges::find(added_, what.what, [](const auto& each) { return &each; }) != added_.end())
                throw compile_error(id, fmt::format("The metric \"{}\" has no SQL.", id));
            return expand(*what.what->sql, id, [&](std::string_view reference) {
                return in_brackets(sql_of(metric_named(reference, what.table, id)));
            });
        }
        const auto argument = filtered(what, argument_of(what, id));
        const auto& type = what.what->type;
        if (type == "count_distinct")
            return fmt::format("COUNT(DISTINCT {})", argument);
        if (type == "median" || type == "percentile") {
            const auto percent = type == "median" ? median : what.what->percentile.value_or(median);
            if (!(percent >= 0 && percent <= 100))
                throw compile_error(id, fmt::format("The percentile of \"{}\" is not within 0 and 100.", id));
            return fmt::format("PERCENTILE_CONT({}) WITHIN GROUP (ORDER BY {})", percent / 100, argument);
        }
        return fmt::format("{}({})", std::ranges::find(metric_types, type, &metric_type::name)->function, argument);
    });
}

} // namespace lightdash::explores
