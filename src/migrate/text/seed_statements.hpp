// The demo data as statements. Ids are fixed; what exists already is left alone.
#pragma once

#include "lightdash/pg/statement.hpp"

namespace lightdash::migrate::seed_sql {

const pg::statement& count_demo_users();
const pg::statement& organizations();
const pg::statement& users(); // $1: the hash of their password
const pg::statement& projects();
const pg::statement& charts();
// Answers how many dashboards and how many tiles were added. A dashboard that exists keeps the tiles that it has.
const pg::statement& dashboards();

} // namespace lightdash::migrate::seed_sql
