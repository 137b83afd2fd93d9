#include "lightdash/core/secret.hpp"

#include <sodium.h>

namespace lightdash {

secret::~secret()
{
    sodium_memzero(value_.data(), value_.size());
}

bool secret::equals(std::string_view other) const noexcept
{
    return value_.size() == other.size() && sodium_memcmp(value_.data(), other.data(), other.size()) == 0;
}

} // namespace lightdash
