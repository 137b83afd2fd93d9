// FNV-1a, 64 bits: the same in every process, cheap, not safe against an adversary.
#pragma once

#include <cstdint>
#include <string_view>

namespace lightdash::pg {

class fnv1a {
public:
    fnv1a& add(std::string_view bytes) noexcept
    {
        for (const char c : bytes)
            add_byte(static_cast<unsigned char>(c));
        return *this;
    }
    fnv1a& add(std::uint64_t number) noexcept
    {
        for (int shift = 0; shift < 64; shift += 8)
            add_byte(static_cast<unsigned char>(number >> shift));
        return *this;
    }
    std::uint64_t value() const noexcept { return hash_; }

private:
    void add_byte(unsigned char byte) noexcept { hash_ = (hash_ ^ byte) * 1099511628211ULL; }
    std::uint64_t hash_ = 14695981039346656037ULL;
};

} // namespace lightdash::pg
