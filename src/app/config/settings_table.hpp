// The settings' rows: what each is called, what it means, and how its text becomes a value.
#pragma once

#include "app/config/config.hpp"

#include <span>
#include <string>
#include <string_view>

namespace lightdash::app {

struct setting_row {
    setting_info info;
    std::string_view example; // for .env.example
    // Puts the value into the settings; returns what is allowed when the text is not, else "".
    std::string (*set)(settings&, std::string_view);
};

std::span<const setting_row> setting_rows();

} // namespace lightdash::app
