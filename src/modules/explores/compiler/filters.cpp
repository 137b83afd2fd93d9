#include "modules/explores/compiler/filters.hpp"

#include "lightdash/json/json.hpp"
#include "modules/explores/compiler/fragment.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <span>
#include <utility>

namespace lightdash::explores {
namespace {

constexpr std::size_t longest_number = 200; // digits

std::span<const filter_value> values_of(const filter_rule& asked)
{
    return asked.values ? std::span<const filter_value>{*asked.values} : std::span<const filter_value>{};
}

std::string_view name_of(filter_operator what)
{
    return json::detail::enumerators<filter_operator>::names[static_cast<std::size_t>(what)];
}
std::string_view name_of(field_type type)
{
    return json::detail::enumerators<field_type>::names[static_cast<std::size_t>(type)];
}

[[noreturn]] void refuse_operator(const filtered_field& of, filter_operator what)
{
    throw compile_error(of.id, fmt::format("The filter of \"{}\" cannot be \"{}\": the field is a {}.", of.id,
                                           name_of(what), name_of(of.type)));
}
[[noreturn]] void refuse_value(const filtered_field& of, std::string_view expected)
{
    throw compile_error(of.id, fmt::format("A value of the filter of \"{}\" is not {}.", of.id, expected));
}

bool is_number(std::string_view text)
{
    double read = 0;
    const auto* end = text.data() + text.size();
    const auto found = std::from_chars(text.data(), end, read);
    return !text.empty() && text.size() <= longest_number && found.ptr == end && found.ec == std::errc{} &&
           std::isfinite(read);
}

// For LIKE … ESCAPE '\'.
std::string escaped_pattern(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            made += '\\';
        made += c;
    }
    return made;
}

std::string_view symbol_of(filter_operator what)
{
    switch (what) {
    case filter_operator::lessThan:
        return "<";
    case filter_operator::lessThanOrEqual:
        return "<=";
    case filter_operator::greaterThan:
        return ">";
    default:
        return ">=";
    }
}

bool shorter_than_a_day(filter_unit unit)
{
    return unit < filter_unit::days;
}

} // namespace

filter_compiler::filter_compiler(std::vector<parameter>& parameters, std::string timezone, local_moment now)
    : parameters_(parameters), timezone_(std::move(timezone)), now_(now)
{}

std::string filter_compiler::group(const filter_group& asked, const find_field& find)
{
    std::string made;
    for (const auto& item : asked.items) {
        std::string condition;
        if (const auto* inner = std::get_if<filter_group>(&item))
            condition = group(*inner, find);
        else if (const auto& one = std::get<filter_rule>(item); !one.disabled.value_or(false))
            condition = rule(find(one), one);
        if (condition.empty())
            continue;
        made += made.empty() ? "" : asked.any ? " OR " : " AND ";
        made += condition;
        if (made.size() > longest_sql)
            throw error{error_kind::compile_failed, "The filters become too much SQL: ask with fewer of them."};
    }
    return made.empty() ? made : '(' + made + ')';
}

std::string filter_compiler::rule(const filtered_field& of, const filter_rule& asked)
{
    if (asked.operator_ == filter_operator::isNull)
        return fmt::format("{} IS NULL", of.sql);
    if (asked.operator_ == filter_operator::notNull)
        return fmt::format("{} IS NOT NULL", of.sql);
    if (asked.operator_ == filter_operator::equals || asked.operator_ == filter_operator::notEquals)
        return equality(of, asked);
    switch (of.type) {
    case field_type::string:
        return patterns(of, asked);
    case field_type::number:
        return number_rule(of, asked);
    case field_type::date:
    case field_type::timestamp:
        return time_rule(of, asked);
    case field_type::boolean:
        break;
    }
    refuse_operator(of, asked.operator_);
}

std::string filter_compiler::equality(const filtered_field& of, const filter_rule& asked)
{
    const bool equal = asked.operator_ == filter_operator::equals;
    if (values_of(asked).empty())
        return equal ? "FALSE" : "TRUE";
    std::vector<std::string> elements;
    for (const auto& sent : values_of(asked))
        elements.push_back(value_of(of, sent));
    const auto list = bind({of.type, true}, array_text(elements));
    return equal ? fmt::format("{} = ANY({})", of.sql, list)
                 : fmt::format("({0} <> ALL({1}) OR {0} IS NULL)", of.sql, list);
}

std::string filter_compiler::patterns(const filtered_field& of, const filter_rule& asked)
{
    using enum filter_operator;
    const auto what = asked.operator_;
    if (what != startsWith && what != endsWith && what != include && what != doesNotInclude)
        refuse_operator(of, what);
    std::string made;
    for (const auto& sent : values_of(asked)) {
        const auto text = value_of(of, sent);
        if (text.empty()) // is part of every text
            continue;
        made += made.empty() ? "" : what == doesNotInclude ? " AND " : " OR ";
        const auto pattern = (what == startsWith ? "" : "%") + escaped_pattern(text) + (what == endsWith ? "" : "%");
        made += fmt::format(R"({} {} {} ESCAPE '\')", of.sql,
                            what == include          ? "ILIKE"
                            : what == doesNotInclude ? "NOT ILIKE"
                                                     : "LIKE",
                            bind({field_type::string, false}, pattern));
    }
    return made.empty() ? "TRUE" : '(' + made + ')';
}

