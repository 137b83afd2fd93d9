#include "lightdash/core/process_environment.hpp"

#include <cstdlib>
#include <unistd.h>

namespace lightdash {

std::optional<std::string> process_environment(std::string_view name)
{
    const char* value = std::getenv(std::string{name}.c_str());
    return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
}

std::vector<std::string> process_environment_names()
{
    std::vector<std::string> names;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        names.emplace_back(text.substr(0, text.find('=')));
    }
    return names;
}

} // namespace lightdash
