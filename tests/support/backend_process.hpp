// The real program as a child process: its arguments, environment, signals, output and exit code.
#pragma once

#include "support/http_client.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::testing {

// The program that the build made beside these tests.
const char* backend_binary();

class backend_process {
public:
    // Beside PATH and HOME the child sees exactly `environment`, and runs in an empty folder of its own: no .env of a
    // developer.
    explicit backend_process(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {});
    // `serve` on free ports of 127.0.0.1 against `database_url` (libpq's words), ready when this returns.
    static backend_process serve(const std::string& database_url, std::vector<std::string> arguments = {},
                                 std::map<std::string, std::string> environment = {});

    backend_process(backend_process&& other) noexcept;
    backend_process& operator=(backend_process&&) = delete;
    ~backend_process(); // SIGKILL when it still runs

    pid_t pid() const noexcept { return pid_; }
    std::uint16_t port() const noexcept { return port_; } // of serve()
    bool running();
    // GET /api/v1/readyz answers 200. Throws with its output when it ends or `limit` passes before.
    void wait_until_ready(std::chrono::milliseconds limit = std::chrono::seconds{30});
    void signal(int number) const;
    // 128 + signal when one ended it. Throws with its output when `limit` passes.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds{30});
    // SIGTERM and wait().
    int stop(std::chrono::milliseconds limit = std::chrono::seconds{30});
    // Waits until its stderr has that text; throws with its output when `limit` passes.
    void wait_for_line(std::string_view text, std::chrono::milliseconds limit = std::chrono::seconds{10});

    std::string out() const;                                                 // stdout so far
    std::string err() const;                                                 // stderr so far
    const std::filesystem::path& folder() const noexcept { return folder_; } // its working folder, removed afterwards

private:
    std::filesystem::path folder_;
    pid_t pid_ = 0;
    std::uint16_t port_ = 0;
    std::optional<int> exit_code_;
};

// Runs one command to its end.
struct backend_result {
    int exit_code;
    std::string out;
    std::string err;
};
backend_result run_backend(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {},
                           std::chrono::milliseconds limit = std::chrono::seconds{60});

// Of any process, its main thread's: the workers and the private PostgreSQL of a server.
std::vector<pid_t> children_of(pid_t parent);

} // namespace lightdash::testing