std::string filter_compiler::number_rule(const filtered_field& of, const filter_rule& asked)
{
    using enum filter_operator;
    switch (asked.operator_) {
    case lessThan:
    case lessThanOrEqual:
    case greaterThan:
    case greaterThanOrEqual:
        return comparison(of, asked);
    case inBetween:
    case notInBetween:
        return between(of, asked);
    default:
        refuse_operator(of, asked.operator_);
    }
}

std::string filter_compiler::time_rule(const filtered_field& of, const filter_rule& asked)
{
    using enum filter_operator;
    switch (asked.operator_) {
    case inThePast:
    case notInThePast:
    case inTheNext:
    case inTheCurrent:
    case notInTheCurrent:
        return relative(of, asked);
    default:
        return number_rule(of, asked);
    }
}

std::string filter_compiler::comparison(const filtered_field& of, const filter_rule& asked)
{
    return fmt::format("{} {} {}", of.sql, symbol_of(asked.operator_), bind_one(of, asked, 0));
}

std::string filter_compiler::between(const filtered_field& of, const filter_rule& asked)
{
    const auto least = bind_one(of, asked, 0), most = bind_one(of, asked, 1);
    return asked.operator_ == filter_operator::inBetween
               ? fmt::format("({0} >= {1} AND {0} <= {2})", of.sql, least, most)
               : fmt::format("({0} < {1} OR {0} > {2})", of.sql, least, most);
}

std::string filter_compiler::relative(const filtered_field& of, const filter_rule& asked)
{
    using enum filter_operator;
    const auto settings = asked.settings.value_or(filter_settings{});
    const auto unit = settings.unit_of_time.value_or(filter_unit::days);
    const bool completed = settings.completed.value_or(false);
    const auto moved = [&](local_moment from, std::int64_t count) {
        const auto made = add_units(from, unit, count);
        if (!made)
            refuse_value(of, "within the years 1 to 9999");
        return *made;
    };
    // A day has no hours to be compared with.
    const auto whole = of.type == field_type::date && shorter_than_a_day(unit) ? filter_unit::days : unit;
    const auto begin = begin_of(now_, whole);
    if (asked.operator_ == inTheCurrent || asked.operator_ == notInTheCurrent) {
        const auto end = add_units(begin, whole, 1);
        if (!end)
            refuse_value(of, "within the years 1 to 9999");
        const auto found = within(of, begin, *end, false);
        return asked.operator_ == inTheCurrent ? found : "NOT " + found;
    }
    const auto sent = values_of(asked);
    std::int64_t count = 0;
    const auto text = sent.empty() ? std::string_view{"1"} : std::string_view{sent[0].text};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || count < 0)
        refuse_value(of, "a number of units, 0 or more");
    const auto step = unit < filter_unit::minutes ? filter_unit::seconds : filter_unit::minutes;
    const auto floor = begin_of(now_, step);
    const auto now = floor == now_ ? now_ : *add_units(floor, step, 1);
    if (asked.operator_ == inTheNext) {
        if (!completed)
            return within(of, now, moved(now, count), true);
        const auto next = moved(begin, 1);
        return within(of, next, moved(next, count), false);
    }
    const auto found =
        completed ? within(of, moved(begin, -count), begin, false) : within(of, moved(now, -count), now, true);
    return asked.operator_ == inThePast ? found : "NOT " + found;
}

std::string filter_compiler::within(const filtered_field& of, local_moment from, local_moment to, bool with_end)
{
    const auto least = bind_moment(of, from), most = bind_moment(of, to);
    return fmt::format("({0} >= {1} AND {0} {2} {3})", of.sql, least, with_end ? "<=" : "<", most);
}

std::string filter_compiler::value_of(const filtered_field& of, const filter_value& sent) const
{
    using enum filter_value::kind;
    if (sent.is == null)
        refuse_value(of, "a value: ask for missing ones with \"isNull\"");
    switch (of.type) {
    case field_type::string:
        break;
    case field_type::number:
        if (sent.is == boolean || !is_number(sent.text))
            refuse_value(of, "a number");
        break;
    case field_type::boolean:
        if (sent.text != "true" && sent.text != "false")
            refuse_value(of, "true or false");
        break;
    case field_type::date:
    case field_type::timestamp: {
        const auto at = sent.is == text ? parse_moment(sent.text) : std::nullopt;
        if (!at)
            refuse_value(of, "a date or time of the form 2026-11-22 or 2026-11-22T21:00:00Z");
        return moment_text(of.type, *at);
    }
    }
    return sent.text;
}

// The server takes the zone's name as it takes an offset; a column without time zone does not look at either.
std::string filter_compiler::moment_text(field_type type, const written_moment& at) const
{
    if (type == field_type::date)
        return date_text(at.at);
    return time_text(at.at) + ' ' + (at.absolute ? "UTC" : timezone_);
}

std::string filter_compiler::bind(parameter_type type, std::string value)
{
    parameters_.push_back({type, std::move(value)});
    return fmt::format("${}", parameters_.size());
}

std::string filter_compiler::bind_one(const filtered_field& of, const filter_rule& asked, std::size_t index)
{
    if (index >= values_of(asked).size())
        throw compile_error(of.id, fmt::format("The filter \"{}\" of \"{}\" needs {}.", name_of(asked.operator_), of.id,
                                               index == 0 ? "a value" : "two values"));
    return bind({of.type, false}, value_of(of, values_of(asked)[index]));
}

std::string filter_compiler::bind_moment(const filtered_field& of, local_moment at)
{
    return bind({of.type, false}, moment_text(of.type, {at, false}));
}

} // namespace lightdash::explores
