// How the pool comes to its connections, and notices that it cannot.
#include "pg/pool/pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::pg {

namespace {

constexpr std::chrono::minutes repeat_failure_line{1};

// With the server's own words, in one line.
std::string told(const error& why)
{
    std::string words;
    for (std::string_view rest = why.detail(); !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        if (line.find_first_not_of(" \t") != std::string_view::npos)
            (words += words.empty() ? "" : "; ") += line.substr(line.find_first_not_of(" \t"));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return words.empty() || words == why.message() ? why.message() : fmt::format("{} ({})", why.message(), words);
}

} // namespace

// Does what the plan says now, and arms the alarm for when it may say something else.
void pool::plan(std::size_t also_waiting)
{
    if (stopping_ || !started_)
        return;
    const auto now = deadline::clock::now();
    tidy(now);
    connect(connects_to_start(limits_, counts(also_waiting), backoff_, now));
    note_state(now);
    arm_for_next(now, also_waiting);
}

void pool::connect(std::size_t how_many)
{
    for (; how_many > 0; --how_many) {
        ++connecting_;
        background_.spawn("pool.connect", connect_one());
    }
}

task<void> pool::connect_one()
{
    const auto self = shared_from_this();
    struct attempt {
        std::size_t& count;
        ~attempt() { --count; }
    };
    const auto started = deadline::clock::now();
    std::unique_ptr<connection> opened;
    std::optional<error> failed;
    {
        const attempt counted{connecting_};
        try {
            opened = co_await connection::open(context_, clocks_, blocking_, connection_,
                                               deadline::after(connection_.connect_timeout));
        } catch (const error& why) {
            failed = why;
        } catch (const std::exception& why) {
            failed = error{error_kind::database_unavailable, "Connecting was interrupted."}.with_detail(why.what());
        }
    }
    if (opened)
        connected(std::move(opened));
    else
        connect_failed(started, *failed);
    wake_watchers();
}

void pool::connected(std::unique_ptr<connection> opened)
{
    ++figures_.connects;
    backoff_.succeeded();
    tell(pool_event::kind::connected,
         fmt::format("Connected to {} at {}, PostgreSQL {}, backend {}.", place_, opened->host(),
                     opened->server_version() / 10000, opened->backend_pid()));
    auto made = std::make_unique<pool_member>(*this, std::move(opened), limits_, shares_.next());
    members_.push_back(made.get());
    place(std::move(made));
    plan();
}

void pool::connect_failed(pool_time started, const error& why)
{
    ++figures_.connect_failures;
    const auto now = deadline::clock::now();
    if (why.kind() == error_kind::resource_exhausted)
        backoff_.refused_for_slots(now, counts().live());
    backoff_.failed(started, now, random());
    last_failure_ = why;
    last_failure_at_ = now;
    plan();
    if (!stopping_ && (told_failure_at_ == pool_time{} || now - told_failure_at_ >= repeat_failure_line)) {
        told_failure_at_ = now;
        tell(pool_event::kind::connect_failed, fmt::format("Connecting to {} failed: {}", place_, told(why)));
    }
}

void pool::note_state(pool_time now)
{
    const auto live = counts().live();
    if (live > 0 && state_ != availability::up) {
        const bool was_down = state_ == availability::down;
        state_ = availability::up;
        told_failure_at_ = {};
        down_.disarm();
        if (was_down)
            tell(pool_event::kind::came_up,
                 fmt::format("{} answers again, after {} ms.", place_,
                             std::chrono::duration_cast<std::chrono::milliseconds>(now - went_down_).count()));
        wake_watchers();
    } else if (live == 0 && backoff_.failing() && state_ != availability::down) {
        state_ = availability::down;
        went_down_ = told_failure_at_ = now;
        clocks_.arm(down_, deadline::at(now + down_grace));
        tell(pool_event::kind::went_down,
             fmt::format("{} is not available: no connection is open, and connecting failed: {}", place_,
                         told(*last_failure_)));
    }
}

void pool::tidy(pool_time now)
{
    auto spare = idle_.size() + used_ + lanes_ + connecting_ + cleaning_;
    for (std::size_t i = 0; i < idle_.size();) {
        const auto& m = *idle_[i];
        const bool old = now >= m.lifetime_ends;
        const bool unused = spare > limits_.min && now >= idle_end(limits_, m.idle_since, m.jitter_share);
        if (!old && !unused) {
            ++i;
            continue;
        }
        auto gone = std::move(idle_[i]);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
        --spare;
        close(std::move(gone), old ? figures_.closed_lifetime : figures_.closed_idle);
    }
}

void pool::arm_for_next(pool_time now, std::size_t also_waiting)
{
    auto next = pool_time::max();
    const bool spare = counts().live() + connecting_ > limits_.min;
    for (const auto& m : idle_) {
        next = std::min(next, m->lifetime_ends);
        if (spare)
            next = std::min(next, idle_end(limits_, m->idle_since, m->jitter_share));
    }
    if (backoff_.failing() && connecting_ == 0)
        next = std::min(next, backoff_.next_attempt(!waiters_.empty() || also_waiting > 0));
    if (backoff_.shrunk(now))
        next = std::min(next, now + connect_backoff::shrink_time / 10);
    clocks_.arm(next_, next == pool_time::max() ? deadline::never() : deadline::at(next));
}

} // namespace lightdash::pg
