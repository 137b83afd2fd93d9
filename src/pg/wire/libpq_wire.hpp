// The wire over libpq: an open connection, non-blocking, in pipeline mode except between begin_copy and end_copy.
#pragma once

#include "lightdash/pg/notice.hpp"
#include "lightdash/pg/statement.hpp"

#include "pg/wire/handle.hpp"
#include "pg/wire/result_access.hpp"
#include "pg/wire/wire.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::pg {

class libpq_wire final : public wire {
public:
    using notice_callback = std::function<void(const notice&)>;

    // `open` is connected, non-blocking and in pipeline mode.
    explicit libpq_wire(connection_handle open);
    ~libpq_wire() override;
    libpq_wire(const libpq_wire&) = delete;
    libpq_wire& operator=(const libpq_wire&) = delete;

    bool prepare(const char* name, const std::string& text, const params& types) override;
    bool execute_prepared(const char* name, const params& values) override;
    bool execute(std::string_view text, const params& values, row_format rows) override;
    bool sync() override;
    void expect_parts() override;
    bool busy() override;
    answer next() override;
    transaction_status status() const override;

    // Takes in what the socket has and sends what waits to be sent. False: the connection is gone; what had arrived
    // before can still be read.
    bool consume();
    // Something waits to be sent.
    bool unsent();
    // Something can be read, or the peer hung up: asks the kernel, without waiting.
    bool readable() const noexcept;
    // The server has said, while nothing was asked, that it ends the connection.
    bool dismissed() const noexcept { return !last_words_.empty(); }
    // Why the connection is gone, poisoned.
    error lost() const;
    struct notification {
        std::string channel;
        std::string payload;
    };
    std::optional<notification> next_notification();
    void on_notice(notice_callback callback) { on_notice_ = std::move(callback); }

    // COPY is forbidden in pipeline mode. False: libpq refused, the connection is beyond use.
    bool begin_copy(const std::string& text);
    bool put_copy(std::string_view chunk);
    bool end_copy_in(const char* failure); // null: complete
    enum class copy_read : unsigned char { row, wait, end, failed };
    copy_read read_copy(const std::function<void(std::string_view)>& take); // `take` may throw
    bool end_copy();

    int socket() const noexcept { return PQsocket(handle_.get()); }
    int backend_pid() const noexcept { return PQbackendPID(handle_.get()); }
    int server_version() const noexcept { return PQserverVersion(handle_.get()); }
    // As the server, or a pooler in front of it, reported it last; "" when it reports no such setting.
    std::string_view setting(const char* name) const noexcept;
    const std::string& host() const noexcept { return host_; }
    bool encrypted() const noexcept { return tls_; }
    // To be run off the loop, and may outlive this: sends a cancel request and waits until the server took it.
    std::function<bool()> canceller() const;
    // Says Terminate and closes, without waiting for the server.
    void close() noexcept { handle_.reset(); }

private:
    static void receive_notice(void* self, const PGresult* said) noexcept;
    void lay_out(const params& values);
    answer gather_rows(result_ptr first);

    connection_handle handle_;
    std::string host_;
    bool tls_;
    notice_callback on_notice_;
    std::string last_words_; // a fatal message that came while nothing was asked
    result_ptr stashed_;     // read while rows were gathered, belongs to the next answer
    std::string text_;       // for texts that do not end in a zero byte
    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

} // namespace lightdash::pg
