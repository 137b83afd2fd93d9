// The fields of an explore as SQL, and the tables that they need.
#pragma once

#include "modules/explores/compiler/filters.hpp"
#include "modules/explores/model.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::explores {

// How a metric is computed: from rows, from other metrics, or from other rows of the result.
enum class metric_way : unsigned char { aggregate, expression, window };

struct found_dimension {
    std::string_view table;
    std::string_view name;
    const dimension* what = nullptr;
};
struct found_metric {
    std::string_view table;
    std::string_view name;
    const metric* what = nullptr;
};

// "orders_order_date" of orders and order_date.
std::string field_id_of(std::string_view table, std::string_view name);

field_type type_of(const dimension& what, std::string_view id); // throws compile_error for others
field_type type_of(const metric& what);                         // of its values
metric_way way_of(const metric& what, std::string_view id);     // throws compile_error for types that it does not know

class fields {
public:
    // All are borrowed. `added`: metrics of the query's own.
    fields(const explore& of, const std::vector<additional_metric>& added, filter_compiler& filters);

    // Throw reference_error for ids that the explore does not have.
    found_dimension dimension_of(std::string_view id) const;
    found_metric metric_of(std::string_view id) const;
    bool has_metric(std::string_view id) const { return find_metric(id).what != nullptr; }
    // "name" of the same table, "table.name".
    found_metric metric_named(std::string_view reference, std::string_view table, std::string_view owner) const;

    // Over the tables, without brackets. Parameters of metrics' filters are added once.
    std::string sql_of(const found_dimension& what);
    std::string sql_of(const found_metric& what); // an aggregate or an expression
    // A piece of SQL that belongs to a table and has references to dimensions.
    std::string sql_of(std::string_view piece, std::string_view table, std::string_view owner);

    const table& table_of(std::string_view name, std::string_view owner) const;
    void use(std::string_view table) { used_.emplace(table); }
    const std::set<std::string, std::less<>>& used() const noexcept { return used_; }

private:
    template <class Member>
    auto find(std::string_view id, Member members) const;
    found_metric find_metric(std::string_view id) const;
    found_dimension dimension_named(std::string_view reference, std::string_view table, std::string_view owner) const;
    std::string base_sql_of(const found_dimension& what);
    std::string argument_of(const found_metric& what, std::string_view id);
    std::string filtered(const found_metric& what, std::string argument);
    template <class Make>
    const std::string& made_once(const std::string& id, Make make);

    const explore& explore_;
    const std::vector<additional_metric>& added_;
    filter_compiler& filters_;
    std::set<std::string, std::less<>> used_;
    std::map<std::string, std::string, std::less<>> made_;
    std::vector<std::string> under_way_;
};

} // namespace lightdash::explores
