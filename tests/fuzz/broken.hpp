// How a fuzz target without PostgreSQL's parser says that a promise is broken.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lightdash::fuzz {

inline void require(bool kept, const char* promise, std::string_view detail = {})
{
    if (kept)
        return;
    std::fprintf(stderr, "Broken: %s\n%.*s\n", promise, static_cast<int>(detail.size()), detail.data());
    std::abort();
}

} // namespace lightdash::fuzz
