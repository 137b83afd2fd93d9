// A bounded queue of texts in one block of memory: when it is full, the oldest make room for the new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::log {

class line_ring {
public:
    explicit line_ring(std::size_t capacity_bytes) : bytes_(capacity_bytes) {}

    // Returns how many lines were lost: older ones that made room, or this one when it is larger than the whole ring.
    std::uint64_t push(std::string_view line);
    // Appends the oldest lines to `out`, whole ones, as many as fit into `most` bytes but at least one; returns how
    // many.
    std::uint64_t pop_into(std::string& out, std::size_t most);
    bool empty() const noexcept { return used_ == 0; }

private:
    std::uint32_t front_size() const noexcept;
    void drop_front() noexcept;
    void put(const char* from, std::size_t size) noexcept;
    void copy(std::size_t at, char* to, std::size_t size) const noexcept;

    std::vector<char> bytes_; // each line: its length in four bytes, then its text; both may wrap around
    std::size_t first_ = 0;
    std::size_t used_ = 0;
};

} // namespace lightdash::log
