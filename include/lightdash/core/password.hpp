// Passwords as Argon2id hashes (RFC 9106): 19 MiB, 2 passes, 1 lane. Each call takes tens of milliseconds and 19 MiB:
// run it off the loop.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash {

inline constexpr std::size_t password_max_bytes = 1024;

// A PHC string ("$argon2id$v=19$m=19456,t=2,p=1$…") with a salt of its own. Throws error_kind::invalid_parameter for an
// empty password or one longer than password_max_bytes, error_kind::internal when the memory cannot be had.
std::string hash_password(std::string_view password);

// What a password that a person chooses lacks (api.md 1.3: 8 characters or more, at most 128 bytes, a letter, and a
// digit or a sign), as a sentence about it; "" when it will do.
std::string password_fault(std::string_view password);

// True when the password made the hash. A text that is no hash (of an unknown user: "") takes as long as a wrong
// password.
bool verify_password(std::string_view hash, std::string_view password);

// True when the hash was made with other costs than hash_password uses now, or is none: hash again at the next
// successful login.
bool needs_rehash(std::string_view hash);

} // namespace lightdash
