// A private PostgreSQL beside the program: its own data folder, Unix socket only, started and stopped with it (promises
// E1–E9).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lightdash::ops {

struct embedded_postgres_options {
    std::filesystem::path data_dir = ".lightdash"; // the cluster lives in <data_dir>/postgres
    std::string database = "lightdash";
    std::chrono::seconds start_timeout{30};
    bool keep_running = false;         // leave it when this object ends, and when the process does
    std::function<bool()> interrupted; // asked while a start waits: true gives it up, and stops what was started
};

// Blocking: use it before the loop starts, on the main thread: when the thread that started it ends, however it ends,
// the server takes no more sessions and stops with the last one (smart mode), so that nothing is left behind.
class embedded_postgres {
public:
    // Finds the binaries, creates the cluster on first use, starts it or takes over a running orphan of ours, creates
    // the database. Throws error_kind::configuration with one sentence and its remedy.
    static embedded_postgres start(const embedded_postgres_options& options);

    // How to connect to the private PostgreSQL of that folder while another process of ours serves with it; nullopt
    // otherwise. Starts and changes nothing: a command may work beside a running server.
    static std::optional<std::string> conninfo_of_running(const embedded_postgres_options& options);

    embedded_postgres(embedded_postgres&&) noexcept;
    embedded_postgres& operator=(embedded_postgres&&) noexcept;
    ~embedded_postgres(); // stops it (fast mode) unless keep_running

    const std::string& conninfo() const noexcept; // for libpq: socket folder, user, database
    std::string psql_command() const;             // how a person connects
    bool created() const noexcept;                // the cluster did not exist before
    void stop();

private:
    struct state;
    explicit embedded_postgres(std::unique_ptr<state> s);
    std::unique_ptr<state> state_;
};

} // namespace lightdash::ops
