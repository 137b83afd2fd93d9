// What is sent next on an open connection, and how what arrives is read. No I/O, no clock: the driver calls it.
#pragma once

#include "lightdash/core/error.hpp"

#include "pg/connection/batch.hpp"
#include "pg/connection/connection_counters.hpp"
#include "pg/connection/statement_cache.hpp"
#include "pg/wire/wire.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace lightdash::pg {

class exchange {
public:
    // `named` false: every statement is sent unnamed and nothing is cached (a transaction pooler is in between).
    exchange(wire& line, statement_cache& cache, bool named) noexcept : line_(line), cache_(cache), named_(named) {}
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;

    // Queues the batch behind those under way. False: the line is lost, call fail() in a later turn; the batch is told
    // then.
    bool submit(batch& b);
    // Reads all that can be read without waiting. Calls on_done of what is complete: the exchange may be destroyed or
    // failed in there only if its owner keeps it alive until this returns. False: the answers do not fit what was sent,
    // fail() the line.
    bool advance();
    // A stream holds rows that nobody took: do not read from the server until they are.
    bool paused() const noexcept;
    // The line is lost: tells every batch under way, and every one submitted from now on, `why`.
    void fail(const error& why);
    // Gives up waiting for a batch that was submitted: it is kept here until it is answered, then destroyed.
    void abandon(std::unique_ptr<batch> b);

    // False: what is submitted from now on is sent unnamed.
    void name_statements(bool wanted) noexcept { naming_ = wanted; }

    bool busy() const noexcept { return under_way_ != 0; }
    bool failed() const noexcept { return failure_.has_value(); }
    const error* failure() const noexcept { return failure_ ? &*failure_ : nullptr; }
    const connection_counters& counters() const noexcept { return counters_; }
    connection_counters& counters() noexcept { return counters_; }

private:
    enum class step_kind : unsigned char { forget_one, forget_all, prepare, execute, sync };
    struct step {
        step_kind what;
        bool answered = false;   // an `end` comes next
        bool cached = false;     // executes what an earlier batch had prepared
        std::uint32_t index = 0; // of the command in its batch
        batch* owner = nullptr;  // null for housekeeping
        std::optional<prepared_name> name = {};
    };
    enum class way : unsigned char { unnamed, prepared, prepare_first };
    struct planned {
        way how;
        std::optional<prepared_name> name;
    };

    bool send(batch& b);
    void plan(batch& b);
    planned plan_named(const command& one);
    bool make_room();
    bool send_housekeeping();
    bool send_command(batch& b, std::uint32_t index);
    bool push(bool queued, step made);
    void expect_parts_of_head();

    bool read_one();
    bool take_at_sync(step& head, answer& got);
    bool take_answer(const step& head, answer& got);
    void take_refusal(const step& head, command& one, database_diagnostics said);
    void take_housekeeping(const step& head, const answer& got);
    bool take_sync(batch* owner);
    bool repairable(const batch& b) const noexcept;
    bool repair(batch& b);
    void finish(batch& b);
    void drop_statement(const prepared_name& name);
    void drop_all_statements();
    void notice_forgotten(const result& done);

    wire& line_;
    statement_cache& cache_;
    bool named_;
    bool naming_ = true;
    std::vector<planned> plan_; // of the batch being sent; kept for its memory
    std::deque<step> steps_;    // what the server has yet to answer, in order
    std::deque<batch*> doomed_; // to be told that the line is lost
    std::vector<std::unique_ptr<batch>> abandoned_;
    std::vector<prepared_name> stale_; // still known to the server, no more to the cache
    bool all_stale_ = false;           // the server's list and the cache do not agree
    std::size_t under_way_ = 0;
    bool in_transaction_ = false;      // a control command was sent, and the server has not said idle since
    bool invalidated_ = false;         // the batch at the head failed because a prepared statement is no more valid
    bool housekeeping_failed_ = false; // and with it the transaction that was open
    bool lost_ = false;                // libpq took a message no more
    std::optional<error> failure_;
    connection_counters counters_;
};

} // namespace lightdash::pg
