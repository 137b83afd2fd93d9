#include "modules/explores/compiler/compiler.hpp"

#include "modules/explores/compiler/calculations.hpp"
#include "modules/explores/compiler/fields.hpp"
#include "modules/explores/compiler/filters.hpp"
#include "modules/explores/compiler/fragment.hpp"
#include "modules/explores/compiler/intervals.hpp"
#include "modules/explores/compiler/joins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace lightdash::explores {
namespace {

const std::vector<additional_metric> no_metrics;

std::string listed(const std::vector<std::string>& parts, std::string_view between)
{
    std::string made;
    for (const auto& part : parts)
        (made += made.empty() ? "" : between) += part;
    return made;
}

class query_compiler {
public:
    query_compiler(const explore& over, const metric_query& asked, const compile_options& options)
        : explore_(over), asked_(asked), options_(options), filters_(made_.parameters, options.timezone, options.now),
          fields_(over, asked.additional_metrics ? *asked.additional_metrics : no_metrics, filters_)
    {}

    compiled_query whole()
    {
        add_columns();
        add_metrics_of_filters();
        const auto dimension_filter =
            filter_of(asked_.filters ? asked_.filters->dimensions : no_filter_, dimension_finder());
        const auto grouped = grouped_select(dimension_filter);
        made_.sql = is_simple() ? grouped + order_and_limit() : with_steps(grouped);
        made_.warnings = fan_out_warnings(explore_, fields_.used(), aggregates_);
        made_.timezone = options_.timezone;
        if (made_.sql.size() > longest_sql)
            throw error{error_kind::compile_failed,
                        fmt::format("The query becomes more than {} bytes of SQL.", longest_sql)};
        return std::move(made_);
    }

private:
    // A column of the grouped statement, by its field.
    struct selected {
        std::string name; // quoted
        field_type type = field_type::string;
        std::string_view calendar; // its order, when it is not that of its values
    };

    void add_columns()
    {
        for (const auto& id : asked_.dimensions)
            add_dimension(id);
        for (const auto& id : asked_.metrics) {
            add_metric(id);
            const auto found = fields_.metric_of(id);
            tell(id, short_name(id), type_of(*found.what), column_kind::metric,
                 found.what->label.value_or(std::string{found.name}));
        }
        for (std::size_t i = 0; i < asked_.table_calculations.size(); ++i)
            add_calculation(asked_.table_calculations[i], fmt::format("calculation_{}", i + 1));
    }
    void tell(const std::string& id, std::string name, field_type type, column_kind kind, std::string label)
    {
        const bool twice = std::ranges::any_of(made_.columns, [&](const column& each) { return each.field_id == id; });
        if (twice)
            throw compile_error(id, fmt::format("The query asks for \"{}\" twice.", id));
        made_.columns.push_back({id, std::move(name), type, kind, std::move(label)});
    }
    void add_dimension(const std::string& id)
    {
        const auto found = fields_.dimension_of(id);
        const auto type = type_of(*found.what, id);
        tell(id, short_name(id), type, column_kind::dimension, found.what->label.value_or(std::string{found.name}));
        known_.emplace(id, selected{quoted_name(id), type, calendar_order(found.what->time_interval.value_or(""))});
        dimensions_.push_back(fmt::format("{} AS {}", fields_.sql_of(found), quoted_name(id)));
        if (!known_.at(id).calendar.empty())
            sorts_by_calendar_ |=
                std::ranges::any_of(asked_.sorts, [&](const sort& each) { return each.field_id == id; });
    }
    // Asked for, filtered by, or used by one that is computed from the result.
    void add_metric(const std::string& id)
    {
        if (known_.contains(id))
            return;
        const auto found = fields_.metric_of(id);
        known_.emplace(id, selected{quoted_name(id), type_of(*found.what), {}});
        if (way_of(*found.what, id) == metric_way::window) {
            windows_.emplace_back(id, found);
            if (!found.what->sql)
                throw compile_error(id, fmt::format("The metric \"{}\" has no SQL.", id));
            expand(*found.what->sql, id, [&](std::string_view reference) { // what it needs
                const auto of = fields_.metric_named(reference, found.table, id);
                const auto needed = field_id_of(of.table, of.name);
                if (way_of(*of.what, needed) == metric_way::window)
                    throw compile_error(id, fmt::format("\"{}\" cannot be computed of \"{}\".", id, needed));
                add_metric(needed);
                return std::string{"x"};
            });
            return;
        }
        metrics_.push_back(fmt::format("{} AS {}", fields_.sql_of(found), quoted_name(id)));
        aggregates_.push_back({id, found});
    }
    void add_calculation(const table_calculation& what, std::string name)
    {
        field_type type = field_type::number;
        const auto& names = json::detail::enumerators<field_type>::names;
        if (const auto at = std::ranges::find(names, what.type.value_or("number")); at != names.end())
            type = static_cast<field_type>(at - names.begin());
        tell(what.name, name, type, column_kind::table_calculation, what.display_name.value_or(what.name));
        calculations_.emplace(what.name, selected{quoted_name(name), type, {}});
    }
    void add_metrics_of_filters()
    {
        if (asked_.filters && asked_.filters->metrics)
            add_metrics_of(*asked_.filters->metrics);
    }
    void add_metrics_of(const filter_group& group)
    {
        for (const auto& item : group.items)
            if (const auto* inner = std::get_if<filter_group>(&item))
                add_metrics_of(*inner);
            else if (const auto& rule = std::get<filter_rule>(item); !rule.disabled.value_or(false))
                add_metric(rule.target.field_id.value_or(""));
    }

