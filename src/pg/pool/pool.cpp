// Borrowing and giving back; starting and stopping. Opening connections: pool_connecting.cpp, closing:
// pool_closing.cpp.
#include "pg/pool/pool.hpp"

#include "lightdash/pg/connection_target.hpp"
#include "lightdash/pg/sqlstate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::pg {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::chrono::seconds try_again{1};
constexpr std::chrono::seconds between_renewals{1};

pool_options checked(pool_options options)
{
    options.max = std::max<std::size_t>(options.max, 1);
    options.min = std::min(options.min, options.max);
    return options;
}

// A pooler hands what a session has set to the next client, so only a transaction may have limits.
std::string limits_behind_pooler(const connection_options& options)
{
    const auto ms = options.server_limit.count();
    if (!options.transaction_pooler || ms == 0)
        return {};
    return fmt::format("SELECT set_config('statement_timeout', '{0}ms', true), "
                       "set_config('idle_in_transaction_session_timeout', '{0}ms', true)",
                       ms);
}

// For the log. What cannot be read is told by the first attempt.
std::string place_of(const connection_options& options)
{
    try {
        return target_of(options.conninfo).place();
    } catch (const error&) {
        return "PostgreSQL";
    }
}

} // namespace

pool::pool(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, connection_options connection,
           pool_options options, database::listener on_event)
    : context_(context), clocks_(clocks), blocking_(blocking), connection_(std::move(connection)),
      options_(checked(options)), limits_{options_.min, options_.max, options_.idle_timeout, options_.max_lifetime},
      on_event_(std::move(on_event)), limits_of_transaction_(limits_behind_pooler(connection_)),
      place_(place_of(connection_)), engine_(std::random_device{}()), shares_(chance_(engine_)),
      waiters_(clocks, options_.queue_limit),
      next_([](void* self) noexcept { static_cast<pool*>(self)->plan(); }, this),
      down_(
          [](void* self) noexcept {
              auto& p = *static_cast<pool*>(self);
              if (p.down())
                  p.waiters_.fail_all(std::make_exception_ptr(p.unavailable()));
          },
          this),
      background_(context, {})
{}

pool::~pool() = default;

void pool::start()
{
    started_ = true;
    plan();
}

pool::lease pool::acquire_idle(deadline until)
{
    if (stopping_)
        throw error{error_kind::not_ready, "The connection pool is closing: this process is about to stop."}
            .with_retry_after(try_again);
    if (until.expired())
        throw error{error_kind::deadline_exceeded, "The deadline passed before a connection was asked for."};
    return waiters_.empty() ? take_idle() : nullptr; // else who waits already is first
}

task<pool::lease> pool::acquire(deadline until)
{
    const auto self = shared_from_this();
    const auto asked = deadline::clock::now();
    if (auto ready = acquire_idle(until))
        co_return ready;
    if (on_shortage_ && counts().total() >= limits_.max) {
        on_shortage_();
        if (waiters_.empty()) // else who waits already has what was given back
            if (auto ready = take_idle())
                co_return ready;
    }
    if (waiters_.full()) {
        ++(down() ? figures_.unavailable_refusals : figures_.queue_refusals);
        throw down()
            ? unavailable()
            : error{error_kind::overloaded,
                    fmt::format("The queue for a connection is full: {} are waiting. {}", waiters_.size(), usage())}
                  .with_retry_after(try_again);
    }
    auto limit = until.shortened_to(options_.acquire_timeout);
    if (down())
        limit = std::min(limit, deadline::at(give_up_while_down(went_down_, asked)));
    plan(1);
    std::optional<error> refused;
    try {
        auto granted = co_await waiters_.wait(limit);
        figures_.acquire_wait += deadline::clock::now() - asked;
        co_return granted;
    } catch (const error& why) {
        refused = refusal(why, asked);
    }
    if (refused->kind() == error_kind::database_unavailable)
        ++figures_.unavailable_refusals;
    if (refused->kind() == error_kind::pool_saturated)
        ++figures_.acquire_timeouts;
    throw *refused;
}

error pool::refusal(const error& why, pool_time asked) const
{
    if (why.kind() != error_kind::deadline_exceeded)
        return why;
    return down() ? unavailable() : saturated(asked);
}

