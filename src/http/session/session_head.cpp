// What is decided about a request before its body is read: everything that does not depend on the body (promises H3,
// H5).
#include "http/session/session.hpp"

#include "http/request/request_id.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <charconv>

namespace lightdash::http {

namespace {

std::uint64_t next_random(std::uint64_t& state) noexcept // splitmix64: ids must differ, not be secret
{
    auto z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

} // namespace

void session::fill_request()
{
    fill_.line(head_.verb, head_.target, target_.path, target_.query);
    fill_.swap_headers(head_.fields);
    assign_request_id();
    request_time_ = limits_.request_time;
    fill_.until(deadline::at(began_ + request_time_));
}

void session::assign_request_id()
{
    const auto given = request_.header("x-request-id");
    if (is_request_id(given)) {
        fill_.id(given);
        return;
    }
    static constexpr char digits[] = "0123456789abcdef";
    char made[32];
    auto* out = made;
    for (auto& state : shared_.id_state) {
        const auto random = next_random(state);
        for (int shift = 60; shift >= 0; shift -= 4)
            *out++ = digits[(random >> shift) & 0xF];
    }
    fill_.id({made, sizeof made});
}

void session::find_route()
{
    try {
        auto match = shared_.routes.find(request_);
        route_ = match.found;
        allow_ = std::move(match.allow);
        apply_request_timeout();
        if (route_)
            check_accept();
        else if (allow_.empty() && target_.path != "*")
            early_failure_ = error{error_kind::not_found, "There is nothing at this address."};
        else if (head_.verb != method::options)
            early_failure_ =
                error{error_kind::method_not_allowed,
                      fmt::format("{} is not possible here; possible are {}.", to_string(head_.verb), allow_)};
    } catch (const error& failure) {
        early_failure_ = failure;
    }
}

void session::check_accept() const
{
    if (!route_->produces.empty() && !request_.accepts(route_->produces))
        throw error{error_kind::not_acceptable,
                    fmt::format("The answer is {}, which the request's Accept field excludes.", route_->produces)};
}

void session::apply_request_timeout()
{
    const auto given = request_.header("x-request-timeout");
    if (given.empty())
        return;
    double seconds = 0;
    const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (failed != std::errc{} || end != given.data() + given.size() || !(seconds > 0))
        throw error{error_kind::invalid_parameter, "X-Request-Timeout must be a number of seconds above 0."};
    const std::chrono::duration<double> wanted{std::min(seconds, 1e6)};
    request_time_ = std::min(request_time_, std::chrono::duration_cast<clock::duration>(wanted));
    fill_.until(deadline::at(began_ + request_time_));
}

// What a request may take counts from its last byte: how long a body is on its way is the client's affair, and has a
// clock of its own.
void session::start_request_clock()
{
    fill_.until(deadline::after(request_time_));
}

void session::decide_who()
{
    who_unknown_ = false;
    if (early_failure_ || !route_)
        return;
    if (route_->admit_known) {
        try {
            who_unknown_ = !route_->admit_known(request_);
        } catch (const error& failure) {
            early_failure_ = failure;
            return;
        }
    }
    note_known();
    check_room();
}

task<> session::ask_who()
{
    who_unknown_ = false;
    begin_watch();
    std::exception_ptr failure;
    try {
        co_await route_->admit_unknown(request_);
    } catch (...) {
        failure = std::current_exception();
    }
    if (cancelled_ != reason::none) // else every later co_await of this session would throw
        co_await asio::this_coro::reset_cancellation_state();
    if (!end_watch())
        co_return;
    if (failure)
        early_failure_ = cause_of(failure);
    note_known();
    check_room();
    settle_head();
}

// Under overload a refusal has to cost less than anything else: nothing is read or looked up any more.
void session::check_room()
{
    if (early_failure_ || !route_->queues || !shared_.queueing.full())
        return;
    ++shared_.stats.overloaded;
    shed_ = true;
    who_unknown_ = false;
    early_failure_ = error{error_kind::overloaded, "Too many requests are waiting for the database."};
}

// Everything about the head is known: the body may come, or the answer is given.
void session::settle_head()
{
    const bool has_body = head_.chunked || head_.content_length.value_or(0) > 0;
    if (!early_failure_ && route_ && route_->takes_json && has_body) {
        try {
            request_.require_json_body();
        } catch (const error& failure) {
            early_failure_ = failure;
        }
    }
    const bool answerable = early_failure_ || !route_;
    const auto most = answerable           ? limits_.discarded_body_bytes
                      : route_->body_limit ? *route_->body_limit
                                           : limits_.body_bytes;
    reader_.begin(head_, limits_, most);
    body_.clear();
    if (!reader_.complete())
        coming_.start(clock::now(), limits_.body_time, limits_.body_time, limits_.minimum_rate);
    if (!answerable)
        expect_body(most);
    else if (!shed_)
        answer_at_head();
}

void session::expect_body(std::uint64_t most)
{
    if (head_.content_length.value_or(0) > most)
        refuse(error{error_kind::payload_too_large,
                     fmt::format("The body has {} bytes; at most {} are taken here.", *head_.content_length, most)});
    else if (!reader_.complete() && head_.expects_continue && head_.http_1_1 && input_.size() == 0)
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

// What still comes of a small body is taken off the connection afterwards. Who waits for "100 Continue" may send none,
// or one: after that nobody knows where the next request begins.
void session::answer_at_head()
{
    const bool waits = head_.expects_continue && head_.http_1_1 && input_.size() == 0;
    if (!reader_.complete() && (waits || head_.content_length.value_or(0) > limits_.discarded_body_bytes)) {
        ++shared_.stats.bad_requests;
        closing_ = true;
    }
    answered_ = true;
    respond(early_answer());
}

// A refusal for want of room waits for its turn: see refusal_pace.
task<> session::hold()
{
    const auto now = clock::now();
    const auto when = shared_.refusals.next(now, shared_.queueing.spacing());
    if (when > now && !shared_.stopping) {
        completion<bool> turn;
        turn_ = &turn;
        set_clock(waiting_for::turn, deadline::at(when));
        co_await turn.wait();
        turn_ = nullptr;
    }
    if (!dead_)
        answer_at_head();
}

} // namespace lightdash::http
