// The rows that a window function sees: over(window().partition_by("a").order_by("b", desc)).
#pragma once

#include "lightdash/sql/ordering.hpp"
#include "lightdash/sql/reference.hpp"

#include <cstdint>

namespace lightdash::sql {

// Where a frame begins or ends, from the current row.
struct frame_bound {
    enum class form : unsigned char { unbounded_preceding, preceding, current_row, following, unbounded_following };
    form what;
    std::int64_t distance = 0; // rows or groups of equal rows; never negative

    static constexpr frame_bound unbounded_preceding() { return {form::unbounded_preceding}; }
    static constexpr frame_bound preceding(std::int64_t distance) { return {form::preceding, distance}; }
    static constexpr frame_bound current_row() { return {form::current_row}; }
    static constexpr frame_bound following(std::int64_t distance) { return {form::following, distance}; }
    static constexpr frame_bound unbounded_following() { return {form::unbounded_following}; }
};
enum class frame_exclusion : unsigned char { no_others, current_row, group, ties };

class window : public fragment {
public:
    window();
    // Refines a window that the select names.
    explicit window(std::string_view base);

    template <class... Columns>
    window& partition_by(const Columns&... columns)
    {
        return add_partition({columns...});
    }
    // No direction is written unless one is given.
    window& order_by(const reference& column);
    window& order_by(const reference& column, direction way, nulls where = nulls::as_usual);

    // The last one counts. Throws error_kind::internal when the frame ends before it begins, or a distance is negative.
    window& rows(frame_bound from, frame_bound to, frame_exclusion without = frame_exclusion::no_others);
    window& groups(frame_bound from, frame_bound to, frame_exclusion without = frame_exclusion::no_others);
    window& range(frame_bound from, frame_bound to, frame_exclusion without = frame_exclusion::no_others);

private:
    window& add_partition(std::initializer_list<reference> columns);
    window& set_frame(std::string_view unit, frame_bound from, frame_bound to, frame_exclusion without);
};

} // namespace lightdash::sql
