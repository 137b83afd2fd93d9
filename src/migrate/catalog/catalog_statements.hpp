// The queries behind catalog::read(). Each answers (kind, object, part, place, definition).
#pragma once

#include "lightdash/pg/statement.hpp"

#include <span>

namespace lightdash::migrate {

// Names come out qualified, and values in one form, only under the settings that catalog::read() makes.
std::span<const pg::statement> catalog_statements();

} // namespace lightdash::migrate
