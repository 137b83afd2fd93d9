// Between `min` and `max` connections, lent to one borrower at a time, in the order in which they asked.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/async/wait_queue.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/database.hpp"

#include "pg/pool/pool_member.hpp"
#include "pg/pool/pool_plan.hpp"
#include "pg/pool/pooled_connection.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::pg {

class pool : public std::enable_shared_from_this<pool> {
public:
    using lease = std::unique_ptr<pooled_connection>;

    pool(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, connection_options connection,
         pool_options options, database::listener on_event);
    ~pool();

    void start();
    // `give_back` is called when somebody has to wait and no further connection may be opened: for who holds one
    // without need.
    void on_shortage(std::function<void()> give_back) { on_shortage_ = std::move(give_back); }
    bool shortage() const noexcept { return !waiters_.empty(); }
    // Throws pool_saturated, database_unavailable, overloaded (all with retry_after), deadline_exceeded, not_ready once
    // stopping.
    task<lease> acquire(deadline until);
    // What is idle, without a coroutine: null when acquire() would have to wait. Throws deadline_exceeded, not_ready.
    lease acquire_idle(deadline until);
    task<void> wait_until_up(deadline until);
    task<void> connect_once(deadline until);
    task<void> sleep(deadline until);
    // Nobody borrows again what is open now.
    void renew();
    // The server refused to write: it may have handed over to another while these connections stayed open, and only new
    // ones find that one.
    void found_read_only();
    // Refuses new borrowers, waits until every connection is back and closed, at most until `until`.
    task<void> stop(deadline until);
    // The pool's owner goes away: what is idle is closed at once, what is borrowed when it comes back.
    void abandon() noexcept;

    bool stopping() const noexcept { return stopping_; }
    bool down() const noexcept { return state_ == availability::down; }
    error unavailable() const;
    double random() { return chance_(engine_); }

    asio::io_context& context() noexcept { return context_; }
    timer_wheel& clocks() noexcept { return clocks_; }
    task_scope& background() noexcept { return background_; }
    const pool_options& options() const noexcept { return options_; }
    // Sent after BEGIN; empty where the session has its limits already. Lives as long as the pool.
    std::string_view limits_of_transaction() const noexcept { return limits_of_transaction_; }
    pool_stats stats() const;
    // The counters that others fill.
    pool_stats& figures() noexcept { return figures_; }
    void record(std::chrono::nanoseconds took, std::size_t statements) noexcept;
    void tell(pool_event::kind what, std::string text) noexcept;

private:
    friend class pooled_connection;
    friend struct pool_member;
    using member = std::unique_ptr<pool_member>;
    struct dirty {
        member returned;
        deadline until;
    };

    task<void> wait_unless(deadline until, bool (*hopeless)(const error&));

    // Borrowing.
    lease take_idle();
    lease lend(member m);
    void place(member m);
    void give_back(member m) noexcept;
    error refusal(const error& why, pool_time asked) const;
    error saturated(pool_time asked) const;
    std::string usage() const;

    // Having.
    void plan(std::size_t also_waiting = 0);
    void connect(std::size_t how_many);
    task<void> connect_one();
    void connected(std::unique_ptr<connection> opened);
    void connect_failed(pool_time started, const error& why);
    void note_state(pool_time now);
    void tidy(pool_time now);
    void arm_for_next(pool_time now, std::size_t also_waiting = 0);

    // Losing.
    void lost(pool_member& m, const error& why) noexcept;
    void drop_dead_idle();
    void clean(member m);
    task<void> clean_all();
    void close(member m, std::uint64_t& counter);
    void forget(pool_member& m) noexcept;
    task<void> wait_until_closed(int socket);

    // Waiting for the pool itself: false when `until` passed first.
    task<bool> next_change(deadline until);
    void wake_watchers() noexcept;
    static void add_counters(pool_stats& sum, const connection_counters& one) noexcept;
    pool_counts counts(std::size_t also_waiting = 0) const noexcept;

    asio::io_context& context_;
    timer_wheel& clocks_;
    offload_pool& blocking_;
    connection_options connection_;
    pool_options options_;
    pool_limits limits_;
    database::listener on_event_;
    std::string limits_of_transaction_;
    std::string place_; // "shop_live on db.example.com:5432"

    std::mt19937_64 engine_;
    std::uniform_real_distribution<double> chance_{0.0, 1.0};
    jitter_shares shares_;
    connect_backoff backoff_;
    std::optional<error> last_failure_;
    pool_time last_failure_at_{};
    pool_time told_failure_at_{};
    pool_time told_loss_at_{};
    pool_time went_down_{};
    pool_time found_read_only_at_{};
    availability state_ = availability::starting;
    bool stopping_ = false;
    bool abandoned_ = false;
    bool started_ = false;

    std::vector<member> idle_; // the most recently used last, and lent first
    std::deque<dirty> dirty_;
    std::vector<pool_member*> members_;
    std::size_t used_ = 0, lanes_ = 0, connecting_ = 0, cleaning_ = 0, closing_ = 0, cleaners_ = 0;
    wait_queue<lease> waiters_;
    std::function<void()> on_shortage_;
    std::vector<completion<bool>*> watchers_;
    alarm next_;
    alarm down_;
    pool_stats figures_;
    task_scope background_;
};

} // namespace lightdash::pg
