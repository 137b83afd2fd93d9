// A session of somebody else that runs a statement until it is done, ended, or this object goes.
#pragma once

#include "support/test_server.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace lightdash::testing {

class busy_session {
public:
    // Connects; `before` is run to its end at once.
    explicit busy_session(const std::string& conninfo, const std::string& before = "")
        : conninfo_(conninfo), connection_(std::make_unique<plain_connection>(conninfo)),
          pid_(connection_->backend_pid())
    {
        if (!before.empty())
            connection_->execute(before);
    }
    busy_session(const busy_session&) = delete;
    busy_session& operator=(const busy_session&) = delete;
    ~busy_session()
    {
        if (!running_.valid())
            return;
        plain_connection{conninfo_}.execute("select pg_terminate_backend(" + std::to_string(pid_) + ")");
        running_.wait();
    }

    // Begins the statement and returns once the server runs it, or waits for a lock with it.
    void start(const std::string& sql)
    {
        running_ = std::async(std::launch::async, [this, sql] {
            try {
                connection_->execute(sql);
                return std::string{};
            } catch (const std::runtime_error& failure) {
                return std::string{failure.what()};
            }
        });
        wait_until("state = 'active' and wait_event is not null");
    }
    // Waits until pg_stat_activity shows its session so.
    void wait_until(const std::string& condition) const
    {
        plain_connection watch{conninfo_};
        for (int i = 0; i < 1000; ++i) {
            if (watch.value("select 1 from pg_stat_activity where pid = " + std::to_string(pid_) + " and " +
                            condition) == "1")
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        throw std::runtime_error("the session never was: " + condition);
    }
    // The end of the statement: "" or the server's words.
    std::string ended() { return running_.get(); }
    bool runs() const { return running_.wait_for(std::chrono::seconds{0}) == std::future_status::timeout; }

    int pid() const noexcept { return pid_; }
    plain_connection& connection() noexcept { return *connection_; }

private:
    std::string conninfo_;
    std::unique_ptr<plain_connection> connection_;
    int pid_;
    std::future<std::string> running_;
};

} // namespace lightdash::testing
