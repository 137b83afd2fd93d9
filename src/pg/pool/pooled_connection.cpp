#include "pg/pool/pooled_connection.hpp"

#include "pg/pool/pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::pg {

namespace {

std::string_view label_of(const batch& b) noexcept
{
    for (const auto& one : b.commands)
        if (one.what)
            return one.what->name();
    return b.commands.empty() ? std::string_view{} : b.commands.back().control;
}

} // namespace

pooled_connection::pooled_connection(std::shared_ptr<pool> home, std::unique_ptr<pool_member> member)
    : home_(std::move(home)), member_(std::move(member)),
      long_hold_([](void* self) noexcept { static_cast<pooled_connection*>(self)->held_long(); }, this),
      borrowed_(deadline::clock::now())
{
    home_->clocks().arm(long_hold_, deadline::at(borrowed_ + home_->options().long_hold));
}

pooled_connection::~pooled_connection()
{
    name_statements(true);
    tell_notices(nullptr);
    home_->give_back(std::move(member_));
}

void pooled_connection::become_lane() noexcept
{
    if (member_->where != pool_member::place::used)
        return;
    long_hold_.disarm();
    member_->where = pool_member::place::lane;
    --home_->used_;
    ++home_->lanes_;
}

void pooled_connection::doing(std::string_view statement) noexcept
{
    doing_size_ = static_cast<unsigned char>(std::min(statement.size(), doing_.size()));
    std::copy_n(statement.data(), doing_size_, doing_.data());
}

task<void> pooled_connection::run(std::unique_ptr<batch>& b, deadline until)
{
    measured_batch trip{*this, b, until};
    co_await trip.answer();
    trip.check();
}

void pooled_connection::answered(const batch& b, std::chrono::nanoseconds took) noexcept
{
    const auto statements = static_cast<std::size_t>(
        std::ranges::count_if(b.commands, [](const command& one) { return one.what != nullptr; }));
    home_->record(took, statements);
    if (const auto* refused = b.first_failure(); refused && refused->kind() == error_kind::read_only)
        home_->found_read_only();
}

void pooled_connection::keep(std::unique_ptr<pool_attachment> attachment) noexcept
{
    member_->attachment = std::move(attachment);
}

void pooled_connection::held_long() noexcept
{
    ++home_->figures().long_holds;
    const auto held = std::chrono::duration_cast<std::chrono::milliseconds>(deadline::clock::now() - borrowed_);
    home_->tell(pool_event::kind::long_hold,
                fmt::format("A connection (backend {}) has been held for {} ms, longer than {} ms; its last statement "
                            "was {}.",
                            link().backend_pid(), held.count(), home_->options().long_hold.count(),
                            doing_size_ ? std::string_view{doing_.data(), doing_size_} : "none"));
}

measured_batch::measured_batch(pooled_connection& on, std::unique_ptr<batch>& b, deadline until)
    : on_(on), batch_(b), started_(deadline::clock::now()), trip_(on.link(), b, until)
{
    on.doing(label_of(*b));
}

void measured_batch::check()
{
    trip_.check();
    on_.answered(*batch_, deadline::clock::now() - started_);
}

} // namespace lightdash::pg
