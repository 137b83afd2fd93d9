#include "app/terminal/screen.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace lightdash::app {
namespace {

// xterm's alternate screen, home, erase (ECMA-48; every terminal emulator of today has them).
constexpr const char* enter = "\x1b[?1049h\x1b[?25l";
constexpr const char* leave = "\x1b[?25h\x1b[?1049l";
constexpr const char* home = "\x1b[H";
constexpr const char* erase_line = "\x1b[K";
constexpr const char* erase_below = "\x1b[J";

std::size_t height()
{
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

} // namespace

struct screen::state {
    explicit state(asio::any_io_executor executor) : timer(executor), keys(executor) {}

    asio::steady_timer timer;
    asio::posix::stream_descriptor keys;
    std::optional<termios> before;
    char key = 0;
    bool quit = false;

    void read_keys(const std::shared_ptr<state>& self)
    {
        keys.async_read_some(asio::buffer(&key, 1), [self](boost::system::error_code failure, std::size_t) {
            if (failure == asio::error::operation_aborted)
                return;
            if (failure || self->key == 'q' || self->key == 'Q') {
                self->quit = true;
                self->timer.cancel();
                return;
            }
            self->read_keys(self);
        });
    }
};

screen::screen(asio::any_io_executor executor) : state_(std::make_shared<state>(std::move(executor)))
{
    termios now{};
    if (::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &now) == 0) {
        state_->before = now;
        now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO); // keys at once; Ctrl-C still is a signal
        ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
        state_->keys.assign(::dup(STDIN_FILENO));
        state_->read_keys(state_);
    }
    std::fputs(enter, stdout);
    std::fflush(stdout);
}

screen::~screen()
{
    boost::system::error_code ignored;
    state_->keys.close(ignored);
    if (state_->before)
        ::tcsetattr(STDIN_FILENO, TCSANOW, &*state_->before);
    std::fputs(leave, stdout);
    std::fflush(stdout);
}

void screen::show(const std::string& lines)
{
    std::string out = home;
    auto rest = height();
    for (std::size_t at = 0; at < lines.size() && rest > 0; --rest) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        out.append(lines, at, end - at).append(erase_line);
        if (rest > 1)
            out += "\r\n";
        at = end + 1;
    }
    out += erase_below;
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
}

task<bool> screen::quits_within(std::chrono::milliseconds time)
{
    const auto kept = state_;
    if (kept->quit)
        co_return true;
    kept->timer.expires_after(time);
    boost::system::error_code failure;
    co_await kept->timer.async_wait(asio::redirect_error(asio::use_awaitable, failure));
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (cancelled != asio::cancellation_type::none)
        throw boost::system::system_error{asio::error::operation_aborted};
    co_return kept->quit;
}

} // namespace lightdash::app
