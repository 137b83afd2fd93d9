#include "lightdash/modules/charts/model.hpp"

#include <algorithm>

namespace lightdash {
namespace {

constexpr std::size_t most_fields = 200;
constexpr std::size_t longest_definition = 512 * 1024;
constexpr std::string_view no_spaces = "Spaces do not exist in this version: leave it out or null.";

// Ids of fields: what may stand in the SQL as a quoted alias.
bool is_field_id(std::string_view id)
{
    return !id.empty() && id.size() <= 255 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

template <class T>
std::size_t size_of(const T& part)
{
    std::string text;
    http::json::write(text, part);
    return text.size();
}

} // namespace

void metric_query::validate(http::json::faults& faults) const
{
    faults.text_length("exploreName", explore_name, 1, 255);
    faults.require(dimensions.size() + metrics.size() <= most_fields, "dimensions",
                   "At most 200 dimensions and metrics together.");
    faults.require(!dimensions.empty() || !metrics.empty() || !table_calculations.empty(), "dimensions",
                   "At least one dimension, metric or table calculation is needed.");
    faults.require(std::all_of(dimensions.begin(), dimensions.end(), is_field_id), "dimensions",
                   "A field id holds letters, digits, underscores and dots only.");
    faults.require(std::all_of(metrics.begin(), metrics.end(), is_field_id), "metrics",
                   "A field id holds letters, digits, underscores and dots only.");
    faults.range("limit", limit, 1, 5000);
    const bool other_fields = !table_calculations.empty() || (custom_dimensions && !custom_dimensions->empty());
    const auto selected = [&](const std::string& field) {
        return std::find(dimensions.begin(), dimensions.end(), field) != dimensions.end() ||
               std::find(metrics.begin(), metrics.end(), field) != metrics.end();
    };
    for (const auto& sort : sorts)
        faults.require(other_fields || selected(sort.field_id), "sorts",
                       "Every sort names a field that the query selects; '" + sort.field_id + "' is not selected.");
}

void new_chart::validate(http::json::faults& faults) const
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
    faults.require(table_name == metric_query.explore_name, "tableName", "It must equal metricQuery.exploreName.");
    faults.require(!slug || !slug->empty(), "slug", "It is empty: leave it out to have one made.");
    faults.require(size_of(metric_query) + size_of(chart_config) <= longest_definition, "chartConfig",
                   "The chart's definition is larger than 512 KB.");
    faults.require(!space_uuid, "spaceUuid", no_spaces);
    faults.require(!dashboard_uuid, "dashboardUuid", no_spaces);
}

void chart_changes::validate(http::json::faults& faults) const
{
    if (name) {
        faults.text_length("name", *name, 1, 255);
        faults.require(name->find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
    }
    faults.require(!space_uuid, "spaceUuid", no_spaces);
    faults.require(!dashboard_uuid, "dashboardUuid", no_spaces);
}

} // namespace lightdash
