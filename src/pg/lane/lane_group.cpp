#include "pg/lane/lane_group.hpp"

#include "pg/pool/pool_session.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <utility>

namespace lightdash::pg {

namespace {

constexpr unsigned most_resends = 3;
constexpr std::chrono::milliseconds before_opening_again{100};
constexpr std::chrono::seconds watch_every{1};
constexpr std::chrono::milliseconds starving_after{100};

error closing()
{
    return error{error_kind::not_ready, "The connection pool is closing: this process is about to stop."}
        .with_retry_after(std::chrono::seconds{1});
}

error stuck()
{
    return error{error_kind::database_unavailable,
                 fmt::format("The database made no progress with shared reads for {} s.", stuck_after.count())}
        .with_poisoned_connection();
}

} // namespace

lane_group::lane_group(std::shared_ptr<pool> connections)
    : pool_(std::move(connections)),
      look_([](void* self) noexcept { static_cast<lane_group*>(self)->dispatch(); }, this),
      watch_([](void* self) noexcept { static_cast<lane_group*>(self)->watch(); }, this)
{
    // One connection at least stays for exclusive use.
    const auto& options = pool_->options();
    const auto lanes = std::min(options.lanes, options.max - 1);
    most_apart_ = options.max - lanes;
    for (std::size_t i = 0; i < lanes; ++i)
        lanes_.push_back(std::make_unique<lane>(static_cast<lane_owner&>(*this)));
    views_.resize(lanes);
}

lane_group::~lane_group() = default;

task<result> lane_group::query(const statement& what, params values, deadline until)
{
    const auto self = shared_from_this();
    lane_read read{what, std::move(values)};
    enqueue(read, until);
    co_await read.become_ready();
    if (read.how() == lane_read::outcome::answered)
        co_return std::move(read.answer);
    co_return co_await take_apart(read, until);
}

task<void> lane_group::send(statement_batch& statements, deadline until)
{
    const auto self = shared_from_this();
    std::list<lane_read> reads;
    for (auto& entry : statements.entries())
        enqueue(reads.emplace_back(*entry.what, std::move(entry.values)), until);
    auto entry = statements.entries().begin();
    for (auto& read : reads) {
        co_await read.become_ready();
        if (read.how() == lane_read::outcome::answered)
            entry->answer = std::move(read.answer);
        else
            entry->answer = co_await take_apart(read, until);
        ++entry;
    }
}

task<result> lane_group::take_apart(lane_read& read, deadline until)
{
    struct place {
        lane_group& group;
        lane_read& read;
        ~place()
        {
            read.free_place();
            if (group.waiting())
                group.schedule();
        }
    } const held{*this, read};
    ++pool_->figures().lane_overflow;
    co_return co_await query_apart(pool_, read.what, std::move(read.values), until, repeating::harmless);
}

void lane_group::enqueue(lane_read& read, deadline until)
{
    if (stopping_)
        throw closing();
    if (queued_.empty())
        last_taken_ = deadline::clock::now();
    else if (queued_.size() >= pool_->options().queue_limit)
        refuse_if_starving();
    read.arm(pool_->clocks(), until);
    queued_.push_back(read);
    schedule();
}

// A long queue is no harm while it moves, and it is long for a moment after every pause.
void lane_group::refuse_if_starving()
{
    if (pool_->down()) {
        ++pool_->figures().unavailable_refusals;
        throw pool_->unavailable();
    }
    const auto starved = deadline::clock::now() - last_taken_;
    if (starved < starving_after)
        return;
    ++pool_->figures().queue_refusals;
    throw error{error_kind::overloaded,
                fmt::format("The queue for shared reads is full: {} are waiting, and none could be sent for {} ms.",
                            queued_.size(), std::chrono::duration_cast<std::chrono::milliseconds>(starved).count())}
        .with_retry_after(std::chrono::seconds{1});
}

// Once per turn of the loop, after everybody who is ready in it has asked.
void lane_group::schedule()
{
    if (std::exchange(scheduled_, true))
        return;
    asio::post(pool_->context(), [self = shared_from_this()] {
        self->scheduled_ = false;
        self->dispatch();
    });
}

void lane_group::dispatch()
{
    const auto now = deadline::clock::now();
    for (auto& one : lanes_)
        if (one->spent(now) || (stopping_ && one->idle()))
            one->give_back();
    fill_lanes(now);
    if (!queued_.empty() || !again_.empty())
        open_another(now);
    overflow(now);
    if (waiting())
        pool_->clocks().arm(look_, deadline::at(now + slow_after));
    else
        look_.disarm();
    if (!watch_.armed() && any(lane::state::open))
        pool_->clocks().arm(watch_, deadline::at(now + watch_every));
}

void lane_group::fill_lanes(deadline::clock::time_point now)
{
    while (!queued_.empty() || !again_.empty()) {
        const auto chosen = choose_lane(views(now), now);
        if (!chosen)
            return;
        auto& one = *lanes_[*chosen];
        const bool sent = again_.empty() ? one.submit(queued_, pace_.batch_size(), now) : one.submit(again_, 1, now);
        if (sent)
            last_taken_ = now;
        else
            one.give_back();
    }
}

void lane_group::open_another(deadline::clock::time_point now)
{
    if (stopping_ || now < open_again_ || any(lane::state::opening))
        return;
    const auto closed = std::ranges::find(lanes_, lane::state::closed, [](const auto& one) { return one->where(); });
    if (closed == lanes_.end())
        return;
    (*closed)->opening();
    pool_->background().spawn("lane.open", open(**closed));
}

task<void> lane_group::open(lane& closed)
{
    const auto self = shared_from_this();
    pool::lease borrowed;
    std::optional<error> refused;
    try {
        borrowed = co_await pool_->acquire(deadline::after(pool_->options().acquire_timeout));
    } catch (const error& why) {
        refused = why;
    } catch (const std::exception&) {
        refused = closing();
    }
    const auto now = deadline::clock::now();
    if (borrowed) {
        closed.open(std::move(borrowed), now);
    } else {
        closed.opening_failed();
        open_again_ = now + before_opening_again;
        if (!any(lane::state::open))
            refuse_all(*refused);
    }
    dispatch();
}

void lane_group::overflow(deadline::clock::time_point now)
{
    while (!apart_.empty() && apart_running_ < most_apart_)
        apart_.pop_front().finish_apart(apart_running_);
    if (!must_overflow(views(now), now) || (any(lane::state::opening) && !any(lane::state::open)))
        return;
    for (auto* queue : {&again_, &queued_})
        while (!queue->empty() && apart_running_ < most_apart_) {
            queue->pop_front().finish_apart(apart_running_);
            last_taken_ = now;
        }
}

void lane_group::watch()
{
    const auto now = deadline::clock::now();
    for (auto& one : lanes_) {
        if (is_stuck(one->view(now), now))
            one->give_up(stuck());
        else if (one->where() == lane::state::open && one->unused_since(now - lane_idle_time))
            one->give_back();
    }
    if (pool_->shortage())
        give_back_unused();
    dispatch();
}

void lane_group::give_back_unused()
{
    const auto since = deadline::clock::now() - lane_idle_time_in_shortage;
    for (auto& one : lanes_)
        if (one->where() == lane::state::open && one->unused_since(since))
            one->give_back();
}

void lane_group::refuse_all(const error& why)
{
    for (auto* queue : {&again_, &queued_, &apart_})
        while (!queue->empty())
            queue->pop_front().fail(why);
}

void lane_group::stop()
{
    stopping_ = true;
    refuse_all(closing());
    schedule();
}

bool lane_group::any(lane::state wanted) const noexcept
{
    return std::ranges::any_of(lanes_, [wanted](const auto& one) { return one->where() == wanted; });
}

const std::vector<lane_view>& lane_group::views(deadline::clock::time_point now)
{
    for (std::size_t i = 0; i < lanes_.size(); ++i)
        views_[i] = lanes_[i]->view(now);
    return views_;
}

void lane_group::send_again(lane_read& read, const error& why) noexcept
{
    if (stopping_ || ++read.resends > most_resends) {
        read.fail(why);
        return;
    }
    ++pool_->figures().lane_resent;
    (read.apart ? apart_ : again_).push_back(read);
    schedule();
}

void lane_group::answered(lane& from, std::chrono::nanoseconds took, std::chrono::nanoseconds worked,
                          std::size_t statements) noexcept
{
    pool_->record(took, statements);
    pace_.note(worked, statements);
    auto& figures = pool_->figures();
    ++figures.lane_batches;
    figures.lane_statements += statements;
    const auto now = deadline::clock::now();
    if (stopping_ || from.spent(now))
        schedule(); // not now: the connection is in the middle of telling
    else
        fill_lanes(now);
}

} // namespace lightdash::pg
