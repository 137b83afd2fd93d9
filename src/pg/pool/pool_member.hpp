// A connection as the pool knows it.
#pragma once

#include "pg/connection/connection.hpp"
#include "pg/pool/pool_plan.hpp"

#include <memory>

namespace lightdash::pg {

class pool;

// What must live as long as the connection that still refers to it.
struct pool_attachment {
    virtual ~pool_attachment() = default;
};

struct pool_member final : connection_watcher {
    enum class place : unsigned char { idle, used, lane, cleaning };

    pool_member(pool& owner, std::unique_ptr<connection> opened, const pool_limits& limits, double share);
    ~pool_member();
    pool_member(const pool_member&) = delete;
    pool_member& operator=(const pool_member&) = delete;

    void on_lost(connection&, const error& why) noexcept override;
    void on_notice(connection&, const notice& said) noexcept override;

    pool& home;
    std::unique_ptr<pool_attachment> attachment; // destroyed after the connection
    std::unique_ptr<connection> link;
    place where = place::idle;
    notice_listener* notices = nullptr; // of who has borrowed it; null: the pool's own
    double jitter_share;
    pool_time lifetime_ends;
    pool_time idle_since;
};

} // namespace lightdash::pg
