// Replacing a live database by another one of the same server, in one step for everybody who connects.
#pragma once

#include "app/runtime/maintenance.hpp"
#include "lightdash/ops/database_properties.hpp"

#include <string>
#include <vector>

namespace lightdash::app {

// An empty database with that encoding and locale, in that tablespace when it exists; else `not_restored` says so. The
// connected role owns it. Throws error_kind::configuration when the server cannot make one of that locale.
task<void> create_like(pg::database& server, std::string name, ops::database_properties like,
                       std::vector<std::string>& not_restored);

// Gives a database those properties, as far as it may; the rest is added to `not_restored`, each with the reason.
task<void> give_properties(pg::database& server, std::string name, ops::database_properties wanted, bool change_owner,
                           std::vector<std::string>& not_restored);

// Puts `fresh` in the place of `live`, which is called `kept` from then on: ends the sessions of both and renames them
// in one transaction. Returns the exit code. When it was not done `fresh` is dropped, `live` is as before, and what the
// server refused is thrown; whatever of that cannot be done is told on stderr, with the statement that mends it.
int swap_databases(const maintenance& server, const std::string& live, const std::string& fresh,
                   const std::string& kept);

// Of a run that failed. Tells on stderr that it is gone, or how to remove it.
void drop_unfinished(const maintenance& server, const std::string& database);

task<bool> database_exists(pg::database& server, std::string name);

} // namespace lightdash::app
