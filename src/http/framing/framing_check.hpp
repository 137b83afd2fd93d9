// A second reader of header blocks: Beast's parser. Whatever it and ours understand differently is refused, because a
// proxy in front may have understood it either way.
#pragma once

#include "http/framing/framing.hpp"

#include <optional>
#include <string_view>

namespace lightdash::http::framing {

// A whole header block and what parse_head() made of it.
std::optional<refusal> check_head(std::string_view block, const limits& allowed, const head& ours);

} // namespace lightdash::http::framing
