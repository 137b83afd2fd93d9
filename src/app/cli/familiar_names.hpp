// What people type who know another tool.
#pragma once

#include <string_view>

namespace lightdash::app {

// A phrase that says which command does what "migrate:latest", "db:migrate" or "migrate up" does elsewhere; "" when the
// words are no such command's. `words` are what was typed, options left out.
std::string_view familiar_command(std::string_view words);

} // namespace lightdash::app
