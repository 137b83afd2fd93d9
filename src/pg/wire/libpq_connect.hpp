// A connection that is being made by libpq.
#pragma once

#include "pg/machines/connecting.hpp"
#include "pg/wire/conninfo.hpp"
#include "pg/wire/handle.hpp"

namespace lightdash::pg {

class libpq_connect final : public connect_line {
public:
    // Begins; failures show at the first poll().
    explicit libpq_connect(const conninfo& how);

    progress poll() override;
    int socket() const noexcept override { return PQsocket(handle_.get()); }
    std::string trouble() const override;
    int server_version() const noexcept override { return PQserverVersion(handle_.get()); }
    bool enter_pipeline() override;

    // Once connected.
    connection_handle release() noexcept { return std::move(handle_); }

private:
    connection_handle handle_;
};

} // namespace lightdash::pg
