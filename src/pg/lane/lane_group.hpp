// The shared read lane: gathers the reads of one turn of the loop, and spreads them over lanes and exclusive
// connections.
#pragma once

#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"

#include "pg/lane/lane.hpp"
#include "pg/lane/lane_read.hpp"
#include "pg/pool/pool.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace lightdash::pg {

class lane_group final : public std::enable_shared_from_this<lane_group>, private lane_owner {
public:
    explicit lane_group(std::shared_ptr<pool> connections);
    ~lane_group();

    // The answer of one quick read. Throws what the server refused, deadline_exceeded, and what pool::acquire() throws.
    task<result> query(const statement& what, params values, deadline until);
    // Several, in the same batch if there is room. `send()` of a session.
    task<void> send(statement_batch& statements, deadline until);
    // Refuses what waits, and gives each connection back as soon as nothing is under way on it.
    void stop();
    // Somebody waits for a connection: gives back those of lanes that carry nothing.
    void give_back_unused();

private:
    void enqueue(lane_read& read, deadline until);
    task<result> take_apart(lane_read& read, deadline until);

    void refuse_if_starving();
    void schedule();
    void dispatch();
    void fill_lanes(deadline::clock::time_point now);
    void open_another(deadline::clock::time_point now);
    task<void> open(lane& closed);
    void overflow(deadline::clock::time_point now);
    void watch();
    void refuse_all(const error& why);
    bool any(lane::state wanted) const noexcept;
    bool waiting() const noexcept { return !queued_.empty() || !again_.empty() || !apart_.empty(); }
    const std::vector<lane_view>& views(deadline::clock::time_point now);

    void send_again(lane_read& read, const error& why) noexcept override;
    void answered(lane& from, std::chrono::nanoseconds took, std::chrono::nanoseconds worked,
                  std::size_t statements) noexcept override;

    std::shared_ptr<pool> pool_;
    lane_queue queued_; // for a lane
    lane_queue again_;  // sent once already: each alone
    lane_queue apart_;  // not for a lane
    std::vector<std::unique_ptr<lane>> lanes_;
    std::vector<lane_view> views_;
    read_pace pace_;
    deadline::clock::time_point open_again_{};
    deadline::clock::time_point last_taken_{}; // when the queue moved
    std::size_t apart_running_ = 0;
    std::size_t most_apart_;
    bool scheduled_ = false;
    bool stopping_ = false;
    alarm look_; // something waits that nothing else will wake
    alarm watch_;
};

} // namespace lightdash::pg
