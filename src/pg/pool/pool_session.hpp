// Statements that each have a connection of their own for their time.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/session.hpp"

#include "pg/pool/pool.hpp"

#include <memory>

namespace lightdash::pg {

enum class repeating : unsigned char {
    harmless,  // a read: sent again when its connection broke
    if_unsent, // only when the server cannot have received it
};

// One statement on an exclusive connection. Throws what the server refused and what pool::acquire() throws.
task<result> query_apart(std::shared_ptr<pool> connections, const statement& what, params values, deadline until,
                         repeating allowed);

class pool_session final : public session {
public:
    pool_session(std::shared_ptr<pool> connections, deadline until) noexcept
        : pool_(std::move(connections)), until_(until)
    {}

    task<result> do_query(const statement& what, params values) override;
    // Holds its connection until the source is destroyed.
    task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) override;
    // One implicit transaction: all of it or nothing.
    task<void> do_send(statement_batch& statements) override;

private:
    std::shared_ptr<pool> pool_;
    deadline until_;
};

} // namespace lightdash::pg
