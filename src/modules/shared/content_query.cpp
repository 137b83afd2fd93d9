#include "modules/shared/content_query.hpp"

#include "lightdash/json/json.hpp"
#include "lightdash/sql/raw.hpp"

#include <fmt/format.h>

namespace lightdash {

content_listing::content_listing(const content_query& asked)
    : listing(asked.page, asked.search), by(json::detail::enumerators<content_order>::names[static_cast<std::size_t>(
                                             asked.sort_by.value_or(content_order::created_at))]),
      down(asked.sort_direction == api::sort_direction::desc)
{}

void sorted(sql::select& query, std::string_view alias)
{
    const auto column = [&](std::string_view name) { return sql::ref(fmt::format("{}.{}", alias, name)); };
    const auto by = sql::param<std::string_view>("by");
    const auto down = sql::param<bool>("down");
    const auto add = [&](std::string_view order, const sql::expression& value) {
        query.order_by(sql::raw("case when ? = ? and not ? then ? end, case when ? = ? and ? then ? end desc", by,
                                std::string{order}, down, value, by, std::string{order}, down, value));
    };
    add("name", sql::call("lower", column("name")));
    add("last_updated_at", column("updated_at"));
    query.order_by(sql::raw("case when ? = 'created_at' and ? then ? end desc", by, down, column("created_at")))
        .order_by(column("created_at"))
        .order_by(column("id"));
}

} // namespace lightdash
