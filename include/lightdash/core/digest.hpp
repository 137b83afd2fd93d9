// Short digests: whether a text is the same as before, without keeping it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash {

// SipHash-2-4 under a key that never changes: the same in every process and version. For texts of our own making;
// whoever chooses both texts can make them collide.
std::uint64_t digest_of(std::string_view text) noexcept;

// In 64 hexadecimal digits: nobody finds a second text with the same.
std::string sha256_hex(std::string_view text);

} // namespace lightdash
