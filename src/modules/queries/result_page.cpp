#include "modules/queries/result_page.hpp"

#include "lightdash/core/error.hpp"
#include "modules/queries/executions.hpp"
#include "modules/queries/object_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace lightdash::queries {
namespace {

constexpr std::string_view between_rows = ",\n"; // no JSON text has a line break inside

} // namespace

std::string cut_rows(std::string rows, std::int64_t first, std::int64_t count)
{
    const auto skip = [&](std::size_t from, std::int64_t lines) {
        for (; lines > 0; --lines) {
            const auto at = rows.find(between_rows, from);
            if (at == std::string::npos)
                return rows.size();
            from = at + between_rows.size();
        }
        return from;
    };
    const auto begin = skip(0, first);
    const auto end = skip(begin, count);
    rows.erase(end == rows.size() ? end : end - between_rows.size());
    rows.erase(0, begin);
    return rows;
}

query_answer page_of(query_id id, stored_answer found, std::int64_t page, std::int64_t size,
                     std::chrono::nanoseconds took)
{
    query_answer told{.query_uuid = id, .status = found.status};
    if (found.status == query_status::error)
        told.error = std::move(found.error).value_or("The query failed.");
    if (found.status != query_status::ready)
        return told;
    const auto pages = std::max<std::int64_t>(1, (found.total_rows + size - 1) / size);
    if (page > pages)
        throw error{error_kind::no_such_page,
                    fmt::format("There is no page {}: the result has {} of {} rows.", page, pages, size)};
    const auto offset = (page - 1) * size;
    auto rows = std::move(found.rows).value_or("");
    if (size != rows_of_page)
        rows = cut_rows(std::move(rows), offset % rows_of_page, size);
    told.rows = json::raw{"[" + rows + "]"};
    told.columns =
        json::raw{object_of(json::read_text<std::vector<result_column>>(found.columns), &result_column::reference)};
    told.page = page;
    told.page_size = size;
    if (page < pages)
        told.next_page = page + 1;
    if (page > 1)
        told.previous_page = page - 1;
    told.total_results = found.total_rows;
    told.total_page_count = pages;
    told.initial_query_execution_ms = static_cast<std::int64_t>(found.execution_ms.value_or(0));
    told.results_page_execution_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    told.pivot_details = json::raw{"null"};
    return told;
}

} // namespace lightdash::queries
