#include "modules/shared/columns.hpp"

#include "lightdash/sql/raw.hpp"
#include "modules/shared/ids.hpp"

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

sql::expression free_slug(std::string_view table)
{
    const auto slug = sql::param<std::string>("slug");
    return sql::raw(
        "case when ? then ? else ? end",
        sql::condition().where_exists(
            sql::select(sql::raw("1")).from(table).where("project_id", sql::param<project_id>()).where("slug", slug)),
        sql::param<std::string>("other_slug"), slug);
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
    query.limit(unseen<std::int64_t>("size")).offset(unseen<std::int64_t>("first"));
}

} // namespace lightdash
