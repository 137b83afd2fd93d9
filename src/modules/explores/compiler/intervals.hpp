// Dimensions that are a part of a point in time: order_date_month.
#pragma once

#include "modules/explores/compiler/compiled_query.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lightdash::explores {

// What stands for the interval of `sql`, an expression of type date or timestamp; nullopt when there is no such
// interval. Names as Lightdash's: "MONTH", "DAY_OF_WEEK_NAME".
std::optional<std::string> in_interval(std::string_view interval, std::string_view sql);

// The names that such a dimension may hold, in the order of the calendar: they are sorted so. "" when it is sorted by
// its values. An expression of type text[].
std::string_view calendar_order(std::string_view interval);

} // namespace lightdash::explores
