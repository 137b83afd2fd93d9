// libsodium, initialized before its first use.
#pragma once

#include "lightdash/core/error.hpp"

#include <sodium.h>

namespace lightdash {

// Safe to call from any thread, any number of times.
inline void need_sodium()
{
    if (sodium_init() < 0)
        throw error{error_kind::internal,
                    "libsodium could not be initialized: the system's random source is not available"};
}

} // namespace lightdash
