// One connection on which the reads of many requests travel together: a batch per turn of the loop, closed by one Sync.
#pragma once

#include "lightdash/core/deadline.hpp"

#include "pg/connection/batch.hpp"
#include "pg/lane/lane_plan.hpp"
#include "pg/lane/lane_read.hpp"
#include "pg/pool/pooled_connection.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace lightdash::pg {

class lane;

struct lane_batch final : batch {
    // Nobody waits for this statement any more.
    void drop(std::uint32_t index);

    std::vector<lane_read*> readers;                       // as many as commands; null: nobody waits
    std::vector<std::unique_ptr<const statement>> orphans; // copies of statements whose owner has gone
};

// What becomes of reads that were not answered.
class lane_owner {
public:
    // Once more, alone, or apart from the lanes if marked so. The owner fails it when it was sent too often.
    virtual void send_again(lane_read& read, const error& why) noexcept = 0;
    // `took` since it was submitted, `worked` since the server may have begun with it.
    virtual void answered(lane& from, std::chrono::nanoseconds took, std::chrono::nanoseconds worked,
                          std::size_t statements) noexcept = 0;

protected:
    ~lane_owner() = default;
};

class lane {
public:
    using time_point = deadline::clock::time_point;
    enum class state : unsigned char { closed, opening, open };

    explicit lane(lane_owner& owner) noexcept : owner_(owner) {}
    lane(const lane&) = delete;
    lane& operator=(const lane&) = delete;
    ~lane();

    state where() const noexcept { return state_; }
    lane_view view(time_point now) const noexcept;
    void opening() noexcept { state_ = state::opening; }
    void open(std::unique_ptr<pooled_connection> connection, time_point now);
    void opening_failed() noexcept { state_ = state::closed; }

    // Sends up to `most` of the queue's reads as one batch; false: the connection turned out to be dead.
    bool submit(lane_queue& waiting, std::size_t most, time_point now);

    // Broken or past its lifetime, and nothing under way: the connection should go back.
    bool spent(time_point now) const noexcept;
    bool idle() const noexcept { return state_ == state::open && flying_.empty(); }
    bool unused_since(time_point time) const noexcept { return flying_.empty() && quiet_since_ < time; }
    void give_back() noexcept;
    // Takes every read off this lane, those of the first batch marked `apart`; the connection is given back as it is.
    void give_up(const error& why) noexcept;

private:
    struct attachment;
    std::unique_ptr<lane_batch> blank();
    void landed(lane_batch& b) noexcept;
    void deliver(lane_batch& b) noexcept;

    lane_owner& owner_;
    state state_ = state::closed;
    std::unique_ptr<pooled_connection> connection_;
    std::deque<std::unique_ptr<lane_batch>> flying_;
    std::vector<std::unique_ptr<lane_batch>> blanks_;
    time_point head_started_{};
    time_point quiet_since_{};
};

} // namespace lightdash::pg
