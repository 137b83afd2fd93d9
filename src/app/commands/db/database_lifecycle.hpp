// Making and dropping the database that DATABASE_URL names; each says on stderr what it did, or that there was nothing
// to do. `on` is connected to another database of the same server (maintenance).
#pragma once

#include "app/runtime/runtime.hpp"

#include <string>

namespace lightdash::app {

task<void> create_database(runtime& on, std::string name);
// Throws error_kind::in_use when somebody is connected to it; with `force` their sessions are ended.
task<void> drop_database(runtime& on, std::string name, bool force);

} // namespace lightdash::app
