#include "lightdash/async/timer_wheel.hpp"

#include <algorithm>
#include <utility>

namespace lightdash {

timer_wheel::timer_wheel(boost::asio::io_context& context) : timer_(context), origin_(clock::now())
{
    for (auto& head : heads_)
        head.next = head.previous = &head;
}

timer_wheel::~timer_wheel()
{
    for (auto& head : heads_)
        while (head.next != &head)
            head.next->unlink();
}

std::uint64_t timer_wheel::tick_at(clock::time_point when) const noexcept
{
    return when <= origin_ ? 0 : static_cast<std::uint64_t>((when - origin_) / tick);
}

void timer_wheel::arm(alarm& entry, deadline when)
{
    entry.disarm();
    if (when.is_never())
        return;
    if (wakes_at_ == asleep && !firing_)
        current_ = tick_at(clock::now()); // nothing was armed: the ticks of the time asleep hold no alarms
    // Rounded up, so that it never fires early; at least one tick ahead, so that the pass under way does not miss it.
    entry.due_tick_ = std::max(tick_at(when.when()) + 1, current_ + 1);
    entry.insert_before(heads_[entry.due_tick_ % slots]);
    // A wake-up at least once a turn of the wheel keeps the distance to the next slot in use unambiguous.
    const auto wake = std::min(entry.due_tick_, current_ + slots);
    if (!firing_ && wake < wakes_at_)
        sleep_until_tick(wake);
}

void timer_wheel::sleep_until_tick(std::uint64_t next)
{
    wakes_at_ = next;
    timer_.expires_at(origin_ + next * tick); // cancels a wait for a later tick
    timer_.async_wait([this](boost::system::error_code failed) {
        if (!failed)
            on_tick();
    });
}

void timer_wheel::on_tick()
{
    const auto now = clock::now();
    if (now < timer_.expiry())
        return; // moved to a later tick after this wake-up was queued: the new wait is under way
    worst_lag_ = std::max(worst_lag_, std::chrono::nanoseconds{now - timer_.expiry()});
    wakes_at_ = asleep;
    fire_due(tick_at(now));
    for (std::uint64_t ahead = 1; ahead <= slots; ++ahead) {
        const auto& head = heads_[(current_ + ahead) % slots];
        if (head.next != &head) {
            sleep_until_tick(current_ + ahead);
            return;
        }
    }
}

void timer_wheel::fire_due(std::uint64_t until)
{
    // After a long block every slot is visited once, not once per missed tick.
    const auto first = until - std::min<std::uint64_t>(until - std::min(until, current_), slots);
    firing_ = true;
    current_ = std::max(current_, until);
    for (auto at = first + 1; at <= until; ++at) {
        auto& head = heads_[at % slots];
        // Due alarms move to a list of their own first: a callback may disarm or destroy any of them.
        detail::list_link due;
        due.next = due.previous = &due;
        for (auto* link = head.next; link != &head;) {
            auto* following = link->next;
            if (static_cast<alarm*>(link)->due_tick_ <= until) {
                link->unlink();
                link->insert_before(due);
            }
            link = following;
        }
        while (due.next != &due) {
            auto* entry = static_cast<alarm*>(due.next);
            entry->disarm();
            entry->fire_(entry->context_);
        }
    }
    firing_ = false;
}

std::chrono::nanoseconds timer_wheel::take_worst_lag() noexcept
{
    return std::exchange(worst_lag_, std::chrono::nanoseconds{0});
}

} // namespace lightdash
