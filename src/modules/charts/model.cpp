#include "modules/charts/model.hpp"

#include "lightdash/core/utf8.hpp"
#include "modules/shared/no_spaces.hpp"
#include "modules/shared/stored_json.hpp"

#include <algorithm>

namespace lightdash::charts {
namespace {

constexpr std::size_t longest_definition = 512 * 1024;

constexpr std::size_t longest_field_id = 255;

// Letters and digits of any script, "_" and "."; beyond ASCII that is all but the blocks of controls, spaces and
// punctuation: U+0080 to U+00BF without the three letters there, U+00D7, U+00F7, U+2000 to U+206F, U+3000 to U+303F,
// U+FEFF.
bool stands_in_field_id(std::string_view character)
{
    const char c = character[0];
    if (character.size() == 1)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (c == '\xC2')
        return character == "\u00AA" || character == "\u00B5" || character == "\u00BA";
    const bool punctuation = character.starts_with("\xE2\x80") || (character >= "\u2040" && character <= "\u206F");
    return !punctuation && !character.starts_with("\xE3\x80") && character != "\u00D7" && character != "\u00F7" &&
           character != "\uFEFF";
}

// Ids of fields: what may stand in the SQL as a quoted alias.
bool is_field_id(std::string_view id)
{
    if (id.empty() || json::characters_in(id) > longest_field_id)
        return false;
    while (!id.empty()) {
        const auto character = first_utf8_sequence(id);
        if (!character.valid || !stands_in_field_id(id.substr(0, character.size)))
            return false;
        id.remove_prefix(character.size);
    }
    return true;
}

} // namespace

void metric_query::validate(json::faults& faults) const
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

void new_chart::validate(json::faults& faults) const
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
    faults.require(table_name == metric_query.explore_name, "tableName", "It must equal metricQuery.exploreName.");
    faults.require(!slug || !slug->empty(), "slug", "It is empty: leave it out to have one made.");
    const auto size = stored_size_of(metric_query) + stored_size_of(chart_config) + stored_size_of(table_config) +
                      stored_size_of(pivot_config) + stored_size_of(parameters);
    faults.require(size <= longest_definition, "chartConfig",
                   "The chart's definition is larger than 512 KB as the database stores it.");
    faults.require(!space_uuid, "spaceUuid", no_spaces);
    faults.require(!dashboard_uuid, "dashboardUuid", no_spaces);
}

void chart_changes::validate(json::faults& faults) const
{
    if (name) {
        faults.text_length("name", *name, 1, 255);
        faults.require(name->find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
    }
    faults.require(!space_uuid, "spaceUuid", no_spaces);
    faults.require(!dashboard_uuid, "dashboardUuid", no_spaces);
}

} // namespace lightdash::charts
