// Personal access tokens: 256 random bits that a scanner can recognize and the database never holds.
#pragma once

#include "lightdash/core/secret.hpp"

#include <string>
#include <string_view>

namespace lightdash::access {

inline constexpr std::string_view token_prefix = "ldpat_";

// "ldpat_", 64 hexadecimal digits from the system's random source, and 8 more: the CRC-32 (IEEE 802.3) of all before
// them, by which a scanner of texts knows one without asking. Tokens that Lightdash itself made have none.
secret make_token();

// Those 8, of what stands before them.
std::string checksum_of(std::string_view token);

} // namespace lightdash::access
