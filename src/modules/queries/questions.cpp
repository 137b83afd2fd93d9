#include "modules/queries/questions.hpp"

#include "modules/queries/object_text.hpp"

#include <utility>

namespace lightdash::queries {
namespace {

// As Lightdash tells a field that is shown.
struct told_field {
    std::string_view field_type;
    column_type type;
    std::string_view name, label;
};
LIGHTDASH_DESCRIBE(told_field, field_type, type, name, label)

std::string fields_of(const std::vector<explores::column>& columns)
{
    return object_of(columns, &explores::column::field_id, [](const explores::column& each) {
        return told_field{each.kind == explores::column_kind::dimension ? "dimension" : "metric", each.type,
                          each.field_id, each.label};
    });
}

} // namespace

question question_of(const sql_query& asked)
{
    question made;
    made.statement = asked.sql;
    made.row_limit = asked.limit.value_or(usual_rows);
    made.context = asked.context.value_or("sqlRunner");
    made.invalidate_cache = asked.invalidate_cache.value_or(false);
    return made;
}

question question_of(explores::compiled made, std::string explore_name, std::string metric_query)
{
    question asked;
    asked.statement = std::move(made.query.sql);
    for (auto& each : made.query.parameters)
        asked.arguments.push_back({static_cast<std::uint32_t>(each.type.sent()), std::move(each.value)});
    for (const auto& each : made.query.columns)
        asked.columns.push_back({each.field_id, each.type});
    asked.timezone = std::move(made.query.timezone);
    asked.row_limit = static_cast<std::int32_t>(made.query.limit);
    asked.explore_name = std::move(explore_name);
    asked.explore_etag = made.etag.to_string();
    asked.metric_query = std::move(metric_query);
    asked.fields = fields_of(made.query.columns);
    for (auto& each : made.query.warnings)
        asked.warnings.push_back(std::move(each.message));
    return asked;
}

} // namespace lightdash::queries
