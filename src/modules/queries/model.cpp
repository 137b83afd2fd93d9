#include "modules/queries/model.hpp"

namespace lightdash::queries {

void sql_query::validate(json::faults& faults) const
{
    constexpr std::size_t longest_sql = 100'000;
    faults.require(sql.find_first_not_of(" \t\r\n;") != std::string::npos && sql.size() <= longest_sql, "sql",
                   "Must be a statement of at most 100000 bytes.");
    if (limit)
        faults.range("limit", *limit, 1, most_rows);
    if (context)
        faults.text_length("context", *context, 1, 64);
}

} // namespace lightdash::queries
