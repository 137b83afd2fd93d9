// The driver behind connection: turns readiness of the socket into calls of the exchange.
#pragma once

#include "lightdash/async/completion.hpp"

#include "pg/connection/connection.hpp"
#include "pg/connection/exchange.hpp"
#include "pg/connection/statement_cache.hpp"
#include "pg/wire/libpq_wire.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>

namespace lightdash::pg {

struct connection::impl : std::enable_shared_from_this<connection::impl> {
    impl(asio::io_context& io, timer_wheel& wheel, offload_pool& threads, connection_handle open,
         const connection_options& options);

    // Begins to listen to the socket.
    void start(connection& owner);
    void submit(batch& b);
    void abandon(std::unique_ptr<batch> b);
    // After a stream's rows were taken: goes on reading.
    void resume();
    bool alive();
    bool busy() const noexcept { return queue.busy() || copying; }
    // Tells everybody, and the watcher in a later turn.
    void lose(const error& why);
    void close();

    // Waits until nothing is under way; false when `until` passed first.
    task<bool> wait_until_idle(deadline until);
    // Waits while COPY runs until something arrived, or, if that is wanted, until more can be sent. Throws
    // deadline_exceeded, cancelled.
    enum class wanted : unsigned char { to_read, to_send };
    task<void> wait_for_socket(wanted what, deadline until);

    void arm();
    void await_readable();
    void await_writable();
    void pump();
    void deliver_notifications();
    void settle();

    asio::io_context& context;
    timer_wheel& clocks;
    offload_pool& blocking;
    connection* face = nullptr;
    connection_watcher* watcher = nullptr;

    libpq_wire line;
    statement_cache statements;
    exchange queue;
    asio::posix::stream_descriptor socket;
    completion<bool>* idle_waiter = nullptr;
    completion<bool>* socket_waiter = nullptr;
    bool reading = false;
    bool writing = false;
    bool closed = false;
    bool copying = false;
    bool listening = false;
};

// One coroutine's wait for something that the driver tells it, until a deadline. The driver forgets it with the frame.
class driver_wait {
public:
    driver_wait(completion<bool>*& place, timer_wheel& clocks, deadline until)
        : place_(place), clock_([](void* self) noexcept { static_cast<driver_wait*>(self)->done_.set(false); }, this)
    {
        place_ = &done_;
        clocks.arm(clock_, until);
    }
    driver_wait(const driver_wait&) = delete;
    driver_wait& operator=(const driver_wait&) = delete;
    ~driver_wait()
    {
        if (place_ == &done_)
            place_ = nullptr;
    }
    // False: the deadline passed.
    task<bool> wait() { return done_.wait(); }

private:
    completion<bool>*& place_;
    completion<bool> done_;
    alarm clock_;
};

} // namespace lightdash::pg
