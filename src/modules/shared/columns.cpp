#include "modules/shared/columns.hpp"

#include <cstdint>
#include <string>

namespace lightdash {

sql::expression or_epoch(std::string_view column)
{
    return sql::call("coalesce", sql::ref(column), sql::raw("'epoch'::timestamp"));
}

sql::expression now_in_utc()
{
    return sql::raw("now() at time zone 'utc'");
}

sql::condition matches_pattern(std::initializer_list<sql::reference> columns)
{
    const auto pattern = sql::param<std::string>("pattern");
    auto matching = sql::where(pattern, "=", sql::raw("'%'"));
    for (const auto& column : columns)
        matching.or_where(column, "ilike", pattern);
    return matching;
}

void paged(sql::select& query)
{
    query.limit(unseen<std::int64_t>()).offset(unseen<std::int64_t>());
}

} // namespace lightdash
