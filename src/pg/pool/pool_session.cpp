#include "pg/pool/pool_session.hpp"

#include "pg/pool/retry.hpp"

#include <utility>

namespace lightdash::pg {

namespace {

// Borrows, runs, and runs again on another connection when this one broke and that is allowed. Leaves refusals of
// the server in the commands.
task<void> run_apart(std::shared_ptr<pool> connections, std::unique_ptr<batch>& b, deadline until, repeating allowed)
{
    for (int attempt = 0;; ++attempt) {
        auto borrowed = connections->acquire_idle(until);
        if (!borrowed)
            borrowed = co_await connections->acquire(until);
        std::exception_ptr failure;
        try {
            measured_batch trip{*borrowed, b, until};
            co_await trip.answer();
            trip.check();
            co_return;
        } catch (...) {
            failure = std::current_exception();
        }
        const bool repeatable =
            b && b->broken && attempt < most_retries && (allowed == repeating::harmless || !b->sent);
        if (!repeatable)
            std::rethrow_exception(failure);
        for (auto& one : b->commands) {
            one.answer = {};
            one.failure.reset();
            one.skipped = false;
        }
        b->broken.reset();
        b->sent = b->repaired = false;
    }
}

class pooled_row_source final : public row_source {
public:
    pooled_row_source(pool::lease borrowed, std::unique_ptr<row_source> rows) noexcept
        : borrowed_(std::move(borrowed)), rows_(std::move(rows))
    {}
    task<result> next() override { return rows_->next(); }

private:
    pool::lease borrowed_;
    std::unique_ptr<row_source> rows_; // destroyed first
};

} // namespace

task<result> query_apart(std::shared_ptr<pool> connections, const statement& what, params values, deadline until,
                         repeating allowed)
{
    auto b = std::make_unique<batch>();
    b->commands.push_back(command::of(what, std::move(values)));
    co_await run_apart(std::move(connections), b, until, allowed);
    auto& only = b->commands.front();
    if (only.failure)
        throw error{*only.failure};
    co_return std::move(only.answer);
}

task<result> pool_session::do_query(const statement& what, params values)
{
    return query_apart(pool_, what, std::move(values), until_, repeating::if_unsent);
}

task<std::unique_ptr<row_source>> pool_session::do_stream(const statement& what, params values)
{
    const auto until = until_;
    auto borrowed = co_await pool_->acquire(until);
    borrowed->doing(what.name());
    auto rows = co_await borrowed->link().stream(command::of(what, std::move(values)), until);
    co_return std::make_unique<pooled_row_source>(std::move(borrowed), std::move(rows));
}

task<void> pool_session::do_send(statement_batch& statements)
{
    auto b = std::make_unique<batch>();
    for (auto& entry : statements.entries())
        b->commands.push_back(command::of(*entry.what, std::move(entry.values)));
    if (b->commands.empty())
        co_return;
    co_await run_apart(pool_, b, until_, repeating::if_unsent);
    if (const auto* refused = b->first_failure())
        throw error{*refused};
    for (std::size_t i = 0; i < b->commands.size(); ++i)
        statements.entries()[i].answer = std::move(b->commands[i].answer);
}

} // namespace lightdash::pg
