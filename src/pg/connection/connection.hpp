// One connection to PostgreSQL: non-blocking libpq, driven by the loop, in pipeline mode except while COPY runs.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/notice.hpp"
#include "lightdash/pg/options.hpp"
#include "lightdash/pg/session.hpp"

#include "pg/connection/batch.hpp"
#include "pg/connection/connection_counters.hpp"
#include "pg/wire/transaction_status.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::pg {

class connection;

// Hears what arrives without having been asked for. Called on the loop; may destroy the connection in on_lost only.
class connection_watcher {
public:
    virtual void on_lost(connection&, const error&) noexcept {} // once; after the batches under way were told
    virtual void on_notice(connection&, const notice&) noexcept {}
    virtual void on_notify(connection&, std::string_view /*channel*/, std::string_view /*payload*/) noexcept {}

protected:
    ~connection_watcher() = default;
};

class connection {
public:
    // Resolves names off the loop, connects, checks what the server is, sets the session (session_settings.hpp, the
    // application's name). Ends at the earlier of `until` and the options' connect_timeout. Throws
    // database_unavailable, resource_exhausted (53300: the server has no slot left), configuration (wrong password, no
    // such database, too old a server: asking again will not help), deadline_exceeded, cancelled. No message holds the
    // DSN.
    static task<std::unique_ptr<connection>> open(asio::io_context& context, timer_wheel& clocks,
                                                  offload_pool& blocking, const connection_options& options,
                                                  deadline until);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    // Says Terminate if healthy, then closes, without waiting. Batches under way are told that they broke before it
    // returns.
    ~connection();

    // Queues a batch behind those under way and begins to send in this turn. Any number may be under way. Never throws:
    // failures arrive in the batch, which must stay alive until its on_done.
    void submit(batch& b);
    // submit() and wait. Refusals of the server are left in the commands. Throws batch::broken, deadline_exceeded,
    // cancelled; after the last two the connection has taken `b` (it is null) and keeps it until it is answered:
    // busy().
    task<void> run(std::unique_ptr<batch>& b, deadline until);
    // Sends the batch and hands out the rows of its last command as they arrive, at most 256 rows or 64 KiB at a time;
    // what is not taken stays in the server. Failures are thrown by next(), as is deadline_exceeded. Destroying the
    // source early leaves the connection busy() with discarding the rest: clean() it, or go on and wait for the rest.
    // Must not outlive the connection.
    task<std::unique_ptr<row_source>> stream(std::unique_ptr<batch> b, deadline until);
    task<std::unique_ptr<row_source>> stream(command only, deadline until);

    // COPY in text format on an idle connection (inside or outside a transaction). Returns the rows copied. Throws what
    // the server refused; an exception of `next` ends the COPY with an error at the server and is rethrown. After any
    // other exception (`take`'s, deadline, cancellation) the connection is broken().
    task<std::uint64_t> copy_in(const statement& copy, std::function<std::optional<std::string>()> next,
                                deadline until);
    task<std::uint64_t> copy_out(const statement& copy, std::function<void(std::string_view)> take, deadline until);

    // Zero-timeout poll and consume, no round trip: false when the server closed the connection while it was idle.
    bool alive();
    bool busy() const noexcept;   // something is under way: batches, an abandoned one included, a stream, COPY
    bool broken() const noexcept; // for good; close it
    using transaction_status = pg::transaction_status;
    transaction_status status() const noexcept; // as of the last answer; unknown while busy() or broken()
    bool reusable() const noexcept;             // not broken, not busy, no transaction, no LISTEN

    // Asks the server to cancel what runs, off the loop. True: the server was told before `until`. Never throws.
    task<bool> cancel(deadline until);
    // Makes a returned connection reusable: cancels what runs, waits for its end, rolls back. False when that could not
    // be done before `until`: then close it. Never throws.
    task<bool> clean(deadline until);

    // False: statements are sent unnamed from now on, whether they are prepared or not.
    void name_statements(bool wanted) noexcept;
    // One watcher, or null; must outlive the connection or be taken off.
    void watch(connection_watcher* watcher) noexcept;
    // Channels are listened to: reusable() is false from now on.
    void mark_listening() noexcept;

    int backend_pid() const noexcept;
    int server_version() const noexcept; // 150004
    std::string_view host() const noexcept;
    int socket() const noexcept; // -1 once broken
    const connection_counters& counters() const noexcept;
    std::size_t cached_statements() const noexcept;

    struct impl; // the driver: src/pg/connection_*.cpp

private:
    friend class awaited_batch;
    explicit connection(std::shared_ptr<impl> made) noexcept;
    std::shared_ptr<impl> impl_; // shared with the handlers of waits that are still registered
};

} // namespace lightdash::pg
