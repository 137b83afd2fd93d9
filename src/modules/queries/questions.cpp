#include "modules/queries/questions.hpp"

#include <utility>

namespace lightdash::queries {
namespace {

column_type type_of(explores::field_type field) noexcept
{
    switch (field) {
    case explores::field_type::number:
        return column_type::number;
    case explores::field_type::timestamp:
        return column_type::timestamp;
    case explores::field_type::date:
        return column_type::date;
    case explores::field_type::boolean:
        return column_type::boolean;
    case explores::field_type::string:
        break;
    }
    return column_type::string;
}

// As Lightdash tells a field that is shown.
struct told_field {
    std::string_view field_type;
    explores::field_type type;
    std::string_view name, label;
};
LIGHTDASH_DESCRIBE(told_field, field_type, type, name, label)

std::string fields_of(const std::vector<explores::column>& columns)
{
    std::string made = "{";
    for (const auto& each : columns) {
        if (made.size() > 1)
            made += ',';
        json::write(made, each.field_id);
        made += ':';
        json::write(made, told_field{each.kind == explores::column_kind::dimension ? "dimension" : "metric", each.type,
                                     each.field_id, each.label});
    }
    return made + '}';
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
        asked.columns.push_back({each.field_id, type_of(each.type)});
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
