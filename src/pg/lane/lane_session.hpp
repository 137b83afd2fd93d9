// reads(): quick statements on the shared lanes.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/session.hpp"

#include "pg/lane/lane_group.hpp"
#include "pg/pool/pool_session.hpp"

#include <memory>

namespace lightdash::pg {

class lane_session final : public session {
public:
    lane_session(std::shared_ptr<lane_group> lanes, std::shared_ptr<pool> connections, deadline until) noexcept
        : lanes_(std::move(lanes)), exclusive_(std::move(connections), until), until_(until)
    {}

    task<result> do_query(const statement& what, params values) override
    {
        return lanes_->query(what, std::move(values), until_);
    }
    // Rows that are taken one by one cannot share a connection.
    task<std::unique_ptr<row_source>> do_stream(const statement& what, params values) override
    {
        return exclusive_.stream(what, std::move(values));
    }
    task<void> do_send(statement_batch& statements) override { return lanes_->send(statements, until_); }

private:
    std::shared_ptr<lane_group> lanes_;
    pool_session exclusive_;
    deadline until_;
};

} // namespace lightdash::pg
