// One transaction on one connection of its own.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/session.hpp"

#include <memory>

namespace lightdash::pg {

enum class isolation : unsigned char { read_committed, repeatable_read, serializable };

class notice_listener; // notice.hpp

struct transaction_options {
    isolation level = isolation::read_committed;
    bool read_only = false;
    // False, for statements that nobody here wrote: none is prepared under a name, so that none fails because another
    // changed what it selects or forgot the names (0A000, 26000).
    bool prepared = true;
    notice_listener* notices = nullptr; // hears what the server says meanwhile; must outlive the transaction
};

class pooled_connection; // src/pg: returns itself to its pool

// BEGIN travels with the first statement. Destroying an unfinished transaction gives the connection back, and the pool
// rolls it back (or closes it) in the background: destructors cannot await.
class transaction final : public session {
public:
    transaction(std::unique_ptr<pooled_connection> connection, transaction_options options, deadline until);
    transaction(transaction&&) noexcept;
    transaction& operator=(transaction&&) = delete;
    ~transaction() override;

    // The last statements of the transaction: COMMIT rides with them, and commit() afterwards does nothing. A batch
    // that is the whole transaction at READ COMMITTED travels without BEGIN and COMMIT: the server makes it one by
    // itself. Nothing that only this program can check after the answer may be left to check.
    task<void> finish(statement_batch& statements) { return counted(do_finish(statements), statements); }

    // Nothing to do when no statement was sent. Believes only the tag: throws database_error when the server answered
    // ROLLBACK, commit_in_doubt when the connection broke while COMMIT was on its way.
    task<void> commit();
    // Never throws for a broken connection: then there is nothing left to roll back.
    task<void> rollback();
    bool finished() const noexcept;

    // Runs `work` inside a savepoint: rolled back to it, and the exception rethrown, when work throws.
    template <class Work>
    auto savepoint(Work work) -> decltype(work())
    {
        co_await open_savepoint();
        std::exception_ptr failure;
        try {
            if constexpr (std::is_same_v<decltype(work()), task<void>>) {
                co_await work();
                co_await release_savepoint();
                co_return;
            } else {
                auto made = co_await work();
                co_await release_savepoint();
                co_return made;
            }
        } catch (...) {
            failure = std::current_exception();
        }
        co_await rollback_to_savepoint();
        std::rethrow_exception(failure);
    }

private:
    friend class transaction_access; // src/pg: lets COPY at the connection

    task<result> do_query(const statement& what, params values) override;
    task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) override;
    task<void> do_send(statement_batch& statements) override;
    task<void> do_finish(statement_batch& statements);
    task<void> open_savepoint();
    task<void> release_savepoint();
    task<void> rollback_to_savepoint();

    struct state;
    std::unique_ptr<state> state_;
};

} // namespace lightdash::pg
