// A connection that is being made by libpq.
#pragma once

#include "pg/wire/connect_line.hpp"
#include "pg/wire/conninfo.hpp"
#include "pg/wire/handle.hpp"

#include <string>
#include <vector>

namespace lightdash::pg {

class libpq_connect final : public connect_line {
public:
    // Begins; failures show at the first poll().
    explicit libpq_connect(conninfo how);

    progress poll() override;
    int socket() const noexcept override { return PQsocket(handle_.get()); }
    std::string trouble() const override;
    connect_scope scope() const noexcept override { return scope_; }
    std::size_t hosts() const override { return endpoints_.size(); }
    std::string host() const override;
    void next_host() override;
    int server_version() const noexcept override { return PQserverVersion(handle_.get()); }
    bool enter_pipeline() override;

    // Once connected.
    connection_handle release() noexcept { return std::move(handle_); }

private:
    void begin();

    conninfo how_;
    std::vector<conninfo::endpoint> endpoints_;
    connect_scope scope_;
    std::string given_up_; // what became of hosts that did not answer, as libpq would say it
    connection_handle handle_;
};

} // namespace lightdash::pg
