#include "pg/connection/awaited_batch.hpp"

#include "pg/connection/connection_impl.hpp"

#include <utility>

namespace lightdash::pg {

awaited_batch::awaited_batch(connection& line, std::unique_ptr<batch>& b, deadline until)
    : driver_(line.impl_), batch_(b),
      done_([](void* self) noexcept { static_cast<awaited_batch*>(self)->give_up(); }, this),
      clock_([](void* self) noexcept { static_cast<awaited_batch*>(self)->expire(); }, this), until_(until)
{}

void awaited_batch::submit()
{
    pending_ = true;
    batch_->on_done = [](batch&, void* self) noexcept { static_cast<awaited_batch*>(self)->finish(); };
    batch_->context = this;
    driver_->clocks.arm(clock_, until_);
    driver_->submit(*batch_);
}

void awaited_batch::check()
{
    done_.take();
    if (batch_->broken)
        throw error{*batch_->broken};
}

void awaited_batch::finish() noexcept
{
    pending_ = false;
    clock_.disarm();
    done_.set(true);
}

void awaited_batch::expire() noexcept
{
    give_up();
    done_.fail(std::make_exception_ptr(
        error{error_kind::deadline_exceeded, "The database did not answer before the request's deadline."}));
}

void awaited_batch::give_up() noexcept
{
    if (std::exchange(pending_, false))
        driver_->abandon(std::move(batch_));
}

} // namespace lightdash::pg
