// One connection: reads what is there, answers every complete request in order, writes once, waits.
#pragma once

#include "http/framing.hpp"
#include "http/framing_parser.hpp"
#include "http/request_builder.hpp"
#include "http/session_input.hpp"
#include "http/session_output.hpp"
#include "http/target.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/http/server.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http {

// The executor's own type, not any_executor: no type erasure on the way to the socket.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// What the sessions of one server share; outlives them.
struct session_context {
    timer_wheel& clocks;
    const router& routes;
    server_options options;
    server::access_log on_access;
    response_writer writer;
    server_stats stats;
    std::uint64_t id_state[2]; // request ids
    bool crowded = false;      // over 80 % of the connections are in use
    bool draining = false;     // every response says Connection: close
    bool stopping = false;     // no request is waited for any more
};

class session {
public:
    session(session_context& shared, tcp_socket socket, std::string client);
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    // Until the connection is closed. Ask for it once, with slot() as its cancellation slot.
    task<> run();
    asio::cancellation_slot slot() noexcept { return signal_.slot(); }

    // The server stops: no further request is waited for; one that has begun is answered.
    void close_when_idle();
    // The time of idle connections became shorter or longer.
    void refresh_idle_time();
    // Is a request being received, handled or answered?
    bool busy() const noexcept { return waiting_ != waiting_for::request && waiting_ != waiting_for::peer_to_close; }
    // Cancels the handler under way; a client that is still sending or receiving is cut off.
    void cancel();
    // Cuts the connection at once.
    void abandon();

private:
    using clock = deadline::clock;

    enum class waiting_for : unsigned char { request, head, body, handler, writable, peer_to_close };
    enum class step : unsigned char { starved, answered, run_handler };
    enum class reason : unsigned char { none, deadline_passed, client_left, server_stops };

    // messages (session.cpp)
    step advance();
    bool begin_message();
    std::optional<framing::refusal> read_head();
    void fill_request();
    void assign_request_id();
    void find_route();
    void check_accept() const;
    void apply_request_timeout();
    bool accept_body();
    bool take_body();

    // reading (session_read.cpp)
    bool wait_is_over();
    void take_bytes();
    void on_interrupted();
    void time_out();
    task<> linger();
    deadline idle_deadline() const;
    deadline body_deadline() const;
    void give_back_memory();

    // answers (session_answer.cpp)
    void answer_now();
    task<> answer_by_handler();
    void refuse(const error& why);
    response make_answer();
    response early_answer();
    response failed(const std::exception_ptr& failure);
    response failed(const error& failure);
    error cancelled_because() const;
    void respond(response answer);
    void record(unsigned status, std::size_t response_bytes, bool client_left);
    void watch_handler();
    void cancel_handler(reason why);
    bool peer_has_left() noexcept;

    // writing (session_write.cpp)
    bool try_send();
    task<> send_slowly();
    void reset_if_cut_off() noexcept;
    void on_write_window();

    void set_clock(waiting_for what, deadline when);
    void on_clock();

    session_context& shared_;
    const limits& limits_;
    tcp_socket socket_;
    std::string client_;
    asio::cancellation_signal signal_;

    // the clock: armed for armed_for_, which is never later than due_; moving due_ later costs nothing
    alarm alarm_;
    deadline due_ = deadline::never();
    deadline armed_for_ = deadline::never();
    waiting_for waiting_ = waiting_for::request;
    bool overdue_ = false; // the clock ran out

    input_buffer input_;
    std::string output_;
    std::size_t sent_ = 0;              // of output_
    std::size_t window_started_at_ = 0; // sent_ when the window of the slow-reader rule began

    // the message under way
    framing::head_scanner scanner_;
    framing::head head_;
    target_parts target_;
    std::string head_text_; // the views of head_, target_ and request_ point into it
    std::string body_;
    framing::message_parser parser_;
    bool in_message_ = false; // its head was taken
    request request_;
    request_builder fill_{request_};
    const route* route_ = nullptr;
    std::string allow_;
    std::optional<error> early_failure_; // decided before the body was read
    clock::time_point began_{};
    clock::time_point idle_since_ = clock::now();
    std::size_t request_bytes_ = 0;
    std::uint64_t served_ = 0;

    reason cancelled_ = reason::none; // why the handler was
    bool in_handler_ = false;
    bool closing_ = false; // after what is in output_
    bool dead_ = false;    // nothing can be read or written any more
};

} // namespace lightdash::http
