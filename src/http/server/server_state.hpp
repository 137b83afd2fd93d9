// The listener and the sessions of one server.
#pragma once

#include "http/session/session.hpp"
#include "lightdash/async/completion.hpp"
#include "lightdash/http/server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>

namespace lightdash::http {

// Kept alive by every running session and by the accept under way.
struct server::state : std::enable_shared_from_this<server::state> {
    using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
    using session_list = std::list<std::shared_ptr<session>>;

    state(asio::io_context& io, timer_wheel& clocks, const router& routes, server_options options,
          access_log on_access);
    ~state();

    void listen();
    void accept_next();
    // What the kernel accepted for us already, before the listener goes away.
    void take_backlog();
    void stop_accepting();

    void close_idle();
    std::size_t cancel_busy(); // how many were cancelled
    void cut_all();
    void abandon(); // the server is gone: nobody is served any more
    task<bool> wait_until_empty(deadline until);

    asio::io_context& context;
    session_context shared;
    tcp_acceptor acceptor;
    unsigned short bound_port = 0;

    std::size_t connections() const noexcept { return strangers_.size() + known_.size(); }

private:
    void welcome(tcp_socket socket);
    void refuse(tcp_socket socket);
    bool evict_stranger();
    void rank(session& who);
    void ended(session_list::iterator at);
    template <class Act>
    void for_each_session(Act act)
    {
        for (auto* list : {&strangers_, &known_})
            for (const auto& each : *list)
                act(*each);
    }
    void update_crowded();
    void pause_accepting();
    void turn_away_one();

    session_list strangers_; // who has not shown who it is; first whose last answer, or beginning, is the longest ago
    session_list known_;
    std::size_t most_connections_;
    std::size_t turned_away_ = 0; // refused connections that still linger
    bool abandoned_ = false;
    int reserve_; // a descriptor to give up when there are no others
    alarm resume_accepting_;
    completion<bool>* emptied_ = nullptr;
};

} // namespace lightdash::http