error pool::unavailable() const
{
    if (!last_failure_)
        return error{error_kind::database_unavailable, "PostgreSQL has not answered yet: no connection is open."}
            .with_retry_after(try_again);
    const auto ago = duration_cast<milliseconds>(deadline::clock::now() - last_failure_at_);
    return error{error_kind::database_unavailable,
                 fmt::format("PostgreSQL is not available: no connection is open, and the last attempt {} ms ago "
                             "failed: {}",
                             ago.count(), last_failure_->message())}
        .with_connect_fault(last_failure_->connect_fault())
        .with_detail(last_failure_->detail())
        .with_retry_after(try_again);
}

error pool::saturated(pool_time asked) const
{
    const auto waited = duration_cast<milliseconds>(deadline::clock::now() - asked);
    auto text = fmt::format("No connection became free within {} ms. {}", waited.count(), usage());
    auto fault = connect_fault::none;
    if (backoff_.failing() && last_failure_) {
        text += " The last attempt to open another failed: " + last_failure_->message();
        fault = last_failure_->connect_fault();
    }
    return error{error_kind::pool_saturated, std::move(text)}.with_connect_fault(fault).with_retry_after(try_again);
}

std::string pool::usage() const
{
    return fmt::format("Of at most {} connections {} are used, {} carry shared reads, {} are idle, {} connecting, {} "
                       "being cleaned or closed; {} wait. Raise PGMAXCONNECTIONS or make transactions shorter.",
                       options_.max, used_, lanes_, idle_.size(), connecting_, cleaning_ + closing_, waiters_.size());
}

pool::lease pool::take_idle()
{
    const auto now = deadline::clock::now();
    while (!idle_.empty()) {
        auto candidate = std::move(idle_.back());
        idle_.pop_back();
        candidate->where = pool_member::place::used; // a loss found by alive() is not reported as one of an idle one
        if (!candidate->link->alive()) {
            close(std::move(candidate), figures_.closed_broken);
            drop_dead_idle();
        } else if (now >= candidate->lifetime_ends) {
            close(std::move(candidate), figures_.closed_lifetime);
        } else {
            return lend(std::move(candidate));
        }
    }
    return nullptr;
}

pool::lease pool::lend(member m)
{
    ++used_;
    ++figures_.acquired;
    m->where = pool_member::place::used;
    return std::make_unique<pooled_connection>(shared_from_this(), std::move(m));
}

// A connection that is fit for use, and in no count any more.
void pool::place(member m)
{
    if (stopping_) {
        close(std::move(m), figures_.closed_idle);
        return;
    }
    if (!waiters_.empty()) {
        waiters_.give(lend(std::move(m)));
        return;
    }
    m->where = pool_member::place::idle;
    m->idle_since = deadline::clock::now();
    idle_.push_back(std::move(m));
    if (!next_.armed())
        arm_for_next(deadline::clock::now());
}

void pool::give_back(member m) noexcept
{
    --(m->where == pool_member::place::lane ? lanes_ : used_);
    if (abandoned_) {
        forget(*m);
        return;
    }
    const returned_connection state{.broken = m->link->broken(),
                                    .reusable = m->link->reusable(),
                                    .expired = deadline::clock::now() >= m->lifetime_ends,
                                    .stopping = stopping_ && m->link->reusable()};
    switch (on_return(state)) {
    case return_action::reuse:
        place(std::move(m));
        return;
    case return_action::clean:
        clean(std::move(m));
        return;
    case return_action::close:
        close(std::move(m), state.broken ? figures_.closed_broken : figures_.closed_lifetime);
        plan();
        return;
    }
}

void pool::renew()
{
    const auto now = deadline::clock::now();
    for (auto* m : members_)
        m->lifetime_ends = now;
    plan();
}

void pool::found_read_only()
{
    const auto now = deadline::clock::now();
    if (stopping_ || now - found_read_only_at_ < between_renewals)
        return;
    found_read_only_at_ = now;
    tell(pool_event::kind::became_read_only,
         "PostgreSQL takes no writes: opening new connections, in case another server has taken over.");
    renew();
}

