// The folder a private cluster lives in: who owns it, whether that account can reach it, and who uses it now.
#pragma once

#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"

#include <filesystem>

namespace lightdash::ops {

// Root cannot run PostgreSQL: a cluster of root's belongs to the account `postgres`, and one that exists to its owner.
struct cluster_place {
    cluster_layout layout;
    account owner; // runs the server
    bool moved;    // `owner` cannot enter the folder that was asked for: it lives under /var/lib/lightdash
};

// What is in the way of a cluster is told as error_kind::configuration.
[[noreturn]] void refuse_cluster(std::string message);

// Creates the folders that are missing. Throws error_kind::configuration when a folder cannot be created or belongs to
// somebody else.
cluster_place prepare_place(const std::filesystem::path& data_dir);

// Creates the socket's folder, or checks that an existing one is ours alone.
void prepare_socket_folder(const cluster_place& place);

// Held by the one process that uses a cluster; the kernel frees it when that process dies, however it dies.
class folder_lock {
public:
    // Throws error_kind::configuration that names the process that holds it.
    explicit folder_lock(const cluster_layout& layout);
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    ~folder_lock();

    // From now on others may use the cluster: its server answers, and its database exists.
    void say_ready() const;
    static bool ready_in_another(const cluster_layout& layout);

private:
    int fd_;
};

} // namespace lightdash::ops
