#include "app/server/workers/shared_port.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace lightdash::app {
namespace {

using endpoint = boost::asio::ip::tcp::endpoint;

// -1, and errno, when it cannot be had.
int bound_socket(const endpoint& at, bool shared)
{
    const int made = ::socket(at.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (made < 0 || (::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                     (!shared || ::setsockopt(made, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
                     ::bind(made, at.data(), static_cast<socklen_t>(at.size())) == 0))
        return made;
    const int why = errno;
    ::close(made);
    errno = why;
    return -1;
}

std::uint16_t port_of(int socket, const endpoint& like)
{
    endpoint told = like;
    auto size = static_cast<socklen_t>(told.capacity());
    ::getsockname(socket, told.data(), &size);
    return told.port();
}

} // namespace

error with_port_advice(const error& refused, std::string_view advice)
{
    return error{refused.kind(), fmt::format("{} {}", refused.message(), advice)};
}

shared_port::shared_port(const std::string& host, std::uint16_t port, std::string_view advice) : number_(port)
{
    boost::system::error_code unreadable;
    const auto address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, unreadable);
    if (unreadable)
        return;
    const auto check = [&](int socket) {
        if (socket < 0)
            throw with_port_advice(
                error{error_kind::configuration, fmt::format("Cannot listen on {} port {}: {}.", host, port,
                                                             std::generic_category().message(errno))},
                advice);
        return socket;
    };
    const int alone = check(bound_socket({address, port}, false));
    number_ = port_of(alone, {address, port});
    ::close(alone);
    held_ = check(bound_socket({address, number_}, true));
}

shared_port::~shared_port()
{
    if (held_ >= 0)
        ::close(held_);
}

} // namespace lightdash::app
