// The request target (RFC 9112 3.2) taken apart and checked (promises S21).
#pragma once

#include "http/framing/framing.hpp"

#include <optional>
#include <string_view>

namespace lightdash::http {

struct target_parts {
    std::string_view path;  // as sent, starts with '/', one trailing slash removed; "*" for OPTIONS *
    std::string_view query; // without '?', still encoded
};

// Of `h` the method, the target and the host are looked at. Refused are: other forms than origin, absolute with our own
// host, and '*' with OPTIONS; %00, encoded slashes and backslashes, "." and ".." as segments, malformed percent signs
// in the path.
std::optional<framing::refusal> parse_target(const framing::head& h, target_parts& out);

} // namespace lightdash::http
