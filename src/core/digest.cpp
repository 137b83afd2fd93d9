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

std::string sha256_hex(std::string_view text)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::string made(2 * digest.size() + 1, '\0');
    sodium_bin2hex(made.data(), made.size(), digest.data(), digest.size());
    made.pop_back();
    return made;
}

} // namespace lightdash
