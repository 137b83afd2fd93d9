// What the server answered to one statement. Owns the memory its fields point into.
#pragma once

#include "lightdash/pg/types.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace lightdash::pg {

class result {
public:
    result() = default; // no rows, no tag

    std::size_t rows() const noexcept { return rows_; }
    std::size_t columns() const noexcept { return columns_; }
    // Both indexes must lie inside. The view lives as long as any copy of this result.
    field_view field(std::size_t row, std::size_t column) const noexcept;
    std::string_view column_name(std::size_t column) const noexcept;
    // Rows that an INSERT, UPDATE, DELETE, MERGE, COPY or SELECT touched or returned.
    std::uint64_t affected() const noexcept { return affected_; }
    // "SELECT 3", "COMMIT", …
    std::string_view command_tag() const noexcept;

private:
    friend class result_access; // src/pg: makes results out of libpq's
    struct content;
    std::shared_ptr<const content> held_;
    std::size_t first_ = 0; // of held_'s rows
    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
    std::uint64_t affected_ = 0;
};

} // namespace lightdash::pg
