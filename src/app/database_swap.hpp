// Replacing a live database by another one of the same server, in one step for everybody who connects.
#pragma once

#include "app/maintenance.hpp"

#include <string>

namespace lightdash::app {

// An empty database with the encoding, locale and owner of `like`.
task<void> create_like(pg::database& server, std::string name, std::string like);

// Ends the sessions of `live`, gives `fresh` its settings and grants, and renames both in one transaction: `live` is
// then called `kept`. Throws what the server refused; then nothing has changed, and allow_connections() must be called
// for `live`, which nobody may connect to in between.
task<void> swap_databases(pg::database& server, std::string live, std::string fresh, std::string kept);
task<void> allow_connections(pg::database& server, std::string name);

} // namespace lightdash::app
