// All statements of one session on one connection, none of them inside a transaction block.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/session.hpp"

#include "pg/pool/pool.hpp"

namespace lightdash::pg {

class pinned_session final : public session {
public:
    // The connection is closed when it comes back: nobody inherits what was set on it.
    pinned_session(pool::lease borrowed, deadline until);

    task<result> do_query(const statement& what, params values) override;
    task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) override;
    task<void> do_send(statement_batch& statements) override;

private:
    pool::lease borrowed_;
    deadline until_;
};

} // namespace lightdash::pg
