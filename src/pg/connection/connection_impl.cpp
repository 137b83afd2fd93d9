#include "pg/connection/connection_impl.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>

#include <utility>

namespace lightdash::pg {
namespace {

error unexpected_answer()
{
    return error{error_kind::database_unavailable, "The database's answers did not fit what was asked."}
        .with_poisoned_connection();
}

error closed_here()
{
    return error{error_kind::database_unavailable, "The connection to the database was closed by this program."}
        .with_poisoned_connection();
}

// The reactor has a descriptor of its own: libpq closes its as soon as it reads the end of the stream, and the number
// may be another connection's before the reactor hears of it.
int duplicate(int socket)
{
    const int made = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (made < 0)
        throw error{error_kind::database_unavailable, "No file descriptor is left for a connection to the database."};
    return made;
}

} // namespace

connection::impl::impl(asio::io_context& io, timer_wheel& wheel, offload_pool& threads, connection_handle open,
                       const connection_options& options)
    : context(io), clocks(wheel), blocking(threads), line(std::move(open)), statements(options.statement_cache),
      queue(line, statements, !options.transaction_pooler), socket(io, duplicate(line.socket()))
{
    line.on_notice([this](const notice& said) {
        if (watcher)
            watcher->on_notice(*face, said);
    });
}

void connection::impl::start(connection& owner)
{
    face = &owner;
    arm();
}

void connection::impl::submit(batch& b)
{
    b.submitted = deadline::clock::now();
    if (queue.submit(b)) {
        arm();
        return;
    }
    asio::post(context, [self = shared_from_this()] { self->lose(self->line.lost()); }); // never from inside submit()
}

void connection::impl::abandon(std::unique_ptr<batch> b)
{
    queue.abandon(std::move(b));
}

void connection::impl::resume()
{
    const auto self = shared_from_this();
    if (!closed && !queue.failed() && !queue.advance())
        lose(unexpected_answer());
    settle();
}

bool connection::impl::alive()
{
    if (closed || queue.failed())
        return false;
    if (!line.readable())
        return true; // what the start of the session sent may still be unanswered: that says nothing
    const auto self = shared_from_this();
    pump();
    return !closed && !queue.failed();
}

void connection::impl::lose(const error& why)
{
    if (closed)
        return;
    const auto self = shared_from_this();
    const bool first = !queue.failed();
    queue.fail(why);
    if (closed)
        return;
    if (socket.is_open())
        socket.cancel();
    settle();
    if (first)
        asio::post(context, [self] {
            if (!self->closed && self->watcher)
                self->watcher->on_lost(*self->face, *self->queue.failure());
        });
}

void connection::impl::close()
{
    if (std::exchange(closed, true))
        return;
    watcher = nullptr;
    queue.fail(closed_here());
    settle();
    line.close();
    boost::system::error_code ignored;
    socket.close(ignored);
}

void connection::impl::arm()
{
    if (closed || queue.failed())
        return;
    if (!queue.paused())
        await_readable();
    if (line.unsent())
        await_writable();
}

void connection::impl::await_readable()
{
    if (std::exchange(reading, true))
        return;
    socket.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](auto) {
        self->reading = false;
        self->pump();
    });
}

void connection::impl::await_writable()
{
    if (std::exchange(writing, true))
        return;
    socket.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](auto) {
        self->writing = false;
        self->pump();
    });
}

void connection::impl::pump()
{
    if (closed || queue.failed())
        return;
    if (queue.paused()) {
        arm(); // only to send
        return;
    }
    const auto self = shared_from_this();
    const bool open = line.consume();
    const bool fits = queue.advance();
    if (closed)
        return;
    deliver_notifications();
    if (!open || line.dismissed())
        lose(line.lost());
    else if (!fits)
        lose(unexpected_answer());
    settle();
}

void connection::impl::deliver_notifications()
{
    while (const auto one = line.next_notification())
        if (watcher)
            watcher->on_notify(*face, one->channel, one->payload);
}

void connection::impl::settle()
{
    const bool over = closed || queue.failed();
    if (socket_waiter && copying)
        std::exchange(socket_waiter, nullptr)->set(true);
    if (idle_waiter && (over || !busy()))
        std::exchange(idle_waiter, nullptr)->set(true);
    if (!over)
        arm();
}

task<bool> connection::impl::wait_until_idle(deadline until)
{
    if (!busy() || queue.failed())
        co_return true;
    driver_wait waiting{idle_waiter, clocks, until};
    co_return co_await waiting.wait();
}

task<void> connection::impl::wait_for_socket(wanted what, deadline until)
{
    driver_wait waiting{socket_waiter, clocks, until};
    await_readable();
    if (what == wanted::to_send)
        await_writable(); // without asking libpq again, which may have sent the rest meanwhile: nothing would wake us
                          // then
    const bool ready = co_await waiting.wait();
    if (!ready)
        throw error{error_kind::deadline_exceeded, "COPY took longer than there was time."};
}

} // namespace lightdash::pg