    filter_compiler::find_field dimension_finder()
    {
        return [this](const filter_rule& rule) {
            const auto id = rule.target.field_id.value_or("");
            const auto found = fields_.dimension_of(id);
            return filtered_field{id, in_brackets(fields_.sql_of(found)), type_of(*found.what, id)};
        };
    }
    filter_compiler::find_field selected_finder(const std::map<std::string, selected, std::less<>>& among)
    {
        return [&among](const filter_rule& rule) {
            const auto id = rule.target.field_id.value_or("");
            const auto found = among.find(id);
            if (found == among.end())
                throw reference_error(id, fmt::format("The query does not have \"{}\", which it filters by.", id));
            return filtered_field{id, found->second.name, found->second.type};
        };
    }
    std::string filter_of(const maybe<filter_group>& asked, const filter_compiler::find_field& find)
    {
        return asked ? filters_.group(*asked, find) : std::string{};
    }

    bool is_simple() const
    {
        const bool filtered = asked_.filters && (asked_.filters->metrics || asked_.filters->table_calculations);
        return windows_.empty() && asked_.table_calculations.empty() && !filtered && !sorts_by_calendar_;
    }

    std::string grouped_select(const std::string& dimension_filter)
    {
        auto columns = dimensions_;
        columns.insert(columns.end(), metrics_.begin(), metrics_.end());
        if (columns.empty())
            throw error{error_kind::compile_failed, "The query asks for no dimension and no metric."};
        const auto& base = *explore_.base_table;
        fields_.use(base);
        auto where = dimension_filter;
        if (const auto& own = fields_.table_of(base, base).sql_where; own && !own->empty())
            where += fmt::format("{}({})", where.empty() ? "" : " AND ", fields_.sql_of(*own, base, base));
        auto sql = fmt::format("SELECT\n  {}\n{}", listed(columns, ",\n  "), from_clause(explore_, fields_));
        if (!where.empty())
            sql += "\nWHERE " + where;
        if (!dimensions_.empty()) {
            sql += "\nGROUP BY ";
            for (std::size_t i = 1; i <= dimensions_.size(); ++i)
                sql += fmt::format("{}{}", i > 1 ? "," : "", i);
        }
        return sql;
    }

    // Each step selects from the one before it.
    std::string with_steps(const std::string& grouped)
    {
        std::string sql = "WITH metrics AS (\n" + grouped + "\n)", last = "metrics";
        const auto add = [&](std::string_view name, const std::string& columns, const std::string& where) {
            sql += fmt::format(",\n{} AS (\nSELECT *{}\nFROM {}{}{}\n)", name, columns, last,
                               where.empty() ? "" : "\nWHERE ", where);
            last = name;
        };
        if (!windows_.empty())
            add("postcalculation_metrics", window_columns(), "");
        auto where = filter_of(asked_.filters ? asked_.filters->metrics : no_filter_, selected_finder(known_));
        auto waiting = asked_.table_calculations.size();
        for (int level = 1; waiting > 0; ++level) {
            const auto columns = calculation_columns();
            if (columns.empty())
                throw compile_error(first_waiting(),
                                    fmt::format("The table calculation \"{}\" refers to itself.", first_waiting()));
            add(fmt::format("table_calculations_{}", level), listed(columns, ""), where);
            waiting -= columns.size();
            where.clear();
        }
        const auto calculated =
            filter_of(asked_.filters ? asked_.filters->table_calculations : no_filter_, selected_finder(calculations_));
        where += (where.empty() || calculated.empty() ? "" : " AND ") + calculated;
        std::vector<std::string> names;
        for (const auto& each : made_.columns)
            names.push_back(quoted_name(each.name));
        sql += fmt::format("\nSELECT\n  {}\nFROM {}", listed(names, ",\n  "), last);
        if (!where.empty())
            sql += "\nWHERE " + where;
        return sql + order_and_limit();
    }

