#include "http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

namespace lightdash::http {

// True when nothing is left to write: everything is out, or the connection is gone.
bool session::try_send()
{
    while (sent_ < output_.size()) {
        boost::system::error_code failed;
        sent_ += socket_.write_some(asio::buffer(output_.data() + sent_, output_.size() - sent_), failed);
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
    window_started_at_ = sent_;
    set_clock(waiting_for::writable, deadline::after(limits_.write_stall));
    do {
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

// Nobody may take a part of an answer for the whole (promises H12): what was cut off ends with a reset, not with an
// orderly close that brings what is still on its way.
void session::reset_if_cut_off() noexcept
{
    if (sent_ == output_.size())
        return;
    boost::system::error_code ignored;
    socket_.set_option(tcp_socket::linger(true, 0), ignored);
}

// A reader that takes less than the minimum rate over a whole window is cut off (promises H6).
void session::on_write_window()
{
    const auto window = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.write_stall);
    const auto least = limits_.minimum_rate * static_cast<std::size_t>(window.count()) / 1000;
    if (sent_ - window_started_at_ < std::max<std::size_t>(least, 1)) {
        overdue_ = true;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
        return;
    }
    window_started_at_ = sent_;
    set_clock(waiting_for::writable, deadline::after(limits_.write_stall));
}

} // namespace lightdash::http
