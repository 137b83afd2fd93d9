// Personal access tokens, as people see them.
#pragma once

#include "app/terminal/table.hpp"
#include "modules/tokens/store.hpp"

#include <vector>

namespace lightdash::app {

table table_of(const std::vector<tokens::held_token>& all);

} // namespace lightdash::app
