// A UUID (RFC 9562) as sixteen bytes in network order, the form PostgreSQL sends in binary.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash {

class uuid {
public:
    static constexpr std::size_t text_size = 36;

    constexpr uuid() noexcept = default; // the nil UUID
    explicit constexpr uuid(const std::array<std::uint8_t, 16>& bytes) noexcept : bytes_(bytes) {}

    // Version 4, from the system's random source.
    static uuid random();
    // The 8-4-4-4-12 form, any letter case; nothing else is accepted.
    static std::optional<uuid> parse(std::string_view text) noexcept;

    const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
    bool is_nil() const noexcept { return *this == uuid{}; }
    std::string to_string() const;
    // Writes exactly text_size characters, lower case.
    void write_to(char* out) const noexcept;

    friend constexpr auto operator<=>(const uuid&, const uuid&) noexcept = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

} // namespace lightdash

template <>
struct std::hash<lightdash::uuid> {
    std::size_t operator()(const lightdash::uuid& value) const noexcept
    {
        // Random UUIDs are their own hash; FNV-1a keeps hand-made ones apart too.
        std::uint64_t hash = 14695981039346656037ULL;
        for (auto byte : value.bytes())
            hash = (hash ^ byte) * 1099511628211ULL;
        return hash;
    }
};
