// A parsed JSON text as a flat list of nodes in document order: two allocations however many values it has.
#pragma once

#include "lightdash/json/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::json {

// Eight bytes, because `1,` is a value in two: what a document takes must stay in proportion to its text.
class node {
public:
    static constexpr std::uint32_t most = (1U << 29U) - 1; // of a size, and so of a text

    constexpr node(node_kind kind, std::uint32_t begin, std::uint32_t size) noexcept
        : begin_(begin), kind_and_size_((static_cast<std::uint32_t>(kind) << 29U) | size)
    {}

    node_kind kind() const noexcept { return static_cast<node_kind>(kind_and_size_ >> 29U); }
    // text, number: where in characters; array, object: how many children; boolean: 1 for true
    std::uint32_t begin() const noexcept { return begin_; }
    // text, number: how many characters; array, object: index of the node behind it
    std::uint32_t size() const noexcept { return kind_and_size_ & most; }

private:
    std::uint32_t begin_;
    std::uint32_t kind_and_size_;
};
static_assert(sizeof(node) == 8);

class document {
public:
    std::vector<node> nodes;
    std::string characters; // decoded texts and numbers as they were sent

    std::string_view text(std::uint32_t at) const noexcept
    {
        return std::string_view{characters}.substr(nodes[at].begin(), nodes[at].size());
    }
    // The node behind the value at `at` and everything in it. A member is its name, a text, and its value.
    std::uint32_t behind(std::uint32_t at) const noexcept
    {
        const node& here = nodes[at];
        return here.kind() == node_kind::array || here.kind() == node_kind::object ? here.size() : at + 1;
    }
    // How many bytes of JSON the value at `at` is at least: one for each node.
    std::size_t least_size(std::uint32_t at) const noexcept
    {
        const node& here = nodes[at];
        return here.kind() == node_kind::text ? here.size() : behind(at) - at;
    }
};

// Appends the value at `at` as JSON.
void write_node(std::string& out, const document& from, std::uint32_t at);

// "/" and the name with '~' and '/' escaped (RFC 6901); long names are cut.
void append_to_pointer(std::string& pointer, std::string_view member);

} // namespace lightdash::json
