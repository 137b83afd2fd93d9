// What a person can do about a connection that could not be made.
#pragma once

#include "lightdash/core/error.hpp"

#include <string>

namespace lightdash::app {

// One line, or "" when the failure is no connection's or needs no more words.
std::string connection_advice(const error& failure);

} // namespace lightdash::app
