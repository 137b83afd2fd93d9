#include "lightdash/core/token.hpp"

#include "core/sodium.hpp"

#include <array>
#include <cstdint>

namespace lightdash {
namespace {

constexpr std::size_t random_bytes = 32;
constexpr std::size_t body_size = token_prefix.size() + 2 * random_bytes;
constexpr std::size_t checksum_size = 8;

// CRC-32 as in IEEE 802.3, reflected.
constexpr auto crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
        table[i] = value;
    }
    return table;
}();

constexpr std::uint32_t crc32(std::string_view text) noexcept
{
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char c : text)
        value = (value >> 8) ^ crc_table[(value ^ static_cast<unsigned char>(c)) & 0xFFU];
    return ~value;
}
static_assert(crc32("123456789") == 0xCBF43926U);

constexpr std::array<char, checksum_size> checksum(std::string_view body) noexcept
{
    std::array<char, checksum_size> digits{};
    std::uint32_t value = crc32(body);
    for (std::size_t i = digits.size(); i-- > 0; value >>= 4)
        digits[i] = "0123456789abcdef"[value & 0x0FU];
    return digits;
}

template <std::size_t Size>
std::string hex(const std::array<unsigned char, Size>& bytes)
{
    std::string text(2 * Size + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

} // namespace

secret make_code()
{
    need_sodium();
    std::array<unsigned char, random_bytes> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    secret code{hex(bytes)};
    sodium_memzero(bytes.data(), bytes.size());
    return code;
}

secret make_token()
{
    need_sodium();
    std::array<unsigned char, random_bytes> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    std::string token{token_prefix};
    token += hex(bytes);
    const auto digits = checksum(token);
    token.append(digits.data(), digits.size());
    sodium_memzero(bytes.data(), bytes.size());
    return secret{std::move(token)};
}

bool is_well_formed_token(std::string_view token) noexcept
{
    if (token.size() != body_size + checksum_size || !token.starts_with(token_prefix))
        return false;
    const auto digits = checksum(token.substr(0, body_size));
    return token.substr(body_size) == std::string_view{digits.data(), digits.size()};
}

std::string sha256_hex(std::string_view text)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return hex(digest);
}

} // namespace lightdash
