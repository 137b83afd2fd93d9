#include "modules/queries/model.hpp"

namespace lightdash::queries {

namespace {

void check_context(json::faults& faults, const std::optional<std::string>& context)
{
    if (context)
        faults.text_length("context", *context, 1, 64);
}

} // namespace

void sql_query::validate(json::faults& faults) const
{
    constexpr std::size_t longest_sql = 100'000;
    faults.require(sql.find_first_not_of(" \t\r\n;") != std::string::npos && sql.size() <= longest_sql, "sql",
                   "Must be a statement of at most 100000 bytes.");
    if (limit)
        faults.range("limit", *limit, 1, most_rows);
    check_context(faults, context);
}

bool read_json(const json::reader& at, asked_query& into)
{
    return json::read(at, static_cast<explores::metric_query&>(into)) && at.read_raw(into.text);
}

void metric_query_request::validate(json::faults& faults) const
{
    faults.require(query.explore_name && !query.explore_name->empty(), "query", "Must name its explore: exploreName.");
    check_context(faults, context);
}

void chart_query_request::validate(json::faults& faults) const
{
    if (limit)
        faults.range("limit", *limit, 1, most_rows);
    check_context(faults, context);
}

} // namespace lightdash::queries
