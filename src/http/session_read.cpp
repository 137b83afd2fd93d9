#include "http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

namespace lightdash::http {

namespace {

// After the last answer the client may still be sending: closing at once would reset the connection and destroy the
// answer on its way (RFC 9112 9.6).
constexpr std::chrono::seconds linger_time{1};
constexpr std::size_t kept_memory = 16 * 1024; // per buffer of an idle connection
constexpr std::size_t body_read_size = 32 * 1024;
constexpr std::size_t head_read_size = 1024;

} // namespace

void session::set_clock(waiting_for what, deadline when)
{
    waiting_ = what;
    due_ = when;
    overdue_ = false;
    if (alarm_.armed() && armed_for_ <= due_)
        return;
    armed_for_ = due_;
    shared_.clocks.arm(alarm_, due_);
}

void session::on_clock()
{
    if (!due_.expired()) {
        armed_for_ = due_;
        shared_.clocks.arm(alarm_, due_);
        return;
    }
    if (waiting_ == waiting_for::handler) {
        watch_handler();
    } else if (waiting_ == waiting_for::writable) {
        on_write_window();
    } else {
        overdue_ = true;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
}

deadline session::idle_deadline() const
{
    return deadline::at(idle_since_ + (shared_.crowded ? limits_.idle_time_crowded : limits_.idle_time));
}

// Bytes announced or received at `minimum_rate`, and body_time for the start (promises H5).
deadline session::body_deadline() const
{
    const auto bytes = head_.content_length.value_or(request_bytes_);
    const auto rate = std::max<std::size_t>(limits_.minimum_rate, 1);
    return deadline::at(began_ + limits_.body_time + std::chrono::milliseconds{bytes * 1000 / rate});
}

// Sets the clock for what the session waits for now. True when there is no need to wait: something was decided.
bool session::wait_is_over()
{
    if (in_message_) {
        if (waiting_ == waiting_for::body && overdue_) {
            time_out();
            return true;
        }
        set_clock(waiting_for::body, body_deadline());
        return false;
    }
    if (!input_.empty()) {
        if (waiting_ != waiting_for::head)
            set_clock(waiting_for::head, deadline::after(limits_.header_time)); // once: not anew with every byte
        else if (overdue_)
            time_out();
        return closing_;
    }
    give_back_memory();
    idle_since_ = clock::now();
    set_clock(waiting_for::request, idle_deadline());
    if (!shared_.stopping)
        return false;
    take_bytes(); // what was sent before we stopped is still answered
    closing_ = input_.empty();
    return true;
}

void session::give_back_memory()
{
    input_.shrink();
    for (auto* buffer : {&output_, &body_, &head_text_}) {
        if (buffer->capacity() > kept_memory)
            std::string{}.swap(*buffer);
    }
}

void session::take_bytes()
{
    const auto room = input_.prepare(in_message_ ? body_read_size : head_read_size);
    boost::system::error_code failed;
    const auto count = socket_.read_some(asio::buffer(room.data(), room.size()), failed);
    if (!failed)
        input_.commit(count);
    else if (failed != asio::error::would_block)
        dead_ = true;
}

void session::on_interrupted()
{
    if (overdue_)
        time_out();
    else if (!shared_.stopping || waiting_ != waiting_for::request)
        dead_ = true;
}

void session::time_out()
{
    if (waiting_ == waiting_for::request) {
        closing_ = true;
        return;
    }
    if (!in_message_) {
        fill_.clear();
        began_ = clock::now();
        request_bytes_ = input_.view().size();
    }
    refuse(error{error_kind::request_timeout, in_message_ ? "The body of the request came too slowly."
                                                          : "The header of the request came too slowly."});
}

void session::refresh_idle_time()
{
    if (waiting_ == waiting_for::request)
        set_clock(waiting_for::request, idle_deadline());
}

void session::close_when_idle()
{
    if (waiting_ != waiting_for::request)
        return;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void session::cancel()
{
    if (in_handler_)
        cancel_handler(reason::server_stops);
    else
        abandon();
}

void session::abandon()
{
    dead_ = true;
    reset_if_cut_off();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

task<> session::linger()
{
    boost::system::error_code failed;
    socket_.shutdown(tcp_socket::shutdown_send, failed);
    set_clock(waiting_for::peer_to_close, deadline::after(linger_time));
    while (!failed && !overdue_ && !dead_) {
        const auto [interrupted] = co_await socket_.async_wait(tcp_socket::wait_read, asio::as_tuple(asio::deferred));
        if (interrupted)
            co_return;
        const auto room = input_.prepare(head_read_size);
        socket_.read_some(asio::buffer(room.data(), room.size()), failed);
        if (failed == asio::error::would_block)
            failed.clear();
    }
}

} // namespace lightdash::http
