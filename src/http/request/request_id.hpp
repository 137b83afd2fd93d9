// X-Request-Id, which goes into the answer, the log and the error's JSON as it came.
#pragma once

#include <string_view>

namespace lightdash::http {

// 1 to 128 characters of [A-Za-z0-9._-]: nothing that a header, a log line or JSON would have to escape.
bool is_request_id(std::string_view text) noexcept;

} // namespace lightdash::http
