// The environment variables of this process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

// What a variable holds; nullopt where there is none of that name.
using environment_lookup = std::function<std::optional<std::string>(std::string_view)>;

std::optional<std::string> process_environment(std::string_view name);
std::vector<std::string> process_environment_names();

} // namespace lightdash
