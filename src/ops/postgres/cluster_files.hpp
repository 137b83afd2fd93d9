// The files of a private cluster: what PostgreSQL writes into its data folder, and the configuration that we write.
#pragma once

#include "ops/child/child_process.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::ops {

// Role of the bootstrap superuser, the one that connects.
inline constexpr std::string_view cluster_role = "lightdash";

// Everything that belongs to one private cluster.
struct cluster_layout {
    std::filesystem::path home;   // absolute; holds the rest
    std::filesystem::path data;   // <home>/postgres
    std::filesystem::path log;    // <home>/postgres.log
    std::filesystem::path lock;   // <home>/postgres.lock
    std::filesystem::path socket; // <home>/run, or a short folder under `temporary` when that is too long for a socket
};
cluster_layout layout_in(const std::filesystem::path& home, const std::filesystem::path& temporary);

// A short name that is always the same for the same path: 16 hex digits.
std::string short_name(const std::filesystem::path& path);

// postmaster.pid (src/include/utils/pidfile.h of PostgreSQL lists its lines).
struct postmaster_file {
    pid_t pid = 0;
    std::filesystem::path socket; // folder
    std::string status;           // "starting", "ready", "stopping", "standby" or empty
};
std::optional<postmaster_file> read_postmaster_file(const std::filesystem::path& data);

// True when `pid` is the PostgreSQL that serves exactly this folder: a pid alone may have been given to somebody else.
bool serves(pid_t pid, const std::filesystem::path& data);

// What PG_VERSION says; empty when there is no cluster. Throws error_kind::configuration when it is unreadable.
std::optional<int> cluster_version(const std::filesystem::path& data);

// `preloaded`: of shared_preload_libraries; empty: none. A library that is not there would keep the server from
// starting.
std::string server_configuration(const cluster_layout& layout, std::string_view preloaded);
std::string authentication_rules();
std::string identity_map(const account& owner);

// Writes the three files when they differ, for `owner`; true when something changed.
bool write_configuration(const cluster_layout& layout, const account& owner, std::string_view preloaded);

// The lines of PostgreSQL's own output that say what is wrong, and what a person can do about it.
std::string explain_failure(std::string_view output, const cluster_layout& layout);

// What was appended to a file after `offset`; what could be read of it, where a read fails.
std::string read_from(const std::filesystem::path& file, std::uintmax_t offset);

} // namespace lightdash::ops
