// Personal access tokens: 256 random bits that a scanner can recognize and the database never holds.
#pragma once

#include "lightdash/core/secret.hpp"

#include <string>
#include <string_view>

namespace lightdash {

inline constexpr std::string_view token_prefix = "ldpat_";

// "ldpat_", 64 hexadecimal digits from the system's random source, and 8 more: the CRC-32 of all before them.
secret make_token();

// 64 hexadecimal digits from the system's random source: of a session, or of a link that lets somebody in.
secret make_code();

// True when prefix, length and checksum fit: a token that fails this was never ours, and needs no query to be refused.
bool is_well_formed_token(std::string_view token) noexcept;

// The form in which a token is stored. A token has full entropy, so a fast hash is enough.
std::string sha256_hex(std::string_view text);

} // namespace lightdash
