// A borrowed connection: returns itself to its pool when destroyed.
#pragma once

#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"

#include "pg/connection/awaited_batch.hpp"
#include "pg/connection/connection.hpp"
#include "pg/pool/pool_member.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace lightdash::pg {

class pool;

class pooled_connection {
public:
    pooled_connection(std::shared_ptr<pool> home, std::unique_ptr<pool_member> member);
    pooled_connection(const pooled_connection&) = delete;
    pooled_connection& operator=(const pooled_connection&) = delete;
    ~pooled_connection();

    connection& link() noexcept { return *member_->link; }
    pool& home() noexcept { return *home_; }
    bool expired(pool_time now) const noexcept { return now >= member_->lifetime_ends; }

    // From now on it counts as a lane, and may be held for ever.
    void become_lane() noexcept;
    // Names what it does, for the line about a connection that is held too long. At most 63 bytes are kept.
    void doing(std::string_view statement) noexcept;

    // Until it is given back.
    void name_statements(bool wanted) noexcept { link().name_statements(wanted); }
    void tell_notices(notice_listener* listener) noexcept { member_->notices = listener; }

    // connection::run(), named and measured.
    task<void> run(std::unique_ptr<batch>& b, deadline until);
    void answered(const batch& b, std::chrono::nanoseconds took) noexcept;
    // Kept alive until the connection has been cleaned or closed: batches that are still under way.
    void keep(std::unique_ptr<pool_attachment> attachment) noexcept;

private:
    void held_long() noexcept;

    std::shared_ptr<pool> home_;
    std::unique_ptr<pool_member> member_;
    alarm long_hold_;
    pool_time borrowed_;
    std::array<char, 63> doing_{};
    unsigned char doing_size_ = 0;
};

// An awaited_batch on a borrowed connection, named and measured; waited for in the same way.
class measured_batch {
public:
    measured_batch(pooled_connection& on, std::unique_ptr<batch>& b, deadline until);

    auto answer() { return trip_.answer(); }
    void check();

private:
    pooled_connection& on_;
    const std::unique_ptr<batch>& batch_;
    pool_time started_;
    awaited_batch trip_;
};

} // namespace lightdash::pg
