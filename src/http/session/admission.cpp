#include "http/session/admission.hpp"

#include <algorithm>

namespace lightdash::http {

void admission::leave(clock::time_point now, std::chrono::nanoseconds waited, std::chrono::nanoseconds worked) noexcept
{
    most_inside_ = std::max(most_inside_, inside_);
    --inside_;
    if (samples_ == 0)
        began_ = now;
    ++samples_;
    least_wait_ = std::min(least_wait_, waited);
    work_ += std::max(worked, std::chrono::nanoseconds::zero());
    if (samples_ >= fewest_samples && now - began_ >= interval)
        judge(now);
}

void admission::judge(clock::time_point now) noexcept
{
    spacing_ =
        std::chrono::duration_cast<std::chrono::microseconds>(now - began_) / static_cast<std::int64_t>(samples_);
    const auto work = work_ / static_cast<std::int64_t>(samples_);
    const auto target = std::max<std::chrono::nanoseconds>(options_.target, 2 * work);
    if (least_wait_ > target) {
        // Of a queue of which each waits as long as those before it take, the part is kept that waits `target`.
        const auto share =
            static_cast<double>((target + work).count()) / static_cast<double>((least_wait_ + work).count());
        limit_ = static_cast<std::size_t>(static_cast<double>(std::min(limit_, most_inside_)) * share);
    } else if (least_wait_ < target / 2) {
        limit_ += std::max<std::size_t>(1, limit_ / 16);
    }
    limit_ = std::clamp(limit_, options_.least, std::max(options_.least, options_.most));
    samples_ = most_inside_ = 0;
    least_wait_ = std::chrono::nanoseconds::max();
    work_ = {};
}

refusal_pace::clock::time_point refusal_pace::next(clock::time_point now,
                                                   std::chrono::microseconds work_spacing) noexcept
{
    const auto spacing = std::clamp<std::chrono::microseconds>(done_per_refusal * work_spacing, closest, farthest);
    turn_ = std::clamp<clock::time_point>(turn_ + spacing, now - burst, now + longest);
    return std::max(turn_, now);
}

} // namespace lightdash::http
