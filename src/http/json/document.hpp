// A parsed JSON text as a flat list of nodes in document order: two allocations however many values it has.
#pragma once

#include "lightdash/http/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::http::json {

struct node {
    node_kind kind;
    std::uint32_t begin; // text, number: where in characters; array, object: how many children; boolean: 1 for true
    std::uint32_t size;  // text, number: how many characters; array, object: index of the node behind it
};

class document {
public:
    std::vector<node> nodes;
    std::string characters; // decoded texts and numbers as they were sent

    std::string_view text(std::uint32_t at) const noexcept
    {
        return std::string_view{characters}.substr(nodes[at].begin, nodes[at].size);
    }
    // The node behind the value at `at` and everything in it. A member is its name, a text, and its value.
    std::uint32_t behind(std::uint32_t at) const noexcept
    {
        const node& here = nodes[at];
        return here.kind == node_kind::array || here.kind == node_kind::object ? here.size : at + 1;
    }
};

// Appends the value at `at` as JSON.
void write_node(std::string& out, const document& from, std::uint32_t at);

// "/" and the name with '~' and '/' escaped (RFC 6901); long names are cut.
void append_to_pointer(std::string& pointer, std::string_view member);

} // namespace lightdash::http::json
