// How often a test repeats what proves more the oftener it runs: LIGHTDASH_TEST_EFFORT=20 does it all twenty times as
// often.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace lightdash::testing {

inline int effort(int times)
{
    const char* factor = std::getenv("LIGHTDASH_TEST_EFFORT");
    return times * (factor ? std::max(std::atoi(factor), 1) : 1);
}

} // namespace lightdash::testing
