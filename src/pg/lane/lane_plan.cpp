#include "pg/lane/lane_plan.hpp"

#include <algorithm>
#include <cstdint>

namespace lightdash::pg {

void read_pace::note(std::chrono::nanoseconds took, std::size_t statements) noexcept
{
    // What is slow tells nothing of the quick ones: it counts as if it had just not been.
    const auto counted = std::min<std::chrono::nanoseconds>(took, slow_after * statements);
    each_ += (counted / static_cast<std::int64_t>(statements) - each_) / 8;
}

std::size_t read_pace::batch_size() const noexcept
{
    if (each_ <= batch_time / largest_batch)
        return largest_batch;
    return static_cast<std::size_t>(std::max<std::int64_t>(batch_time / each_, 1));
}

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
