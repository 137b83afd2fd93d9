// The directions of order by, in queries, windows and aggregates.
#pragma once

namespace lightdash::sql {

enum class direction : unsigned char { asc, desc };
enum class nulls : unsigned char { as_usual, first, last }; // as usual: last when ascending, first when descending

inline constexpr auto asc = direction::asc;
inline constexpr auto desc = direction::desc;

} // namespace lightdash::sql
