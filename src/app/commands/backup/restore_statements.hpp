// What `restore` asks the server and tells it, a statement each.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/ops/backup.hpp"
#include "lightdash/ops/database_properties.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lightdash::app {

task<std::int64_t> objects_in(pg::database& database);
// The names of the server's databases that begin so.
task<std::vector<std::string>> databases_like(pg::database& server, std::string beginning);
task<ops::database_properties> properties_in(pg::database& server, std::string name);
// The rows of each table, counted by a role whose own limits do not matter.
task<std::vector<ops::table_rows>> rows_in(pg::database& database, ops::row_progress on_progress);
// A database as the server makes one when nothing is known of it.
task<void> create_plainly(pg::database& server, std::string name);

} // namespace lightdash::app
