// Child programs of the operator's tools: started with a clean environment, optionally as another account. Blocking.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// An account of the operating system that a child runs as.
struct account {
    uid_t uid;
    gid_t gid;
    std::string name;
    std::filesystem::path home;
};

account current_account();
std::optional<account> find_account(const std::string& name);
// An account without a name in the system's list is called by its number.
account account_of(uid_t uid);

struct command {
    std::vector<std::string> argv;             // argv[0] is a path, nothing is searched
    std::optional<account> as = std::nullopt;  // only root can become somebody else
    std::filesystem::path folder = "/";        // working folder
    std::vector<std::string> environment = {}; // NAME=value, beside or instead of what every child sees
    int output = -1;                           // descriptor for stdout and stderr; -1: thrown away
    bool own_session = false;                  // out of reach of the terminal's Ctrl-C
    std::optional<int> when_orphaned =
        std::nullopt; // signal it gets when the thread that started it ends, however it ends
};

struct outcome {
    int exit_code;      // 128 + signal when a signal ended it
    bool timed_out;     // it was killed at the limit
    std::string output; // stdout and stderr, interleaved
    bool ok() const { return exit_code == 0 && !timed_out; }
};

// Starts it and returns its pid; the caller has to reap it. The child sees PATH, HOME, LD_LIBRARY_PATH and a C.UTF-8
// locale, no PG* variable, no descriptor but 0, 1 and 2, and no signal blocked or ignored. Throws
// error_kind::configuration when it cannot be started.
pid_t spawn(const command& what);

// Runs it to its end, at most for `limit`; then it is killed.
outcome run(command what, std::chrono::milliseconds limit);

// Exists and is not a zombie.
bool process_alive(pid_t pid);

// Reaps `pid` when it is an ended child of this process: its exit code as in `outcome`.
std::optional<int> reap(pid_t pid);

} // namespace lightdash::ops
