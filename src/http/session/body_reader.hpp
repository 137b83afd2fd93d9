// Where a message's body ends, and its bytes without the framing (RFC 9112 6.2 and 7.1).
#pragma once

#include "http/framing/framing.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http::framing {

// One per connection, begun anew for each message. A machine without input and output.
class body_reader {
public:
    // The body of the message whose head this is; what is larger than `most` is refused with payload_too_large.
    void begin(const head& of, const limits& allowed, std::uint64_t most) noexcept;

    // Takes what it can from the bytes behind the head, or behind what was taken before; `taken` says how many. The
    // rest is to be given again with what follows it. Appends to `into`; nullptr: what comes is dropped, and counts
    // against no other limit than `most`. Trailer fields are checked and dropped: they never become header fields.
    std::optional<refusal> take(std::string_view bytes, std::string* into, std::size_t& taken);

    bool complete() const noexcept { return stage_ == stage::complete; }
    // Of the body, without framing.
    std::uint64_t received() const noexcept { return received_; }

private:
    enum class stage : unsigned char { plain, chunk_size, chunk_data, chunk_end, trailer, complete };

    bool take_piece(std::string_view bytes, std::string* into, std::size_t& taken);
    std::optional<refusal> take_line(std::string_view bytes, std::size_t& taken, bool& starved);
    std::optional<refusal> begin_chunk(std::string_view line);
    std::optional<refusal> take_trailer(std::string_view line);

    stage stage_ = stage::complete;
    std::uint64_t left_ = 0; // of the body or of the chunk under way
    std::uint64_t received_ = 0;
    std::uint64_t most_ = 0;
    std::size_t extensions_ = 0, most_extensions_ = 0; // bytes, all chunks together
    std::size_t trailers_ = 0, most_trailers_ = 0;     // bytes
};

} // namespace lightdash::http::framing