task<bool> pool::next_change(deadline until)
{
    completion<bool> changed;
    alarm late{[](void* self) noexcept { static_cast<completion<bool>*>(self)->set(false); }, &changed};
    clocks_.arm(late, until);
    struct membership {
        std::vector<completion<bool>*>& list;
        completion<bool>* self;
        ~membership() { std::erase(list, self); }
    } const member{watchers_, &changed};
    watchers_.push_back(&changed);
    co_return co_await changed.wait();
}

void pool::wake_watchers() noexcept
{
    for (auto* watcher : watchers_)
        watcher->set(true);
}

task<void> pool::wait_until_up(deadline until)
{
    return wait_unless(until, [](const error& failure) { return failure.kind() == error_kind::configuration; });
}

task<void> pool::connect_once(deadline until)
{
    return wait_unless(until, [](const error& failure) {
        const auto fault = failure.connect_fault();
        return fault != connect_fault::starting && fault != connect_fault::no_slot;
    });
}

task<void> pool::wait_unless(deadline until, bool (*hopeless)(const error&))
{
    const auto self = shared_from_this();
    while (state_ != availability::up) {
        if (last_failure_ && hopeless(*last_failure_))
            throw *last_failure_;
        const bool changed = co_await next_change(until);
        if (!changed)
            throw unavailable();
    }
}

task<void> pool::sleep(deadline until)
{
    const auto self = shared_from_this();
    completion<bool> over;
    alarm wake{[](void* done) noexcept { static_cast<completion<bool>*>(done)->set(true); }, &over};
    clocks_.arm(wake, until);
    co_await over.wait();
}

task<void> pool::stop(deadline until)
{
    const auto self = shared_from_this();
    stopping_ = true;
    state_ = availability::stopped;
    next_.disarm();
    down_.disarm();
    waiters_.fail_all(std::make_exception_ptr(
        error{error_kind::not_ready, "The connection pool is closing: this process is about to stop."}.with_retry_after(
            try_again)));
    while (!idle_.empty()) {
        auto last = std::move(idle_.back());
        idle_.pop_back();
        close(std::move(last), figures_.closed_idle);
    }
    while (counts().total() > 0) {
        const bool changed = co_await next_change(until);
        if (!changed)
            break;
    }
    background_.cancel();
    co_await background_.join(clocks_, deadline::after(milliseconds{500}));
}

void pool::abandon() noexcept
{
    abandoned_ = stopping_ = true;
    state_ = availability::stopped;
    next_.disarm();
    down_.disarm();
    for (auto& m : idle_)
        forget(*m);
    idle_.clear();
    for (auto& one : dirty_)
        forget(*one.returned);
    dirty_.clear();
}

pool_counts pool::counts(std::size_t also_waiting) const noexcept
{
    return {.idle = idle_.size(),
            .used = used_,
            .lanes = lanes_,
            .connecting = connecting_,
            .cleaning = cleaning_,
            .closing = closing_,
            .waiting = waiters_.size() + also_waiting};
}

pool_stats pool::stats() const
{
    auto made = figures_;
    made.state = state_;
    made.max = options_.max;
    made.min = options_.min;
    made.idle = idle_.size();
    made.used = used_;
    made.lanes = lanes_;
    made.connecting = connecting_;
    made.cleaning = cleaning_;
    made.closing = closing_;
    made.waiting = waiters_.size();
    for (const auto* m : members_)
        add_counters(made, m->link->counters());
    return made;
}

void pool::add_counters(pool_stats& sum, const connection_counters& one) noexcept
{
    sum.statements += one.statements;
    sum.prepares += one.prepares;
    sum.statement_cache_hits += one.cache_hits;
    sum.statement_repairs += one.repairs;
    sum.cancels += one.cancels;
}

void pool::record(std::chrono::nanoseconds took, std::size_t statements) noexcept
{
    const double seconds = std::chrono::duration<double>{took}.count();
    const auto& buckets = pool_stats::query_seconds_buckets;
    for (auto i = static_cast<std::size_t>(std::ranges::lower_bound(buckets, seconds) - buckets.begin());
         i < figures_.query_seconds.size(); ++i)
        figures_.query_seconds[i] += statements;
    figures_.query_time += took * static_cast<std::chrono::nanoseconds::rep>(statements);
}

void pool::tell(pool_event::kind what, std::string text) noexcept
{
    if (on_event_)
        on_event_(pool_event{what, std::move(text)});
}

} // namespace lightdash::pg
