#include "lightdash/core/digest.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace lightdash {

std::uint64_t digest_of(std::string_view text) noexcept
{
    static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> key{};
    std::array<unsigned char, crypto_shorthash_BYTES> made;
    crypto_shorthash(made.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
    std::uint64_t digest = 0;
    static_assert(sizeof digest == sizeof made);
    std::memcpy(&digest, made.data(), sizeof digest);
    return digest;
}

} // namespace lightdash
