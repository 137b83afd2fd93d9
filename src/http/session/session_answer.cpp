#include "http/session/session.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <poll.h>

#include <algorithm>
#include <iterator>

namespace lightdash::http {

namespace {

constexpr std::chrono::milliseconds watch_interval{100};
constexpr unsigned status_client_left = 499; // as nginx logs it; never sent
constexpr std::string_view every_method = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

void session::answer_now()
{
    fill_.body(body_);
    ++shared_.stats.active_requests;
    auto answer = make_answer();
    --shared_.stats.active_requests;
    respond(std::move(answer));
}

response session::make_answer()
{
    try {
        return route_->handle_now(request_);
    } catch (...) {
        return failed(std::current_exception());
    }
}

// For requests that no handler sees.
response session::early_answer()
{
    response answer;
    if (early_failure_)
        answer = failed(*early_failure_);
    else
        answer.status = 204; // OPTIONS
    if (!route_ && (!early_failure_ || early_failure_->kind() == error_kind::method_not_allowed))
        answer.headers.emplace_back("Allow", allow_.empty() ? std::string{every_method} : allow_);
    return answer;
}

task<> session::answer_by_handler()
{
    fill_.body(body_);
    const auto began = clock::now();
    if (route_->queues)
        shared_.queueing.enter();
    begin_watch();
    response answer;
    std::exception_ptr failure;
    try {
        answer = co_await route_->handle(request_);
    } catch (...) {
        failure = std::current_exception();
    }
    if (route_->queues)
        leave_queue(began);
    if (cancelled_ != reason::none) // else every later co_await of this session would throw
        co_await asio::this_coro::reset_cancellation_state();
    if (!end_watch())
        co_return;
    if (failure)
        answer = failed(failure);
    respond(std::move(answer));
}

void session::leave_queue(clock::time_point began)
{
    const auto& account = request_.account();
    if (account.statements == 0) {
        shared_.queueing.leave();
        return;
    }
    const auto now = clock::now();
    shared_.queueing.leave(now, account.pool_wait, now - began - account.pool_wait);
}

// From here to end_watch() nothing is read: the deadline and the client are looked after meanwhile.
void session::begin_watch()
{
    cancelled_ = reason::none;
    in_handler_ = true;
    ++shared_.stats.active_requests;
    set_clock(waiting_for::handler, std::min(deadline::after(watch_interval), request_.deadline()));
}

// False when the client has left, so that there is nobody to answer.
bool session::end_watch()
{
    in_handler_ = false;
    --shared_.stats.active_requests;
    if (cancelled_ != reason::client_left)
        return true;
    record(status_client_left, 0, true);
    dead_ = true;
    return false;
}

void session::watch_handler()
{
    if (cancelled_ != reason::none)
        return;
    if (request_.deadline().expired()) {
        cancel_handler(reason::deadline_passed);
    } else if (peer_has_left()) {
        ++shared_.stats.client_left;
        cancel_handler(reason::client_left);
    } else {
        set_clock(waiting_for::handler, std::min(deadline::after(watch_interval), request_.deadline()));
    }
}

void session::cancel_handler(reason why)
{
    if (cancelled_ == reason::none)
        cancelled_ = why;
    signal_.emit(asio::cancellation_type::terminal);
}

// A FIN, seen even behind pipelined requests that nobody has read yet, says only that the client sends no more: it may
// be waiting for its answer (RFC 9112 9.6), or be gone.
bool session::peer_has_left()
{
    pollfd look{socket_.native_handle(), POLLRDHUP, 0};
    if (::poll(&look, 1, 0) <= 0)
        return false;
    if ((look.revents & (POLLHUP | POLLERR)) == 0)
        ask_whether_peer_listens();
    return (look.revents & (POLLHUP | POLLERR)) != 0 || dead_;
}

// An interim answer, which a client has to pass over (RFC 9110 15.2), is answered with a reset where nobody listens any
// more: the next look sees that. HTTP/1.0 knows no interim answers; there whoever sent FIN is taken for a listener.
void session::ask_whether_peer_listens()
{
    if (asked_to_listen_ || !head_.http_1_1 || !output_.empty())
        return;
    asked_to_listen_ = true;
    boost::system::error_code failed;
    const auto sent = socket_.write_some(asio::buffer(go_on), failed);
    written_ += sent;
    if (failed && failed != asio::error::would_block)
        dead_ = true;
    else if (sent > 0)
        output_ = go_on.substr(sent);
}

error session::cancelled_because() const
{
    if (cancelled_ == reason::server_stops)
        return error{error_kind::not_ready, "The server is stopping; the request was not finished."};
    return error{error_kind::deadline_exceeded, "The request took longer than its deadline allows."};
}

response session::failed(const std::exception_ptr& failure)
{
    return failed(cause_of(failure));
}

error session::cause_of(const std::exception_ptr& failure) const
{
    std::string detail;
    try {
        std::rethrow_exception(failure);
    } catch (const error& known) {
        const bool was_ours = cancelled_ != reason::none &&
                              (known.kind() == error_kind::cancelled || known.kind() == error_kind::deadline_exceeded);
        return was_ours ? cancelled_because() : known;
    } catch (const boost::system::system_error& unknown) {
        if (unknown.code() == asio::error::operation_aborted)
            return cancelled_ != reason::none ? cancelled_because()
                                              : error{error_kind::cancelled, "The request was cancelled."};
        detail = unknown.what();
    } catch (const std::exception& unknown) {
        detail = unknown.what();
    } catch (...) {
        detail = "something that is not a std::exception was thrown";
    }
    return error{error_kind::internal, "An exception of an unknown type was thrown."}.with_detail(std::move(detail));
}

response session::failed(const error& failure)
{
    auto& account = request_.account();
    account.error_name = to_string(failure.kind());
    account.error_detail = failure.message(); // which the client may not be told
    if (!failure.detail().empty() && failure.detail() != failure.message())
        account.error_detail += ": " + failure.detail();
    return error_response(failure, request_.id(), shared_.options.say_why);
}

// Answers what cannot be read on from: the connection closes afterwards.
void session::refuse(const error& why)
{
    ++shared_.stats.bad_requests;
    in_message_ = false;
    closing_ = true;
    if (request_.id().empty())
        assign_request_id();
    early_failure_ = why;
    respond(early_answer());
}

void session::respond(response answer)
{
    auto& more = request_.answer_fields();
    std::move(more.begin(), more.end(), std::back_inserter(answer.headers));
    more.clear();
    if (!has_clean_headers(answer)) {
        const error broken{error_kind::internal, "The answer could not be written."};
        answer = failed(broken.with_detail("the handler's response has a header that would break its line"));
    }
    ++served_;
    note_known();
    if (!known_)
        shared_.rank(*this);
    const bool last = closing_ || answer.close || shared_.draining || !head_.keep_alive ||
                      (limits_.requests_per_connection != 0 && served_ >= limits_.requests_per_connection);
    const auto before = output_.size();
    shared_.writer.append(output_, answer,
                          {.request_id = request_.id(),
                           .without_body = request_.verb() == method::head,
                           .close = last,
                           .announce_keep_alive = !last && !head_.http_1_1});
    closing_ = last;
    record(answer.status, output_.size() - before, false);
    release_body();
}

void session::note_known()
{
    if (known_ || !request_.has_identity())
        return;
    known_ = true;
    shared_.rank(*this);
}

void session::record(unsigned status, std::size_t response_bytes, bool client_left)
{
    if (!shared_.on_access)
        return;
    shared_.on_access(access_record{
        .verb = request_.verb(),
        .target = request_.target(),
        .id = request_.id(),
        .client = client_,
        .user_agent = request_.header("user-agent"),
        .status = status,
        .request_bytes = request_bytes_,
        .response_bytes = response_bytes,
        .time = clock::now() - began_,
        .account = request_.account(),
        .client_left = client_left,
    });
}

} // namespace lightdash::http
