// Explores: what the fields of a project mean, as Lightdash compiles them (api.md 3.2), and what is asked of them.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lightdash::explores {

// Of what is read, members that nothing here uses are left out: who keeps an explore keeps its text.
struct lenient {
    static constexpr auto unknown_members = json::unknown_members::ignore;
};
template <class T>
using maybe = json::omittable_or_null<T>;
template <class T>
using by_name = std::map<std::string, T, std::less<>>;

struct filter_value {
    enum class kind : unsigned char { text, number, boolean, null };
    static constexpr std::string_view json_schema = R"({"type":["string","number","boolean","null"]})";
    kind is = kind::text;
    std::string text; // a number as it was sent; "true" or "false"
};
bool read_json(const json::reader& at, filter_value& into);

struct filter_target : lenient {
    maybe<std::string> field_id;  // in a query
    maybe<std::string> field_ref; // in an explore: "name", "table.name"
};
LIGHTDASH_DESCRIBE(filter_target, field_id, field_ref)

enum class filter_operator : unsigned char {
    isNull,
    notNull,
    equals,
    notEquals,
    startsWith,
    endsWith,
    include,
    doesNotInclude,
    lessThan,
    lessThanOrEqual,
    greaterThan,
    greaterThanOrEqual,
    inThePast,
    notInThePast,
    inTheNext,
    inTheCurrent,
    notInTheCurrent,
    inBetween,
    notInBetween
};
LIGHTDASH_DESCRIBE_ENUM(filter_operator, isNull, notNull, equals, notEquals, startsWith, endsWith, include,
                        doesNotInclude, lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual, inThePast,
                        notInThePast, inTheNext, inTheCurrent, notInTheCurrent, inBetween, notInBetween)

enum class filter_unit : unsigned char { milliseconds, seconds, minutes, hours, days, weeks, months, quarters, years };
LIGHTDASH_DESCRIBE_ENUM(filter_unit, milliseconds, seconds, minutes, hours, days, weeks, months, quarters, years)

struct filter_settings : lenient {
    maybe<filter_unit> unit_of_time;
    maybe<bool> completed;
};
LIGHTDASH_DESCRIBE(filter_settings, unit_of_time, completed)

struct filter_rule : lenient {
    filter_target target;
    filter_operator operator_;
    json::omittable_or_null<json::list<filter_value, 5000>> values;
    maybe<filter_settings> settings;
    maybe<bool> disabled;
};
LIGHTDASH_DESCRIBE(filter_rule, target, operator_, values, settings, disabled)

struct filter_group;
using filter_item = std::variant<filter_rule, filter_group>;
struct filter_group {
    static constexpr std::string_view json_schema = // groups may hold groups
        R"({"type":"object","properties":{"id":{"type":"string"},"and":{"type":"array","items":{"type":"object"}},)"
        R"("or":{"type":"array","items":{"type":"object"}}}})";
    bool any = false; // "or"
    std::vector<filter_item> items;
};
bool read_json(const json::reader& at, filter_group& into);

struct query_filters : lenient {
    maybe<filter_group> dimensions, metrics, table_calculations;
};
LIGHTDASH_DESCRIBE(query_filters, dimensions, metrics, table_calculations)

// What dimensions and metrics have in common.
struct field : lenient {
    std::string type;
    maybe<std::string> label, sql;
    maybe<json::raw> required_attributes;
};
LIGHTDASH_DESCRIBE(field, type, label, sql, required_attributes)

struct dimension : field {
    maybe<std::string> time_interval, time_interval_base_dimension_name;
};
LIGHTDASH_DESCRIBE_DERIVED(dimension, field, time_interval, time_interval_base_dimension_name)

struct metric : field {
    maybe<double> percentile; // of 100; 50 when absent
    maybe<std::vector<filter_rule>> filters;
};
LIGHTDASH_DESCRIBE_DERIVED(metric, field, percentile, filters)

struct table : lenient {
    std::string sql_table;
    maybe<std::string> label, sql_where;
    maybe<json::raw> required_attributes;
    by_name<dimension> dimensions;
    by_name<metric> metrics;
};
LIGHTDASH_DESCRIBE(table, sql_table, label, sql_where, required_attributes, dimensions, metrics)

struct joined_table : lenient {
    std::string table;
    maybe<std::string> sql_on, compiled_sql_on; // one of them
    maybe<std::string> type;                    // left, inner, right, full
    maybe<std::string> relationship;            // one-to-many, many-to-one, …
    maybe<bool> always;

    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(joined_table, table, sql_on, compiled_sql_on, type, relationship, always)

struct explore_error : lenient {
    std::string message;
};
LIGHTDASH_DESCRIBE(explore_error, message)

// One that could not be compiled has errors, and may have nothing else but its name.
struct explore : lenient {
    std::string name;
    maybe<std::string> label, base_table, target_database, group_label;
    maybe<std::vector<std::string>> tags;
    maybe<by_name<table>> tables;
    maybe<std::vector<joined_table>> joined_tables;
    maybe<std::vector<explore_error>> errors;

    bool is_broken() const noexcept { return errors && !errors->empty(); }
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(explore, name, label, base_table, target_database, group_label, tags, tables, joined_tables, errors)

struct sort : lenient {
    std::string field_id;
    bool descending = false;
    maybe<bool> nulls_first;
};
LIGHTDASH_DESCRIBE(sort, field_id, descending, nulls_first)

enum class calculation_kind : unsigned char {
    percent_change_from_previous,
    percent_of_previous_value,
    percent_of_column_total,
    rank_in_column,
    running_total
};
LIGHTDASH_DESCRIBE_ENUM(calculation_kind, percent_change_from_previous, percent_of_previous_value,
                        percent_of_column_total, rank_in_column, running_total)

struct calculation_order : lenient {
    std::string field_id;
    maybe<std::string> order; // asc, desc
};
LIGHTDASH_DESCRIBE(calculation_order, field_id, order)

struct calculation_template : lenient {
    calculation_kind type;
    std::string field_id;
    maybe<std::vector<calculation_order>> order_by;
    maybe<std::vector<std::string>> partition_by;
};
LIGHTDASH_DESCRIBE(calculation_template, type, field_id, order_by, partition_by)

struct table_calculation : lenient {
    std::string name;
    maybe<std::string> display_name, sql, type;
    maybe<calculation_template> template_;
};
LIGHTDASH_DESCRIBE(table_calculation, name, display_name, sql, type, template_)

// A metric that only this query knows: of a dimension of the explore.
struct additional_metric : metric {
    std::string table, name;
    maybe<std::string> base_dimension_name;
};
LIGHTDASH_DESCRIBE_DERIVED(additional_metric, metric, table, name, base_dimension_name)

inline constexpr std::size_t most_query_fields = 200; // dimensions, metrics and table calculations together
inline constexpr std::int64_t most_query_rows = 5000;

struct metric_query : lenient {
    maybe<std::string> explore_name;
    json::list<std::string, most_query_fields> dimensions, metrics;
    maybe<query_filters> filters;
    json::or_default<json::list<sort, most_query_fields>> sorts;
    maybe<std::int64_t> limit;
    json::or_default<json::list<table_calculation, most_query_fields>> table_calculations;
    maybe<json::list<additional_metric, most_query_fields>> additional_metrics;
    maybe<std::vector<json::raw>> custom_dimensions;
    maybe<std::string> timezone;

    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(metric_query, explore_name, dimensions, metrics, filters, sorts, limit, table_calculations,
                   additional_metrics, custom_dimensions, timezone)

} // namespace lightdash::explores
