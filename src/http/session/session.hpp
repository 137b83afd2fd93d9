// One connection: reads what is there, answers every complete request in order, writes once, waits.
#pragma once

#include "http/framing/framing.hpp"
#include "http/request/request_builder.hpp"
#include "http/request/target.hpp"
#include "http/session/admission.hpp"
#include "http/session/body_reader.hpp"
#include "http/session/rate_clock.hpp"
#include "http/session/session_output.hpp"
#include "lightdash/async/completion.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/http/server.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http {

// The executor's own type, not any_executor: no type erasure on the way to the socket.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class session;

// What the sessions of one server share; outlives them.
struct session_context {
    timer_wheel& clocks;
    const router& routes;
    server_options options;
    server::access_log on_access;
    response_writer writer;
    server_stats stats;
    std::uint64_t id_state[2];          // request ids
    admission queueing;                 // of the requests whose routes queue
    std::function<void(session&)> rank; // its client was answered, or has shown who it is for the first time
    std::unique_ptr<char[]> scratch;    // read_size bytes: what a body's bytes are read into
    refusal_pace refusals{};
    bool crowded = false;  // over 80 % of the connections are in use
    bool draining = false; // every response says Connection: close
    bool stopping = false; // no request is waited for any more

    static constexpr std::size_t read_size = 64 * 1024;
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
    bool known() const noexcept { return known_; } // its client has shown who it is
    // May it make room for another client? Nobody waits for a handler's answer here.
    bool evictable() const noexcept { return !in_handler_ && !dead_; }
    // Cancels the handler under way; a client that is still sending or receiving is cut off.
    void cancel();
    // Cuts the connection at once.
    void abandon();

    std::list<std::shared_ptr<session>>::iterator place; // in the server's list, which is the one to set it

private:
    using clock = deadline::clock;

    enum class waiting_for : unsigned char { request, head, body, handler, turn, writable, peer_to_close };
    enum class step : unsigned char { starved, answered, ask_who, hold, run_handler };
    enum class reason : unsigned char { none, deadline_passed, client_left, server_stops };

    // messages (session.cpp)
    step advance();
    bool begin_message();
    std::optional<framing::refusal> read_head();
    void note_method(std::string_view start);
    bool take_body();
    std::size_t take_body_from(std::string_view bytes);
    // What came and nobody has taken yet; valid until more is read.
    std::string_view received() const noexcept
    {
        return {static_cast<const char*>(input_.cdata().data()), input_.size()};
    }
    bool hold_body_memory();
    void release_body() noexcept;

    // what is decided at the head (session_head.cpp)
    void fill_request();
    void assign_request_id();
    void find_route();
    void check_accept() const;
    void apply_request_timeout();
    void decide_who();
    task<> ask_who();
    void check_room();
    void settle_head();
    void expect_body(std::uint64_t most);
    void answer_at_head();
    void start_request_clock();
    task<> hold();

    // reading (session_read.cpp)
    bool wait_is_over();
    void take_bytes();
    void take_body_bytes();
    std::size_t read_into(char* room, std::size_t size);
    void on_interrupted();
    void time_out();
    task<> linger();
    deadline idle_deadline() const;
    void give_back_memory();

    // answers (session_answer.cpp)
    void answer_now();
    task<> answer_by_handler();
    void leave_queue(clock::time_point began);
    void refuse(const error& why);
    response make_answer();
    response early_answer();
    response failed(const std::exception_ptr& failure);
    response failed(const error& failure);
    error cause_of(const std::exception_ptr& failure) const;
    error cancelled_because() const;
    void respond(response answer);
    void record(unsigned status, std::size_t response_bytes, bool client_left);
    void note_known();
    void begin_watch();
    bool end_watch();
    void watch_handler();
    void cancel_handler(reason why);
    bool peer_has_left();
    void ask_whether_peer_listens();

    // writing (session_write.cpp)
    bool try_send();
    task<> send_slowly();
    void drop_sent_output();
    void reset_if_cut_off() noexcept;
    void on_write_check();
    std::uint64_t unacknowledged() noexcept;
    void begin_taking();
    bool takes_answers();
    void watch_unread();
    void cut_unread();

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

    boost::beast::flat_buffer input_;
    std::string output_;
    std::size_t sent_ = 0; // of output_
    // What the peer has acknowledged of all that was written (promises H6)
    std::uint64_t written_ = 0, acknowledged_ = 0;
    rate_clock taking_;
    bool only_filled_ = false; // taking_ was begun, and nothing checked since
    bool unread_ = false; // the kernel holds answers that the peer has not taken, and the session waits for a request

    // the message under way
    framing::head_scanner scanner_;
    framing::head head_;
    target_parts target_;
    std::string head_text_; // the views of head_, target_ and request_ point into it
    std::string body_;
    std::size_t body_memory_ = 0; // what of shared_.stats.body_bytes is this body's
    framing::body_reader reader_;
    rate_clock coming_;        // the body
    bool in_message_ = false;  // its head was taken
    bool who_unknown_ = false; // somebody has to be asked who the client is, before the body is read
    bool answered_ = false;    // at the head: what comes of the body is dropped
    bool shed_ = false;        // refused because too many wait
    bool in_queue_ = false;    // has a place in shared_.queueing
    request request_;
    request_builder fill_{request_};
    const route* route_ = nullptr;
    std::string allow_;
    std::optional<error> early_failure_; // decided before the body was read
    clock::duration request_time_{};     // what the request may take, from its last byte
    clock::time_point began_{};
    clock::time_point idle_since_ = clock::now();
    std::size_t request_bytes_ = 0;
    std::uint64_t served_ = 0;

    completion<bool>* turn_ = nullptr; // of a refusal that is held
    reason cancelled_ = reason::none;  // why the handler was
    bool in_handler_ = false;
    bool known_ = false;           // the client has shown who it is
    bool asked_to_listen_ = false; // ask_whether_peer_listens() was called
    bool closing_ = false;         // after what is in output_
    bool dead_ = false;            // nothing can be read or written any more
};

} // namespace lightdash::http
