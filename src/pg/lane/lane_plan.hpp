// Which lane takes the next batch of shared reads: a rule without I/O.
#pragma once

#include "lightdash/core/deadline.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

namespace lightdash::pg {

// A batch is at most so many statements, so that a quick one is never far behind the first.
constexpr std::size_t largest_batch = 64;
// It is also no more than what is answered in about this time: reads that the server takes long for are spread over the
// lanes, each of which is one process there.
constexpr std::chrono::microseconds batch_time{1500};
// One batch runs while the next is on its way; more would only hide a slow one from the others.
constexpr std::size_t batches_under_way = 2;
// A batch of quick reads is answered long before this; a lane whose first batch takes longer holds something slow.
constexpr std::chrono::milliseconds slow_after{2};
// A lane that made no progress for so long is given up and its reads are sent again elsewhere.
constexpr std::chrono::seconds stuck_after{5};
// An unused lane gives its connection back to the pool, much earlier when somebody waits for one.
constexpr std::chrono::seconds lane_idle_time{30};
constexpr std::chrono::milliseconds lane_idle_time_in_shortage{250};

// How long the server takes for a read, as the last ones took.
class read_pace {
public:
    // A batch of `statements`, at least one, took so long in the server.
    void note(std::chrono::nanoseconds took, std::size_t statements) noexcept;
    // How many reads the next batch may have: from 1 to largest_batch.
    std::size_t batch_size() const noexcept;

private:
    std::chrono::nanoseconds each_{0};
};

struct lane_view {
    bool open = false;                          // connected, and taking reads
    std::size_t batches = 0;                    // under way
    deadline::clock::time_point head_started{}; // when the server may have begun with the first of them
};

bool is_slow(const lane_view& lane, deadline::clock::time_point now) noexcept;
bool is_stuck(const lane_view& lane, deadline::clock::time_point now) noexcept;

// The first lane with room: as long as one lane keeps up, using a second only splits the batches.
std::optional<std::size_t> choose_lane(std::span<const lane_view> lanes, deadline::clock::time_point now) noexcept;
// No lane will have room soon: reads go to exclusive connections.
bool must_overflow(std::span<const lane_view> lanes, deadline::clock::time_point now) noexcept;

} // namespace lightdash::pg
