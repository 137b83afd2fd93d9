// The migrations of the source tree, so that no test counts them.
#pragma once

#include <string>
#include <vector>

namespace lightdash::testing {

// Their names in order: "001_create_organizations_table", … Tests run in the source folder.
const std::vector<std::string>& shipped_migrations();
std::string shipped_migration_count();
const std::string& newest_migration();

} // namespace lightdash::testing
