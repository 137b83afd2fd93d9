// PgBouncer in transaction mode in front of a throwaway PostgreSQL.
#pragma once

#include "support/private_cluster.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace lightdash::testing {

class pgbouncer {
public:
    // Shares at most `server_connections` per database; `more` are lines of its [pgbouncer] section. Throws
    // std::runtime_error when it is not installed (scripts/setup --tests) or does not start.
    explicit pgbouncer(const private_cluster& behind, unsigned server_connections = 5, const std::string& more = {});
    pgbouncer(const pgbouncer&) = delete;
    pgbouncer& operator=(const pgbouncer&) = delete;
    ~pgbouncer();

    std::string conninfo(const std::string& database = "postgres") const;
    plain_connection plain(const std::string& database = "postgres") const
    {
        return plain_connection{conninfo(database)};
    }
    std::string log() const;

private:
    std::filesystem::path folder_;
    pid_t pid_ = 0;
};

} // namespace lightdash::testing
