// The migrated database that others are copied from, and the names of the tests' databases.
#pragma once

#include "support/test_server.hpp"

#include <string>

namespace lightdash::testing {

// "lightdash_test_<seconds since 1970>_<pid>_<random>": the time tells leftovers of killed tests from databases in use.
std::string fresh_database_name();

// Drops what tests that were killed left behind more than an hour ago. Once per process.
void sweep_leftovers(plain_connection& server);

// Name of the template with every compiled-in migration; made on first use, by one process while the others wait.
const std::string& migrated_template();

} // namespace lightdash::testing
