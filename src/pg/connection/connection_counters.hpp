// What a connection has done so far.
#pragma once

#include <cstdint>

namespace lightdash::pg {

// Only grow.
struct connection_counters {
    std::uint64_t statements = 0; // executed, control commands not counted
    std::uint64_t prepares = 0;
    std::uint64_t cache_hits = 0;
    std::uint64_t evictions = 0;
    std::uint64_t repairs = 0; // batches sent again after 0A000, 26000 or 42P05
    std::uint64_t cancels = 0;
};

} // namespace lightdash::pg
