#include "modules/explores/compiler/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lightdash::explores {
namespace {

enum class way : unsigned char { raw, truncated, part, name };

struct interval_row {
    std::string_view name;
    way by;
    std::string_view unit; // of DATE_TRUNC, DATE_PART or TO_CHAR
    std::string_view order;
};

constexpr std::string_view days = "ARRAY['Monday','Tuesday','Wednesday','Thursday','Friday','Saturday','Sunday']";
constexpr std::string_view months = "ARRAY['January','February','March','April','May','June','July','August',"
                                    "'September','October','November','December']";

constexpr std::array intervals{
    interval_row{"RAW", way::raw, "", ""},
    interval_row{"YEAR", way::truncated, "YEAR", ""},
    interval_row{"QUARTER", way::truncated, "QUARTER", ""},
    interval_row{"MONTH", way::truncated, "MONTH", ""},
    interval_row{"WEEK", way::truncated, "WEEK", ""},
    interval_row{"DAY", way::truncated, "DAY", ""},
    interval_row{"HOUR", way::truncated, "HOUR", ""},
    interval_row{"MINUTE", way::truncated, "MINUTE", ""},
    interval_row{"SECOND", way::truncated, "SECOND", ""},
    interval_row{"MILLISECOND", way::truncated, "MILLISECONDS", ""},
    interval_row{"DAY_OF_WEEK_INDEX", way::part, "DOW", ""},
    interval_row{"DAY_OF_MONTH_NUM", way::part, "DAY", ""},
    interval_row{"DAY_OF_YEAR_NUM", way::part, "DOY", ""},
    interval_row{"WEEK_NUM", way::part, "WEEK", ""},
    interval_row{"MONTH_NUM", way::part, "MONTH", ""},
    interval_row{"QUARTER_NUM", way::part, "QUARTER", ""},
    interval_row{"YEAR_NUM", way::part, "YEAR", ""},
    interval_row{"HOUR_OF_DAY_NUM", way::part, "HOUR", ""},
    interval_row{"MINUTE_OF_HOUR_NUM", way::part, "MINUTE", ""},
    interval_row{"DAY_OF_WEEK_NAME", way::name, "FMDay", days},
    interval_row{"MONTH_NAME", way::name, "FMMonth", months},
    interval_row{"QUARTER_NAME", way::name, "\"Q\"Q", ""},
};

const interval_row* row_of(std::string_view interval)
{
    const auto* found = std::ranges::find(intervals, interval, &interval_row::name);
    return found == intervals.end() ? nullptr : found;
}

} // namespace

std::optional<std::string> in_interval(std::string_view interval, std::string_view sql)
{
    const auto* row = row_of(interval);
    if (row == nullptr)
        return std::nullopt;
    switch (row->by) {
    case way::truncated:
        return fmt::format("DATE_TRUNC('{}', {})", row->unit, sql);
    case way::part:
        return fmt::format("DATE_PART('{}', {})", row->unit, sql);
    case way::name:
        return fmt::format("TO_CHAR({}, '{}')", sql, row->unit);
    case way::raw:
        break;
    }
    return std::string{sql};
}

std::string_view calendar_order(std::string_view interval)
{
    const auto* row = row_of(interval);
    return row == nullptr ? std::string_view{} : row->order;
}

} // namespace lightdash::explores
