// What the tests of the whole program share: a PostgreSQL of their own with the demo data, and clients that ask without
// a pause.
#pragma once

#include "support/backend_process.hpp"
#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/private_cluster.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lightdash::testing {

// A private PostgreSQL, migrated and with the demo data, and a token of the demo organization's admin.
class demo_cluster {
public:
    explicit demo_cluster(const std::string& configuration = {});

    private_cluster& postgres() noexcept { return postgres_; }
    // `serve` on it, ready.
    backend_process serve(std::vector<std::string> arguments = {}, std::map<std::string, std::string> environment = {});
    // What to ask the server for, as the admin: his account, a dashboard, and the list of them.
    const std::vector<std::string>& targets() const noexcept { return targets_; }
    const http_headers& as_admin() const noexcept { return as_admin_; }
    // Sessions of PostgreSQL's clients, without the asking one.
    std::size_t sessions() const;

private:
    private_cluster postgres_;
    std::vector<std::string> targets_;
    http_headers as_admin_;
};

// What clients saw.
struct load_report {
    std::map<int, std::size_t> statuses;
    std::chrono::milliseconds slowest{0};
    std::vector<std::chrono::microseconds> times; // of every answer
    std::size_t unanswered = 0;         // closed before the first byte of an answer, which a client may ask again
    std::size_t refused = 0;            // connections that were not accepted
    std::vector<std::string> truncated; // answers that ended, or stalled, in the middle

    std::size_t answered() const;
    // The time within which that share of the answers came: 0.99. Zero without answers.
    std::chrono::microseconds percentile(double share) const;
    bool only(std::initializer_list<int> allowed) const;
};

// Clients on a thread and a keep-alive connection each, asking for the targets in turn until finish().
class load {
public:
    load(std::uint16_t port, unsigned clients, std::vector<std::string> targets, http_headers headers);
    load(const load&) = delete;
    load& operator=(const load&) = delete;
    ~load();

    std::size_t answered() const noexcept { return answered_; }
    load_report finish();

private:
    void ask_until_finished(unsigned first_target);
    void note(const load_report& mine);

    const std::uint16_t port_;
    const std::vector<std::string> targets_;
    const http_headers headers_;
    std::atomic<bool> finished_{false};
    std::atomic<std::size_t> answered_{0};
    std::mutex mutex_;
    load_report report_;
    std::vector<std::thread> clients_;
};

} // namespace lightdash::testing