    // The order in which "the row before" is one.
    std::string window_order()
    {
        std::vector<std::string> by;
        for (const auto& each : asked_.sorts)
            if (const auto found = known_.find(each.field_id); found != known_.end() && !is_window(each.field_id))
                by.push_back(sorted(found->second, each));
        for (const auto& id : asked_.dimensions)
            if (std::ranges::none_of(asked_.sorts, [&](const sort& each) { return each.field_id == id; }))
                by.push_back(known_.at(id).name);
        return by.empty() ? "" : "ORDER BY " + listed(by, ", ");
    }
    bool is_window(std::string_view id) const
    {
        return std::ranges::any_of(windows_, [&](const auto& each) { return each.first == id; });
    }
    std::string window_columns()
    {
        std::string made;
        const auto order = window_order();
        for (const auto& [id, found] : windows_) {
            const auto value = in_brackets(
                expand(*found.what->sql, id, [&, where = found.table, &owner = id](std::string_view reference) {
                    const auto of = fields_.metric_named(reference, where, owner);
                    return quoted_name(field_id_of(of.table, of.name));
                }));
            std::string sql;
            if (found.what->type == "percent_of_total")
                sql = fmt::format("{0}::double precision / NULLIF(SUM({0}) OVER (), 0)", value);
            else if (found.what->type == "percent_of_previous")
                sql = fmt::format("{0}::double precision / NULLIF(LAG({0}) OVER ({1}), 0)", value, order);
            else
                sql = fmt::format("SUM({}) OVER ({}{}ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", value, order,
                                  order.empty() ? "" : " ");
            made += fmt::format(",\n  {} AS {}", sql, quoted_name(id));
        }
        return made;
    }

    const std::string& first_waiting() const
    {
        return std::ranges::find_if(asked_.table_calculations,
                                    [&](const table_calculation& each) { return !done_.contains(each.name); })
            ->name;
    }
    // Of the calculations that refer to nothing but what is selected already.
    std::vector<std::string> calculation_columns()
    {
        std::vector<std::string> made;
        std::vector<std::string> ready;
        for (const auto& each : asked_.table_calculations) {
            if (done_.contains(each.name))
                continue;
            bool waits = false;
            const auto sql = calculation_sql(each, [&](std::string_view reference) {
                const auto& found = selected_by(reference, each.name);
                waits = waits || (calculations_.contains(reference) && !done_.contains(reference));
                return found.name;
            });
            if (waits)
                continue;
            made.push_back(fmt::format(",\n  {} AS {}", sql, calculations_.at(each.name).name));
            ready.push_back(each.name);
        }
        done_.insert(ready.begin(), ready.end());
        return made;
    }
    // "table.field", a field's id, or a table calculation.
    const selected& selected_by(std::string_view reference, const std::string& owner) const
    {
        if (const auto found = calculations_.find(reference); found != calculations_.end())
            return found->second;
        const auto dot = reference.find('.');
        const auto id = dot == std::string_view::npos
                            ? std::string{reference}
                            : field_id_of(reference.substr(0, dot), reference.substr(dot + 1));
        if (const auto found = known_.find(id); found != known_.end())
            return found->second;
        throw reference_error(
            owner, fmt::format("The table calculation \"{}\" refers to ${{{}}}, which the query does not select.",
                               owner, reference));
    }

    static std::string sorted(const selected& what, const sort& by)
    {
        const auto value =
            what.calendar.empty() ? what.name : fmt::format("ARRAY_POSITION({}, {})", what.calendar, what.name);
        const std::string_view nulls = !by.nulls_first ? "" : *by.nulls_first ? " NULLS FIRST" : " NULLS LAST";
        return fmt::format("{}{}{}", value, by.descending ? " DESC" : "", nulls);
    }
    std::string order_and_limit()
    {
        std::vector<std::string> by;
        for (const auto& each : asked_.sorts) {
            const auto& id = each.field_id;
            if (std::ranges::none_of(made_.columns, [&](const column& told) { return told.field_id == id; }))
                throw reference_error(id, fmt::format("The query is sorted by \"{}\", which it does not select.", id));
            const auto calculated = calculations_.find(id);
            by.push_back(sorted(calculated != calculations_.end() ? calculated->second : known_.at(id), each));
        }
        made_.limit = asked_.limit.value_or(options_.default_limit);
        return fmt::format("{}{}\nLIMIT {}", by.empty() ? "" : "\nORDER BY ", listed(by, ", "), made_.limit);
    }

    const explore& explore_;
    const metric_query& asked_;
    const compile_options& options_;
    const maybe<filter_group> no_filter_;
    compiled_query made_;
    filter_compiler filters_;
    fields fields_;
    std::map<std::string, selected, std::less<>> known_, calculations_; // calculations by their names
    std::vector<std::string> dimensions_, metrics_;                     // of the grouped statement
    std::vector<std::pair<std::string, found_metric>> windows_;
    std::vector<used_metric> aggregates_;
    std::set<std::string, std::less<>> done_; // calculations
    bool sorts_by_calendar_ = false;
};

} // namespace

compiled_query compile(const explore& over, const metric_query& asked, const compile_options& options)
{
    if (over.is_broken())
        throw error{error_kind::compile_failed,
                    fmt::format("The explore \"{}\" has errors: {}", over.name, over.errors->front().message)};
    if (asked.custom_dimensions && !asked.custom_dimensions->empty())
        throw error{error_kind::compile_failed,
                    "Custom dimensions are not supported: add the dimension to the explore."};
    return query_compiler{over, asked, options}.whole();
}

} // namespace lightdash::explores
