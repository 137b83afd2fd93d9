// Something that can be asked: the same words on the read lane, on the pool and on a transaction.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/bound_statement.hpp"
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/row.hpp"
#include "lightdash/pg/statement.hpp"
#include "lightdash/pg/statement_batch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lightdash::pg {

// The rows of one statement as they arrive. Holds its connection until the last row or its own destruction.
class row_source {
public:
    virtual ~row_source() = default;
    // The next batch of rows (at least one), or a result with none after the last.
    virtual task<result> next() = 0;
};

template <class Row>
class row_stream {
public:
    explicit row_stream(std::unique_ptr<row_source> source) : source_(std::move(source)) {}

    task<std::optional<Row>> next()
    {
        if (at_ == batch_.rows()) {
            batch_ = co_await source_->next();
            at_ = 0;
            if (batch_.rows() == 0)
                co_return std::nullopt;
            check_shape<Row>(batch_);
        }
        co_return map_row<Row>(batch_, at_++);
    }

private:
    std::unique_ptr<row_source> source_;
    result batch_;
    std::size_t at_ = 0;
};

// What a session was asked for so far.
struct session_usage {
    std::uint32_t statements = 0; // sent; BEGIN and COMMIT are not counted
    std::uint64_t rows = 0;       // returned or touched
    std::chrono::nanoseconds time{
        0}; // from asking to the answer, waits for a connection included on the lane and the pool
    std::chrono::nanoseconds wait{0}; // for a transaction's connection
};

// Every verb throws lightdash::error: what the server refused (pg/sqlstate.hpp maps it), database_unavailable when the
// connection broke, deadline_exceeded when this session's deadline passed, cancelled when the coroutine was cancelled.
// The statement must outlive the call; the arguments are encoded before the first suspension.
class session {
public:
    virtual ~session() = default;

    // Rows affected.
    template <class... Args>
    task<std::uint64_t> execute(const statement& what, const Args&... args)
    {
        return affected(do_query(what, params::of(args...)));
    }
    // Exactly one row: throws no_rows or too_many_rows.
    template <class Row, class... Args>
    task<Row> one(const statement& what, const Args&... args)
    {
        return map_one_of<Row>(do_query(what, params::of(args...)), what);
    }
    // None or one row: throws too_many_rows.
    template <class Row, class... Args>
    task<std::optional<Row>> maybe(const statement& what, const Args&... args)
    {
        return map_maybe_of<Row>(do_query(what, params::of(args...)), what);
    }
    template <class Row, class... Args>
    task<std::vector<Row>> all(const statement& what, const Args&... args)
    {
        return map_all_of<Row>(do_query(what, params::of(args...)));
    }
    // Row by row, memory bounded by one batch.
    template <class Row, class... Args>
    task<row_stream<Row>> rows(const statement& what, const Args&... args)
    {
        return stream_of<Row>(stream(what, params::of(args...)));
    }

    // The same, of a statement that was given its values already: what a named query of sql/ returns.
    task<std::uint64_t> execute(bound_statement bound)
    {
        return affected(do_query(bound.what, std::move(bound.values)));
    }
    template <class Row>
    task<Row> one(bound_statement bound)
    {
        return map_one_of<Row>(do_query(bound.what, std::move(bound.values)), bound.what);
    }
    template <class Row>
    task<std::optional<Row>> maybe(bound_statement bound)
    {
        return map_maybe_of<Row>(do_query(bound.what, std::move(bound.values)), bound.what);
    }
    template <class Row>
    task<std::vector<Row>> all(bound_statement bound)
    {
        return map_all_of<Row>(do_query(bound.what, std::move(bound.values)));
    }
    template <class Row>
    task<row_stream<Row>> rows(bound_statement bound)
    {
        return stream_of<Row>(stream(bound.what, std::move(bound.values)));
    }

    task<result> query(const statement& what, params values) { return counted(do_query(what, std::move(values))); }
    // What is streamed is not in usage(): it arrives as slowly as it is taken.
    task<std::unique_ptr<row_source>> stream(const statement& what, params values)
    {
        return do_stream(what, std::move(values));
    }
    // Sends every statement of the batch in one round trip; each one's answer is then had from the batch.
    task<void> send(statement_batch& statements) { return counted(do_send(statements), statements); }

    const session_usage& usage() const noexcept { return usage_; }
    void note_wait(std::chrono::nanoseconds time) noexcept { usage_.wait += time; }

protected:
    session() = default;
    session(const session&) = default;
    session& operator=(const session&) = default;

    // Adds a round trip to usage(), however it ends. So do the verbs above, each in the one coroutine that also maps
    // its rows.
    task<result> counted(task<result> pending)
    {
        round_trip now{usage_, 1};
        co_return now.noted(co_await std::move(pending));
    }
    task<void> counted(task<void> pending, statement_batch& statements)
    {
        round_trip now{usage_, statements.entries().size()};
        co_await std::move(pending);
        for (const auto& entry : statements.entries())
            now.note(entry.answer);
    }

private:
    virtual task<result> do_query(const statement& what, params values) = 0;
    virtual task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) = 0;
    virtual task<void> do_send(statement_batch& statements) = 0;

    class round_trip {
    public:
        round_trip(session_usage& usage, std::size_t statements) noexcept
            : usage_(usage), started_(std::chrono::steady_clock::now())
        {
            usage_.statements += static_cast<std::uint32_t>(statements);
        }
        round_trip(const round_trip&) = delete;
        round_trip& operator=(const round_trip&) = delete;
        ~round_trip() { usage_.time += std::chrono::steady_clock::now() - started_; }

        void note(const result& answer) noexcept { usage_.rows += answer.affected(); }
        result noted(result answer) noexcept
        {
            note(answer);
            return answer;
        }

    private:
        session_usage& usage_;
        std::chrono::steady_clock::time_point started_;
    };

    task<std::uint64_t> affected(task<result> pending)
    {
        round_trip now{usage_, 1};
        co_return now.noted(co_await std::move(pending)).affected();
    }
    template <class Row>
    task<Row> map_one_of(task<result> pending, const statement& what)
    {
        round_trip now{usage_, 1};
        const auto answer = now.noted(co_await std::move(pending));
        co_return map_one<Row>(answer, what.name());
    }
    template <class Row>
    task<std::optional<Row>> map_maybe_of(task<result> pending, const statement& what)
    {
        round_trip now{usage_, 1};
        const auto answer = now.noted(co_await std::move(pending));
        co_return map_maybe<Row>(answer, what.name());
    }
    template <class Row>
    task<std::vector<Row>> map_all_of(task<result> pending)
    {
        round_trip now{usage_, 1};
        const auto answer = now.noted(co_await std::move(pending));
        co_return map_all<Row>(answer);
    }
    template <class Row>
    static task<row_stream<Row>> stream_of(task<std::unique_ptr<row_source>> pending)
    {
        co_return row_stream<Row>{co_await std::move(pending)};
    }

    session_usage usage_;
};

} // namespace lightdash::pg
