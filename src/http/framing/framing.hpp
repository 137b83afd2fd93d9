// Reads the raw bytes of a header block, once, and decides whether its request may be read at all (promises 2.4). What
// is taken here Beast's parser understands as the same (tests/fuzz/http_message_fuzz.cpp): a proxy in front may be like
// it.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/http/limits.hpp"
#include "lightdash/http/request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::http::framing {

// Why a message is refused. After each of them the connection closes: nobody can say where the next message begins.
struct refusal {
    error_kind kind;
    std::string_view reason; // one sentence for the client, a literal
};
constexpr refusal bad_request(std::string_view reason) noexcept
{
    return {error_kind::bad_request, reason};
}

// Finds the end of a header block that arrives in pieces, looking at every byte once.
class head_scanner {
public:
    enum class state { incomplete, complete, refused };

    // `bytes` starts with the first byte of the message and only grows between calls.
    state scan(std::string_view bytes, const limits& allowed);

    std::size_t begin() const noexcept
    {
        return begin_;
    } // 2 when a CRLF stood before the request line (RFC 9112 2.2), else 0
    std::size_t end() const noexcept { return line_; } // once complete: behind the empty line
    const refusal& why() const noexcept { return why_; }
    void reset() noexcept { *this = head_scanner{}; }

private:
    state refuse(error_kind kind, std::string_view reason) noexcept;
    state end_of_line(std::string_view bytes, std::size_t newline, const limits& allowed);

    std::size_t begin_ = 0;
    std::size_t line_ = 0; // where the line under way starts
    std::size_t seen_ = 0;
    bool has_request_line_ = false;
    refusal why_{error_kind::bad_request, ""};
};

// A header block taken apart; the views point into the block.
struct head {
    std::string_view method_text, target;
    method verb = method::other;
    bool http_1_1 = true;
    std::vector<std::pair<std::string_view, std::string_view>> fields; // values trimmed
    std::string_view host;
    bool has_host = false;
    bool chunked = false;
    bool expects_continue = false; // among what it may expect besides: RFC 9110 10.1.1 lets a server pass that over
    bool keep_alive = true;        // RFC 9112 9.3
    std::optional<std::uint64_t> content_length;
};

// `block` runs from the request line to the empty line. Fills `out`, whose vector is reused.
std::optional<refusal> parse_head(std::string_view block, const limits& allowed, head& out);

// One line of a trailer, without its CRLF: is it NAME ":" VALUE, and says nothing that only a header may say of where
// messages and connections end (RFC 9110 6.5.1)?
std::optional<refusal> check_trailer_line(std::string_view line);

// HOST [":" PORT] of RFC 9110 4.2.3, with an IPv6 address in brackets. No user, no path, no list.
bool is_authority(std::string_view host) noexcept;

} // namespace lightdash::http::framing
