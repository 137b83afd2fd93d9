// Where a message ends: Beast's parser decides, fed with what the head checks let through.
#pragma once

#include "http/framing.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http::framing {

// One parser per connection, started anew for each message without allocating.
class message_parser {
public:
    // Bodies are appended to `body`, which must outlive the parser.
    message_parser(const limits& allowed, std::string& body);
    message_parser(const message_parser&) = delete;
    message_parser& operator=(const message_parser&) = delete;
    ~message_parser();

    // A whole header block and what parse_head() made of it: whatever the two readers disagree on is refused.
    std::optional<refusal> take_head(std::string_view block, const head& ours);
    // Of the message whose head was taken; larger bodies are refused with payload_too_large.
    void limit_body(std::uint64_t bytes) noexcept;
    // Takes what it can from the bytes behind the head; `taken` says how many. Trailer fields are read and dropped.
    std::optional<refusal> take_body(std::string_view bytes, std::size_t& taken);

    bool complete() const noexcept; // the message; what follows belongs to the next one
    bool keep_alive() const noexcept;

private:
    class beast_parser;
    struct slot;
    std::unique_ptr<slot> slot_;
};

} // namespace lightdash::http::framing
