#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using clock = std::chrono::steady_clock;

bool same_name(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_no_body(int status)
{
    return status < 200 || status == 204 || status == 304;
}

} // namespace

std::string http_response::header(std::string_view name) const
{
    for (const auto& [known, value] : headers)
        if (same_name(known, name))
            return value;
    return {};
}

bool http_response::has_header(std::string_view name) const
{
    return std::any_of(headers.begin(), headers.end(), [&](const auto& h) { return same_name(h.first, name); });
}

http_client::http_client(std::uint16_t port, std::chrono::milliseconds limit)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), limit_(limit)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        const int code = errno;
        ::close(fd_);
        throw std::runtime_error("cannot connect to 127.0.0.1:" + std::to_string(port) + ": " + std::strerror(code));
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

http_client::http_client(http_client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), limit_(other.limit_), received_(std::move(other.received_))
{}

http_client::~http_client()
{
    if (fd_ >= 0)
        ::close(fd_);
}

http_response http_client::request(std::string_view method, std::string_view target, const http_headers& headers,
                                   std::string_view body)
{
    std::string text{method};
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (const auto& [name, value] : headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (!body.empty())
        text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    send(text.append("\r\n").append(body));
    return read(method == "HEAD");
}

void http_client::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        // A server that answers early and closes is seen by read().
        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
            return;
        if (sent < 0)
            throw std::runtime_error(std::string{"cannot send: "} + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

http_response http_client::read(bool to_head)
{
    http_response made;
    auto line = take_line("a status line");
    if (line.rfind("HTTP/1.", 0) != 0 || line.size() < 12)
        throw std::runtime_error("not a status line: " + line);
    made.status = std::stoi(line.substr(9, 3));
    made.reason = line.size() > 13 ? line.substr(13) : "";
    while (!(line = take_line("a header")).empty()) {
        const auto colon = line.find(':');
        if (colon == std::string::npos)
            throw std::runtime_error("not a header: " + line);
        made.headers.emplace_back(line.substr(0, colon), trimmed(std::string_view{line}.substr(colon + 1)));
    }
    if (to_head || has_no_body(made.status))
        return made;
    if (same_name(made.header("Transfer-Encoding"), "chunked"))
        made.body = read_chunks();
    else if (made.has_header("Content-Length"))
        made.body = take(std::stoul(made.header("Content-Length")));
    else
        made.body = read_until_closed();
    return made;
}

std::string http_client::read_chunks()
{
    std::string body;
    for (;;) {
        const auto size = std::stoul(take_line("a chunk's size"), nullptr, 16);
        body += take(size);
        if (size == 0)
            break;
        take_line("the end of a chunk");
    }
    while (!take_line("a trailer").empty()) {
    }
    return body;
}

std::size_t http_client::read_some(std::size_t most)
{
    std::string block(most, '\0');
    const auto got = ::recv(fd_, block.data(), block.size(), 0);
    received_.append(block, 0, got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::string http_client::read_until_closed()
{
    const auto until = clock::now() + limit_;
    while (receive(until)) {
    }
    return std::exchange(received_, {});
}

bool http_client::closed_within(std::chrono::milliseconds limit)
{
    if (!received_.empty())
        return false;
    try {
        return !receive(clock::now() + limit);
    } catch (const std::runtime_error&) {
        return false;
    }
}

void http_client::shutdown_send()
{
    ::shutdown(fd_, SHUT_WR);
}

void http_client::reset()
{
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(fd_, -1));
}

bool http_client::receive(clock::time_point until)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
        pollfd watched{fd_, POLLIN, 0};
        if (left <= 0 || ::poll(&watched, 1, static_cast<int>(left)) == 0)
            throw std::runtime_error("nothing more came in time; received so far: \"" + received_ + "\"");
        std::array<char, 65536> block;
        const auto got = ::recv(fd_, block.data(), block.size(), 0);
        if (got > 0) {
            received_.append(block.data(), static_cast<std::size_t>(got));
            return true;
        }
        was_reset_ = got < 0 && errno == ECONNRESET;
        if (got == 0 || was_reset_)
            return false;
        if (errno != EINTR && errno != EAGAIN)
            throw std::runtime_error(std::string{"cannot receive: "} + std::strerror(errno));
    }
}

void http_client::need(std::size_t bytes, std::string_view what)
{
    const auto until = clock::now() + limit_;
    while (received_.size() < bytes)
        if (!receive(until))
            throw std::runtime_error("the server closed instead of sending " + std::string{what} + "; received: \"" +
                                     received_ + "\"");
}

std::string http_client::take_line(std::string_view what)
{
    std::size_t end;
    while ((end = received_.find("\r\n")) == std::string::npos)
        need(received_.size() + 1, what);
    auto line = take(end);
    received_.erase(0, 2);
    return line;
}

std::string http_client::take(std::size_t bytes)
{
    need(bytes, "the whole body");
    auto made = received_.substr(0, bytes);
    received_.erase(0, bytes);
    return made;
}

http_response http_get(std::uint16_t port, std::string_view target, const http_headers& headers)
{
    return http_client{port}.get(target, headers);
}

} // namespace lightdash::testing
