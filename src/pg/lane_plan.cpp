#include "pg/lane_plan.hpp"

#include <algorithm>

namespace lightdash::pg {

bool is_slow(const lane_view& lane, deadline::clock::time_point now) noexcept
{
    return lane.open && lane.batches > 0 && now - lane.head_started > slow_after;
}

bool is_stuck(const lane_view& lane, deadline::clock::time_point now) noexcept
{
    return lane.batches > 0 && now - lane.head_started > stuck_after;
}

std::optional<std::size_t> choose_lane(std::span<const lane_view> lanes, deadline::clock::time_point now) noexcept
{
    for (std::size_t i = 0; i < lanes.size(); ++i)
        if (lanes[i].open && lanes[i].batches < batches_under_way && !is_slow(lanes[i], now))
            return i;
    return std::nullopt;
}

bool must_overflow(std::span<const lane_view> lanes, deadline::clock::time_point now) noexcept
{
    return std::ranges::none_of(lanes, [now](const lane_view& lane) { return lane.open && !is_slow(lane, now); });
}

} // namespace lightdash::pg
