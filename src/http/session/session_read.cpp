#include "http/session/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include <algorithm>

namespace lightdash::http {

namespace {

// After the last answer the client may still be sending: closing at once would reset the connection and destroy the
// answer on its way (RFC 9112 9.6).
constexpr std::chrono::seconds linger_time{1}, linger_time_in_body{3};
constexpr std::size_t kept_per_buffer = 16 * 1024; // of an idle connection
constexpr std::size_t usual_input = 4096;
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
        on_write_check();
    } else if (waiting_ == waiting_for::turn) {
        turn_->set(true);
    } else if (waiting_ == waiting_for::request && unread_ && !idle_deadline().expired()) {
        watch_unread();
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

// Sets the clock for what the session waits for now. True when there is no need to wait: something was decided.
bool session::wait_is_over()
{
    if (in_message_) {
        if (waiting_ == waiting_for::body && overdue_) {
            time_out();
            return true;
        }
        set_clock(waiting_for::body, coming_.due());
        return false;
    }
    if (input_.size() > 0) {
        if (waiting_ != waiting_for::head)
            set_clock(waiting_for::head, deadline::after(limits_.header_time)); // once: not anew with every byte
        else if (overdue_)
            time_out();
        return closing_;
    }
    give_back_memory();
    idle_since_ = clock::now();
    set_clock(waiting_for::request, idle_deadline());
    watch_unread();
    if (dead_)
        return true;
    if (!shared_.stopping)
        return false;
    take_bytes(); // what was sent before we stopped is still answered
    closing_ = input_.size() == 0;
    return true;
}

void session::give_back_memory()
{
    if (input_.size() == 0 && input_.capacity() > usual_input) // after an unusually large message
        input_.shrink_to_fit();
    for (auto* buffer : {&output_, &head_text_}) {
        if (buffer->capacity() > kept_per_buffer)
            std::string{}.swap(*buffer);
    }
}

void session::take_bytes()
{
    if (in_message_ && received().size() <= session_context::read_size / 2) {
        take_body_bytes();
        return;
    }
    input_.reserve(usual_input);
    const auto room = input_.prepare(std::max(head_read_size, input_.capacity() - input_.size()));
    input_.commit(read_into(static_cast<char*>(room.data()), room.size()));
}

// A body is read into memory that all sessions share: a connection that sends slowly, or stops, holds no buffer.
void session::take_body_bytes()
{
    auto* const scratch = shared_.scratch.get();
    const auto before = received(); // the beginning of a chunk's size, say
    before.copy(scratch, before.size());
    const auto came = read_into(scratch + before.size(), session_context::read_size - before.size());
    if (came == 0)
        return;
    const std::string_view bytes{scratch, before.size() + came};
    input_.consume(before.size());
    const auto rest = bytes.substr(take_body_from(bytes));
    const auto room = input_.prepare(rest.size());
    rest.copy(static_cast<char*>(room.data()), rest.size());
    input_.commit(rest.size());
}

// 0 when nothing is there, or the connection has ended.
std::size_t session::read_into(char* room, std::size_t size)
{
    boost::system::error_code failed;
    const auto count = socket_.read_some(asio::buffer(room, size), failed);
    if (failed && failed != asio::error::would_block)
        dead_ = true;
    return failed ? 0 : count;
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
    if (in_message_ && answered_) {
        closing_ = true;
        return;
    }
    if (!in_message_) {
        fill_.clear();
        note_method(received());
        began_ = clock::now();
        request_bytes_ = received().size();
    }
    refuse(error{error_kind::request_timeout, in_message_ ? "The body of the request came too slowly."
                                                          : "The header of the request came too slowly."});
}

void session::refresh_idle_time()
{
    if (waiting_ != waiting_for::request)
        return;
    set_clock(waiting_for::request, idle_deadline());
    watch_unread();
}

void session::close_when_idle()
{
    if (turn_)
        turn_->set(true); // nobody waits for its refusal while the server waits for it
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
    if (turn_)
        turn_->set(true);
}

task<> session::linger()
{
    boost::system::error_code failed;
    socket_.shutdown(tcp_socket::shutdown_send, failed);
    set_clock(waiting_for::peer_to_close, deadline::after(reader_.complete() ? linger_time : linger_time_in_body));
    while (!failed && !overdue_ && !dead_) {
        const auto [interrupted] = co_await socket_.async_wait(tcp_socket::wait_read, asio::as_tuple(asio::deferred));
        if (interrupted)
            co_return;
        socket_.read_some(asio::buffer(shared_.scratch.get(), session_context::read_size), failed);
        if (failed == asio::error::would_block)
            failed.clear();
    }
}

} // namespace lightdash::http
