#include "pg/pool/pool_plan.hpp"

#include <algorithm>
#include <cmath>

namespace lightdash::pg {

namespace {

using std::chrono::nanoseconds;

constexpr double golden_ratio = 0.6180339887498949;
constexpr double jitter = 0.1;

nanoseconds scaled(nanoseconds time, double factor) noexcept
{
    return nanoseconds{static_cast<nanoseconds::rep>(static_cast<double>(time.count()) * factor)};
}

pool_time shortened_end(pool_time start, nanoseconds time, double share) noexcept
{
    return start + std::chrono::duration_cast<pool_time::duration>(scaled(time, 1.0 - jitter * share));
}

// What is missing to serve everybody now and to hold `min`, however many connections there may be.
std::size_t wanted(const pool_limits& limits, const pool_counts& counts) noexcept
{
    const auto coming = counts.idle + counts.connecting;
    const auto for_waiters = counts.waiting > coming ? counts.waiting - coming : 0;
    const auto kept = counts.live() + counts.connecting;
    const auto for_min = limits.min > kept ? limits.min - kept : 0;
    return std::max(for_waiters, for_min);
}

} // namespace

void connect_backoff::failed(pool_time started, pool_time now, double random) noexcept
{
    if (failing_ && started < last_failure_)
        return;
    if (!failing_)
        since_ = now;
    failing_ = true;
    last_failure_ = now;
    const auto doubled = first_delay * (std::int64_t{1} << std::min(failures_, 10U));
    ++failures_;
    const auto longest = now - since_ < early ? longest_early_delay : longest_delay;
    if (doubled < longest_early_delay) {
        next_ = now + std::chrono::duration_cast<pool_time::duration>(scaled(doubled, random));
        return;
    }
    const auto most = std::min<std::chrono::milliseconds>(doubled, longest);
    next_ = now + least_lasting_delay +
            std::chrono::duration_cast<pool_time::duration>(scaled(most - least_lasting_delay, random));
}

void connect_backoff::refused_for_slots(pool_time now, std::size_t live) noexcept
{
    granted_ = std::max<std::size_t>(live, 1);
    shrunk_until_ = now + shrink_time;
}

void connect_backoff::succeeded() noexcept
{
    failing_ = false;
    failures_ = 0;
}

pool_time connect_backoff::next_attempt(bool wanted) const noexcept
{
    return wanted ? std::min(next_, last_failure_ + least_lasting_delay) : next_;
}

std::size_t connect_backoff::ceiling(std::size_t max, pool_time now) const noexcept
{
    return shrunk(now) ? std::min(max, granted_) : max;
}

std::size_t connects_to_start(const pool_limits& limits, const pool_counts& counts, const connect_backoff& backoff,
                              pool_time now) noexcept
{
    const auto ceiling = backoff.ceiling(limits.max, now);
    if (counts.total() >= ceiling)
        return 0;
    const auto most = std::min(wanted(limits, counts), ceiling - counts.total());
    if (!backoff.failing() && !backoff.shrunk(now))
        return most;
    if (counts.connecting > 0 || (backoff.failing() && now < backoff.next_attempt(counts.waiting > 0)))
        return 0;
    return std::min<std::size_t>(most, 1);
}

double jitter_shares::next() noexcept
{
    const double share = at_;
    at_ = std::fmod(at_ + golden_ratio, 1.0);
    return share;
}

pool_time lifetime_end(const pool_limits& limits, pool_time created, double share) noexcept
{
    return shortened_end(created, limits.max_lifetime, share);
}

pool_time idle_end(const pool_limits& limits, pool_time idle_since, double share) noexcept
{
    return shortened_end(idle_since, limits.idle_timeout, share);
}

return_action on_return(const returned_connection& returned) noexcept
{
    if (returned.broken || returned.stopping)
        return return_action::close;
    if (!returned.reusable)
        return return_action::clean;
    return returned.expired ? return_action::close : return_action::reuse;
}

pool_time give_up_while_down(pool_time went_down, pool_time now) noexcept
{
    return std::max(went_down + down_grace, now + least_down_wait);
}

} // namespace lightdash::pg
