// Text that nobody can guess.
#pragma once

#include "lightdash/core/secret.hpp"

#include <cstddef>

namespace lightdash {

// `bytes` from the system's random source, as twice as many hexadecimal digits in lower case.
secret random_hex(std::size_t bytes);

} // namespace lightdash
