// A page of a result, cut out of the pages that are kept.
#pragma once

#include "modules/queries/store.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace lightdash::queries {

// Throws pagination (422, PaginationError) for a page past the end.
query_answer page_of(query_id id, stored_answer found, std::int64_t page, std::int64_t size,
                     std::chrono::nanoseconds took);

// Rows [first, first + count) of the rows that stand in `rows` with ",\n" between them.
std::string cut_rows(std::string rows, std::int64_t first, std::int64_t count);

} // namespace lightdash::queries
