#include "http/session/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace lightdash::http {

namespace {

constexpr std::uint64_t surely_taken = 32 * 1024; // less than a peer's kernel takes although nobody reads there
constexpr int checks_per_stall = 10;
constexpr int patience = 3;                       // stalls that who has read something may be silent
constexpr std::size_t least_dropped = 128 * 1024; // of what was sent, at once

} // namespace

// True when nothing is left to write: everything is out, or the connection is gone.
bool session::try_send()
{
    while (sent_ < output_.size()) {
        boost::system::error_code failed;
        const auto count = socket_.write_some(asio::buffer(output_.data() + sent_, output_.size() - sent_), failed);
        sent_ += count;
        written_ += count;
        if (failed == asio::error::would_block)
            return false;
        if (failed) {
            dead_ = true;
            ++shared_.stats.client_left;
            break;
        }
    }
    output_.clear();
    sent_ = 0;
    return true;
}

task<> session::send_slowly()
{
    begin_taking();
    set_clock(waiting_for::writable, deadline::after(limits_.write_stall / checks_per_stall));
    do {
        drop_sent_output();
        const auto [interrupted] = co_await socket_.async_wait(tcp_socket::wait_write, asio::as_tuple(asio::deferred));
        if (interrupted || dead_) {
            dead_ = true;
            reset_if_cut_off();
            ++shared_.stats.client_left;
            output_.clear();
            sent_ = 0;
            co_return;
        }
    } while (!try_send());
}

// A large answer that is taken slowly is held as far as it is not sent: the kernel has the other part.
void session::drop_sent_output()
{
    if (sent_ < least_dropped || sent_ < output_.size() / 3)
        return;
    output_ = std::string{std::string_view{output_}.substr(sent_)};
    sent_ = 0;
}

// Nobody may take a part of an answer for the whole (promises H12): what was cut off ends with a reset, not with an
// orderly close that brings what is still on its way.
void session::reset_if_cut_off() noexcept
{
    if (sent_ == output_.size())
        return;
    boost::system::error_code ignored;
    socket_.set_option(tcp_socket::linger(true, 0), ignored);
}

// Of what was written: what is still in the kernel, or on its way (tcp(7), SIOCOUTQ).
std::uint64_t session::unacknowledged() noexcept
{
    int bytes = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &bytes) != 0 || bytes < 0)
        return 0;
    return std::min<std::uint64_t>(static_cast<std::uint64_t>(bytes), written_);
}

void session::begin_taking()
{
    taking_.start(clock::now(), limits_.write_stall, patience * limits_.write_stall, limits_.minimum_rate);
    only_filled_ = true;
}

// Does the peer take what it is sent? Room in our kernel says little: it is told of when a third of it is free, which
// takes an honest reader at 4 KB/s minutes. What comes before the first check has only filled the peer's kernel.
bool session::takes_answers()
{
    const auto now = clock::now();
    const auto acknowledged = written_ - unacknowledged();
    if (!std::exchange(only_filled_, false) && acknowledged > acknowledged_) // a FIN of ours is counted too
        taking_.moved(now, acknowledged - acknowledged_);
    acknowledged_ = std::max(acknowledged, acknowledged_);
    return !taking_.due().expired(now);
}

// A reader that takes less than the minimum rate is cut off (promises H6).
void session::on_write_check()
{
    if (takes_answers()) {
        set_clock(waiting_for::writable,
                  std::min(deadline::after(limits_.write_stall / checks_per_stall), taking_.due()));
        return;
    }
    overdue_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

// The session waits for a request while the kernel may hold megabytes that the peer does not take: the same rule.
void session::watch_unread()
{
    if (written_ - acknowledged_ <= surely_taken)
        return;
    if (!std::exchange(unread_, true)) {
        begin_taking();
        acknowledged_ = std::max(acknowledged_, written_ - unacknowledged());
    } else if (!takes_answers()) {
        cut_unread();
        return;
    }
    unread_ = acknowledged_ < written_;
    if (unread_)
        set_clock(waiting_for::request,
                  std::min(idle_deadline(), deadline::after(limits_.write_stall / checks_per_stall)));
    else
        set_clock(waiting_for::request, idle_deadline());
}

void session::cut_unread()
{
    dead_ = true;
    ++shared_.stats.client_left;
    boost::system::error_code ignored;
    socket_.set_option(tcp_socket::linger(true, 0), ignored);
    socket_.cancel(ignored);
}

} // namespace lightdash::http
