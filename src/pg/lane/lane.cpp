#include "pg/lane/lane.hpp"

#include <algorithm>
#include <utility>

namespace lightdash::pg {

namespace {

// A lane that answered just now is not asked whether it lives.
constexpr std::chrono::milliseconds still_fresh{1};

// The statement's own fault: not that of its connection, nor of what the server had forgotten.
bool is_final(const error& failure) noexcept
{
    return !failure.poisons_connection() && failure.kind() != error_kind::statement_invalidated;
}

const error& why_again(const batch& b, const command& one) noexcept
{
    if (b.broken)
        return *b.broken;
    return one.failure ? *one.failure : *b.first_failure();
}

} // namespace

// Batches that the connection still refers to when the lane lets go of it.
struct lane::attachment final : pool_attachment {
    std::deque<std::unique_ptr<lane_batch>> batches;
};

void lane_batch::drop(std::uint32_t index)
{
    readers[index] = nullptr;
    auto& one = commands[index];
    if (one.what)
        one.what = orphans.emplace_back(std::make_unique<const statement>(*one.what)).get();
}

lane::~lane()
{
    if (connection_)
        give_up(error{error_kind::not_ready, "The connection pool is closing."});
}

lane_view lane::view(time_point now) const noexcept
{
    const bool takes = state_ == state::open && !connection_->link().broken() && !connection_->expired(now);
    return {.open = takes, .batches = flying_.size(), .head_started = head_started_};
}

void lane::open(std::unique_ptr<pooled_connection> connection, time_point now)
{
    connection->become_lane();
    connection_ = std::move(connection);
    state_ = state::open;
    quiet_since_ = now;
}

bool lane::submit(lane_queue& waiting, std::size_t most, time_point now)
{
    if (flying_.empty() && now - quiet_since_ > still_fresh && !connection_->link().alive())
        return false;
    auto made = blank();
    const auto count = std::min({most, largest_batch, waiting.size()});
    for (std::uint32_t i = 0; i < count; ++i) {
        auto& read = waiting.pop_front();
        made->commands.push_back(command::of(read.what, std::move(read.values)));
        made->readers.push_back(&read);
        read.ride(*made, i);
    }
    if (flying_.empty())
        head_started_ = now;
    flying_.push_back(std::move(made));
    connection_->link().submit(*flying_.back());
    return true;
}

std::unique_ptr<lane_batch> lane::blank()
{
    if (blanks_.empty()) {
        auto made = std::make_unique<lane_batch>();
        made->on_done = [](batch& done, void* self) noexcept {
            static_cast<lane*>(self)->landed(static_cast<lane_batch&>(done));
        };
        made->context = this;
        return made;
    }
    auto made = std::move(blanks_.back());
    blanks_.pop_back();
    made->commands.clear();
    made->readers.clear();
    made->orphans.clear();
    made->broken.reset();
    made->sent = made->repaired = false;
    return made;
}

void lane::landed(lane_batch& b) noexcept
{
    const auto now = deadline::clock::now();
    const auto took = now - b.submitted;
    const auto worked = now - head_started_;
    const auto at = std::ranges::find(flying_, &b, &std::unique_ptr<lane_batch>::get);
    auto done = std::move(*at);
    flying_.erase(at); // the first, unless the connection broke
    head_started_ = quiet_since_ = now;
    const auto statements = done->commands.size();
    deliver(*done);
    if (blanks_.size() < batches_under_way)
        blanks_.push_back(std::move(done));
    owner_.answered(*this, took, worked, statements);
}

void lane::deliver(lane_batch& b) noexcept
{
    for (std::size_t i = 0; i < b.readers.size(); ++i) {
        auto* read = std::exchange(b.readers[i], nullptr);
        if (!read)
            continue;
        read->alight();
        auto& one = b.commands[i];
        const bool executed = !b.broken && !one.failure && !one.skipped;
        if (executed) {
            read->answer = std::move(one.answer);
            read->finish(lane_read::outcome::answered);
        } else if (one.failure && is_final(*one.failure)) {
            read->fail(*one.failure);
        } else {
            read->values = std::move(one.values);
            owner_.send_again(*read, why_again(b, one));
        }
    }
}

bool lane::spent(time_point now) const noexcept
{
    return state_ == state::open && flying_.empty() && (connection_->link().broken() || connection_->expired(now));
}

void lane::give_back() noexcept
{
    state_ = state::closed;
    connection_.reset();
}

void lane::give_up(const error& why) noexcept
{
    auto left = std::make_unique<attachment>();
    left->batches = std::exchange(flying_, {});
    bool first = true;
    for (auto& b : left->batches) {
        b->on_done = [](batch&, void*) noexcept {};
        for (std::size_t i = 0; i < b->readers.size(); ++i)
            if (auto* read = b->readers[i]) {
                read->alight();
                read->values = b->commands[i].values; // a copy: the connection may still send them
                read->apart = first;
                b->drop(static_cast<std::uint32_t>(i));
                owner_.send_again(*read, why);
            }
        first = false;
    }
    connection_->keep(std::move(left));
    give_back();
}

} // namespace lightdash::pg
