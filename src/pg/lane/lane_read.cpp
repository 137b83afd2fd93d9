#include "pg/lane/lane_read.hpp"

#include "pg/lane/lane.hpp"

#include <utility>

namespace lightdash::pg {

void lane_queue::push_back(lane_read& read) noexcept
{
    read.queue_ = this;
    read.previous_ = tail_;
    read.next_ = nullptr;
    (tail_ ? tail_->next_ : head_) = &read;
    tail_ = &read;
    ++size_;
}

void lane_queue::remove(lane_read& read) noexcept
{
    (read.previous_ ? read.previous_->next_ : head_) = read.next_;
    (read.next_ ? read.next_->previous_ : tail_) = read.previous_;
    read.next_ = read.previous_ = nullptr;
    read.queue_ = nullptr;
    --size_;
}

lane_read& lane_queue::pop_front() noexcept
{
    auto& first = *head_;
    remove(first);
    return first;
}

lane_read::lane_read(const statement& text, params arguments) noexcept
    : what(text), values(std::move(arguments)),
      done_([](void* self) noexcept { static_cast<lane_read*>(self)->leave(); }, this),
      clock_([](void* self) noexcept { static_cast<lane_read*>(self)->expire(); }, this)
{}

void lane_read::finish(outcome how)
{
    clock_.disarm();
    done_.set(how);
}

void lane_read::finish_apart(std::size_t& running)
{
    running_ = &running;
    ++running;
    finish(outcome::apart);
}

void lane_read::free_place() noexcept
{
    if (running_)
        --*std::exchange(running_, nullptr);
}

void lane_read::fail(const error& why)
{
    clock_.disarm();
    done_.fail(std::make_exception_ptr(why));
}

void lane_read::ride(lane_batch& batch, std::uint32_t index) noexcept
{
    batch_ = &batch;
    index_ = index;
}

void lane_read::leave() noexcept
{
    clock_.disarm();
    if (queue_)
        queue_->remove(*this);
    if (batch_)
        std::exchange(batch_, nullptr)->drop(index_);
}

void lane_read::expire() noexcept
{
    leave();
    done_.fail(std::make_exception_ptr(
        error{error_kind::deadline_exceeded, "The database did not answer before the request's deadline."}));
}

} // namespace lightdash::pg
