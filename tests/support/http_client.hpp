// A blocking HTTP/1.1 client that sends exactly the bytes it is given: for requests that no decent client would send.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::testing {

struct http_response {
    int status = 0;
    std::string reason;
    std::vector<std::pair<std::string, std::string>> headers; // as sent
    std::string body;                                         // chunks joined

    // Of the first header of that name, in any case; "" when there is none.
    std::string header(std::string_view name) const;
    bool has_header(std::string_view name) const;
};

using http_headers = std::vector<std::pair<std::string, std::string>>;

// One connection. Every read ends at the limit with std::runtime_error that says what was received until then.
class http_client {
public:
    explicit http_client(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::seconds{10}); // 127.0.0.1
    http_client(const http_client&) = delete;
    http_client(http_client&& other) noexcept;
    http_client& operator=(http_client&&) = delete;
    ~http_client();

    // One request and its response; Host and, with a body, Content-Length are added. HEAD responses have no body.
    http_response request(std::string_view method, std::string_view target, const http_headers& headers = {},
                          std::string_view body = {});
    http_response get(std::string_view target, const http_headers& headers = {})
    {
        return request("GET", target, headers);
    }

    void send(std::string_view bytes);
    // The next response; several in a row when several were sent for. `to_head`: of a HEAD request.
    http_response read(bool to_head = false);
    // At most so many bytes of the answer, which a later read() counts in: how many came. Blocks for the first.
    std::size_t read_some(std::size_t most);
    // What comes until the server closes.
    std::string read_until_closed();
    // True when the server closed or reset this connection, without anything more, within `limit`.
    bool closed_within(std::chrono::milliseconds limit);
    bool was_reset() const { return was_reset_; } // what was read last ended with RST, not with FIN
    void shutdown_send();                         // FIN: no more will be sent
    void reset();                                 // RST, and closed on this side

private:
    bool receive(std::chrono::steady_clock::time_point until); // false: closed
    void need(std::size_t bytes, std::string_view what);
    std::string take_line(std::string_view what);
    std::string take(std::size_t bytes);
    std::string read_chunks();

    int fd_;
    std::chrono::milliseconds limit_;
    std::string received_;
    bool was_reset_ = false;
};

// One request on a connection of its own.
http_response http_get(std::uint16_t port, std::string_view target, const http_headers& headers = {});

} // namespace lightdash::testing
