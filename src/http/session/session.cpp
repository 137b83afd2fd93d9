#include "http/session/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

namespace lightdash::http {

namespace {

constexpr std::size_t kept_of_a_body = 16 * 1024;    // of its buffer, between requests
constexpr std::size_t room_in_one_piece = 64 * 1024; // from this size on a body gets all its memory at once
constexpr std::size_t small_body = 16 * 1024;        // for which a part of the memory is kept free

} // namespace

session::session(session_context& shared, tcp_socket socket, std::string client)
    : shared_(shared), limits_(shared.options.limits), socket_(std::move(socket)), client_(std::move(client)),
      alarm_([](void* self) noexcept { static_cast<session*>(self)->on_clock(); }, this)
{}

task<> session::run()
{
    while (!dead_) {
        const auto next = advance();
        if (!output_.empty() && !try_send())
            co_await send_slowly();
        if (dead_)
            break;
        if (next == step::run_handler) {
            co_await answer_by_handler();
            continue;
        }
        if (next == step::ask_who) {
            co_await ask_who();
            continue;
        }
        if (next == step::hold) {
            co_await hold();
            continue;
        }
        if (closing_)
            break;
        if (next != step::starved || wait_is_over())
            continue;
        const auto [failed] = co_await socket_.async_wait(tcp_socket::wait_read, asio::as_tuple(asio::deferred));
        if (failed)
            on_interrupted();
        else
            take_bytes();
    }
    release_body();
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
        if (who_unknown_)
            return step::ask_who;
        if (shed_ && !answered_)
            return step::hold;
        if (!take_body())
            return closing_ ? step::answered : step::starved;
        in_message_ = false;
        if (answered_)
            continue;
        start_request_clock();
        if (route_->handle)
            return step::run_handler;
        answer_now();
    }
    return step::answered;
}

// True once a head was taken; what is wrong with it was answered already.
bool session::begin_message()
{
    if (input_.size() == 0)
        return false;
    const auto state = scanner_.scan(received(), limits_);
    if (state == framing::head_scanner::state::incomplete)
        return false;
    began_ = clock::now();
    waiting_ = waiting_for::request; // the clocks of this message start anew
    overdue_ = unread_ = false;
    cancelled_ = reason::none;
    fill_.clear();
    route_ = nullptr;
    early_failure_.reset();
    answered_ = shed_ = false;
    request_bytes_ = scanner_.end();
    const bool unreadable = state == framing::head_scanner::state::refused;
    if (unreadable)
        note_method(received().substr(scanner_.begin()));
    const auto refused = unreadable ? std::optional{scanner_.why()} : read_head();
    if (refused) {
        refuse(error{refused->kind, std::string{refused->reason}});
        return false;
    }
    in_message_ = true;
    fill_request();
    find_route();
    decide_who();
    if (!who_unknown_)
        settle_head();
    return in_message_;
}

std::optional<framing::refusal> session::read_head()
{
    const auto block = received().substr(0, scanner_.end());
    head_text_.assign(block.substr(scanner_.begin()));
    input_.consume(block.size());
    scanner_.reset();
    note_method(head_text_);
    if (auto refused = framing::parse_head(head_text_, limits_, head_))
        return refused;
    fill_.line(head_.verb, head_.target, {}, {});
    return parse_target(head_, target_);
}

// A HEAD that cannot be read is answered without a body too (RFC 9110 9.3.2): the client would take one for the next
// answer.
void session::note_method(std::string_view start)
{
    if (start.starts_with("HEAD "))
        fill_.line(method::head, {}, {}, {});
}

// True once the message is complete.
bool session::take_body()
{
    if (reader_.complete())
        return true;
    input_.consume(take_body_from(received()));
    return !closing_ && reader_.complete();
}

// How many of the bytes were taken.
std::size_t session::take_body_from(std::string_view bytes)
{
    if (!answered_ && body_.size() + bytes.size() > room_in_one_piece && head_.content_length)
        body_.reserve(*head_.content_length);
    std::size_t taken = 0;
    const auto refused = reader_.take(bytes, answered_ ? nullptr : &body_, taken);
    request_bytes_ += taken;
    if (!reader_.complete() && taken > 0)
        coming_.moved(clock::now(), taken);
    if (refused && answered_) {
        closing_ = true;
    } else if (refused) {
        refuse(error{refused->kind, std::string{refused->reason}});
    } else if (!hold_body_memory()) {
        ++shared_.stats.too_many_bodies;
        refuse(error{error_kind::overloaded, "The server holds too many request bodies now."});
    }
    return taken;
}

// Counts what has come of the body; false when all bodies together are too large. A quarter is for small ones, so that
// who sends large ones leaves the others alone; a body that is the only one may always be there.
bool session::hold_body_memory()
{
    auto& all = shared_.stats.body_bytes;
    all += body_.size() - body_memory_;
    body_memory_ = body_.size();
    const auto most = body_.size() > small_body ? limits_.body_memory - limits_.body_memory / 4 : limits_.body_memory;
    return all <= std::max(most, body_.size());
}

void session::release_body() noexcept
{
    shared_.stats.body_bytes -= body_memory_;
    body_memory_ = 0;
    fill_.drop_body();
    body_.clear();
    if (body_.capacity() > kept_of_a_body)
        std::string{}.swap(body_);
}

} // namespace lightdash::http
