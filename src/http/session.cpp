#include "http/session.hpp"

#include "http/target_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
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

bool is_request_id(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 128)
        return false;
    for (char c : text)
        if (!text::is_unreserved(c) || c == '~')
            return false;
    return true;
}

// Does one range of an Accept field (RFC 9110 12.5.1) take `produced`? A weight of 0 refuses.
bool range_takes(std::string_view range, std::string_view produced) noexcept
{
    const auto semicolon = std::min(range.find(';'), range.size());
    const auto media = text::trimmed(range.substr(0, semicolon));
    for (auto at = semicolon; at < range.size();) {
        const auto next = std::min(range.find(';', at + 1), range.size());
        const auto parameter = text::trimmed(range.substr(at + 1, next - at - 1));
        if (parameter.size() > 2 && text::lower(parameter[0]) == 'q' && parameter[1] == '=' &&
            parameter.find_first_not_of("0.", 2) == std::string_view::npos)
            return false;
        at = next;
    }
    if (media == "*/*" || text::equals_ignoring_case(media, produced))
        return true;
    const auto slash = produced.find('/');
    return media.size() == slash + 2 && media.ends_with("/*") &&
           text::equals_ignoring_case(media.substr(0, slash), produced.substr(0, slash));
}

bool accept_takes(std::string_view accept, std::string_view produced) noexcept
{
    for (std::size_t at = 0; at <= accept.size();) {
        const auto comma = std::min(accept.find(',', at), accept.size());
        if (range_takes(accept.substr(at, comma - at), produced))
            return true;
        at = comma + 1;
    }
    return false;
}

} // namespace

session::session(session_context& shared, tcp_socket socket, std::string client)
    : shared_(shared), limits_(shared.options.limits), socket_(std::move(socket)), client_(std::move(client)),
      alarm_([](void* self) noexcept { static_cast<session*>(self)->on_clock(); }, this), parser_(limits_, body_)
{}

task<> session::run()
{
    while (!dead_) {
        const auto next = advance();
        if (!output_.empty() && !try_send())
            co_await send_slowly();
        if (next == step::run_handler && !dead_) {
            co_await answer_by_handler();
            continue;
        }
        if (closing_ || dead_)
            break;
        if (next != step::starved || wait_is_over())
            continue;
        const auto [failed] = co_await socket_.async_wait(tcp_socket::wait_read, asio::as_tuple(asio::deferred));
        if (failed)
            on_interrupted();
        else
            take_bytes();
    }
    if (!dead_)
        co_await linger();
    alarm_.disarm();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

// Goes through the bytes at hand: answers what needs no coroutine, stops where the session has to wait or to write.
session::step session::advance()
{
    for (std::size_t answered = 0; answered < limits_.pipeline_depth; ++answered) {
        if (closing_)
            return step::answered;
        if (!in_message_ && !begin_message())
            return closing_ ? step::answered : step::starved;
        if (!take_body())
            return closing_ ? step::answered : step::starved;
        in_message_ = false;
        if (route_ && route_->handle && !early_failure_)
            return step::run_handler;
        answer_now();
    }
    return step::answered;
}

// True once a head was taken and its body may come; what is wrong with it was answered already.
bool session::begin_message()
{
    if (input_.empty())
        return false;
    const auto state = scanner_.scan(input_.view(), limits_);
    if (state == framing::head_scanner::state::incomplete)
        return false;
    began_ = clock::now();
    waiting_ = waiting_for::request; // the clocks of this message start anew
    overdue_ = false;
    cancelled_ = reason::none;
    fill_.clear();
    route_ = nullptr;
    early_failure_.reset();
    request_bytes_ = scanner_.end();
    const auto refused = state == framing::head_scanner::state::refused ? std::optional{scanner_.why()} : read_head();
    if (refused) {
        refuse(error{refused->kind, std::string{refused->reason}});
        return false;
    }
    fill_request();
    find_route();
    in_message_ = accept_body();
    return in_message_;
}

std::optional<framing::refusal> session::read_head()
{
    const auto block = input_.view().substr(0, scanner_.end());
    head_text_.assign(block.substr(scanner_.begin()));
    input_.consume(block.size());
    scanner_.reset();
    auto refused = framing::parse_head(head_text_, limits_, head_);
    if (refused)
        return refused;
    fill_.line(head_.verb, head_.target, {}, {});
    refused = parse_target(head_, target_);
    return refused ? refused : parser_.take_head(head_text_, head_);
}

void session::fill_request()
{
    fill_.line(head_.verb, head_.target, target_.path, target_.query);
    fill_.swap_headers(head_.fields);
    assign_request_id();
    fill_.until(deadline::at(began_ + limits_.request_time));
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

// What is wrong with the request before its body came is kept: the body is taken off the connection first.
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
    if (route_->produces.empty() || !request_.has_header("accept"))
        return;
    if (!accept_takes(request_.header("accept"), route_->produces))
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
    fill_.until(
        std::min(request_.deadline(), deadline::at(began_ + std::chrono::duration_cast<clock::duration>(wanted))));
}

// False when the answer was given instead of taking the body.
bool session::accept_body()
{
    const auto most = route_ && route_->body_limit ? *route_->body_limit : limits_.body_bytes;
    parser_.limit_body(most);
    if (head_.content_length.value_or(0) > most) {
        refuse(error{error_kind::payload_too_large,
                     fmt::format("The body has {} bytes; at most {} are taken here.", *head_.content_length, most)});
        return false;
    }
    if (parser_.complete() || !head_.expects_continue || !head_.http_1_1)
        return true;
    if (early_failure_) {
        refuse(*early_failure_);
        return false;
    }
    if (input_.empty())
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    return true;
}

// True once the message is complete.
bool session::take_body()
{
    if (parser_.complete())
        return true;
    std::size_t taken = 0;
    const auto refused = parser_.take_body(input_.view(), taken);
    input_.consume(taken);
    request_bytes_ += taken;
    if (refused) {
        refuse(error{refused->kind, std::string{refused->reason}});
        return false;
    }
    if (parser_.complete())
        return true;
    if (input_.view().size() > limits_.header_bytes)
        refuse(error{error_kind::header_too_large, "A chunk's header or the trailer is too large."});
    return false;
}

} // namespace lightdash::http
