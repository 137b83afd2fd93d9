// E-mail addresses, as browsers judge them.
#pragma once

#include <string_view>

namespace lightdash::users {

// True for what the HTML standard calls a valid e-mail address (4.10.5.1.5: one @, no blanks, quotes or comments,
// labels of a domain behind it), at most 254 bytes (RFC 5321, 4.5.3.1.3); letters beyond ASCII too (RFC 6531).
bool is_email_address(std::string_view text) noexcept;

} // namespace lightdash::users
