// One REPEATABLE READ, READ ONLY transaction: statements that must agree with each other, and change nothing.
#pragma once

#include "lightdash/pg/transaction.hpp"

namespace lightdash::pg {

inline constexpr transaction_options of_a_snapshot{.level = isolation::repeatable_read, .read_only = true};

// Asks through a transaction that was begun with of_a_snapshot, and that must outlive it.
class snapshot final : public session {
public:
    explicit snapshot(transaction& through) noexcept : through_(through) {}

private:
    task<result> do_query(const statement& what, params values) override
    {
        return through_.query(what, std::move(values));
    }
    task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) override
    {
        return through_.stream(what, std::move(values));
    }
    task<void> do_send(statement_batch& statements) override { return through_.send(statements); }

    transaction& through_;
};

} // namespace lightdash::pg
