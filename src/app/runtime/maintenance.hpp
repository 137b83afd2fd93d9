// Work on a database as a whole (CREATE, DROP, ALTER DATABASE) goes through another database of the same server.
#pragma once

#include "app/runtime/runtime.hpp"

#include <functional>
#include <memory>
#include <string>

namespace lightdash::app {

class maintenance {
public:
    // The server of DATABASE_URL, or the private PostgreSQL.
    explicit maintenance(const settings& config);

    const std::string& database() const noexcept { return database_; } // the one that DATABASE_URL names
    pg::connection_options connection() const { return server_.connection(); }
    pg::connection_options connection_to(const std::string& database) const;
    // Throws error_kind::usage for postgres, template0 and template1.
    void refuse_system_database() const { refuse_system_database(database_); }
    static void refuse_system_database(const std::string& name);
    // "The database lightdash of db.example.com would be dropped, with everything in it."
    std::string warning(std::string_view what) const;
    // Runs the work connected to `postgres`, or to `template1` where that does not exist.
    int run(const std::function<task<int>(runtime&)>& work) const;

private:
    const settings& config_;
    command_postgres server_;
    std::string database_;
    std::string host_;
};

// A session on a connection of its own, without the role's limits on time: making and dropping a database takes as long
// as its files.
task<std::unique_ptr<pg::session>> patient_session(pg::database& server);

// Throws error_kind::usage when DATABASE_URL is said to lead to a transaction pooler, for commands whose programs
// change the session they are given.
void refuse_transaction_pooler(const settings& config, std::string_view command);

} // namespace lightdash::app
