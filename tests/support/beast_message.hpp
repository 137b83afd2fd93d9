// A request as Beast's parser reads it: what http/framing takes, it has to understand in the same way, because a proxy
// in front may be like Beast.
#pragma once

#include "http/framing/framing.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::testing {

struct beast_message {
    std::string failure;      // why Beast refuses it; empty: it does not
    std::size_t head_end = 0; // behind the empty line; 0: the head is not complete
    std::string method, target;
    int version = 0;                                         // 11, 10
    std::vector<std::pair<std::string, std::string>> fields; // without trailers
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool complete = false;
    std::size_t end = 0; // behind the message, once complete
    std::string body;
};

// `bytes` begin with a request line; what follows the message is left.
beast_message read_with_beast(std::string_view bytes);

// "" when both understood the head as the same, else what differs.
std::string difference(const http::framing::head& ours, const beast_message& theirs);

} // namespace lightdash::testing
