// Where PostgreSQL's programs are on this machine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct postgres_binaries {
    std::filesystem::path folder; // holds postgres, initdb and psql
    int major;                    // 15
};

// Where to look. Debian keeps the server's programs off PATH, one folder per version.
struct binary_search {
    std::string path; // as $PATH: searched for pg_config and for the programs themselves
    std::filesystem::path versioned_root = "/usr/lib/postgresql"; // <root>/<major>/bin
};
binary_search default_binary_search(); // $PATH of this process

// Every complete set, newest first.
std::vector<postgres_binaries> find_postgres(const binary_search& where);

// The same for the client programs pg_dump, pg_restore and psql, which may be installed without a server.
std::vector<postgres_binaries> find_postgres_clients(const binary_search& where);

// Whether this server has the loadable module `name`: pg_stat_statements is of its contrib package.
bool has_module(const postgres_binaries& server, std::string_view name);

// The set that fits a cluster made by `cluster_major`, or the newest one for a new cluster.
// Throws error_kind::configuration that names the Debian package when there is none.
postgres_binaries choose_postgres(const std::vector<postgres_binaries>& found, std::optional<int> cluster_major,
                                  const std::filesystem::path& cluster);

} // namespace lightdash::ops
