// Integers in network order, the form of all binary values.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace lightdash::pg::detail {

template <std::integral T>
T swapped(T value) noexcept
{
    static_assert(sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8);
    if constexpr (sizeof(T) == 1)
        return value;
    else if constexpr (sizeof(T) == 2)
        return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
    else if constexpr (sizeof(T) == 4)
        return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    else
        return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

template <std::integral T>
void put(std::string& out, T value)
{
    const T wire = swapped(value);
    char raw[sizeof(T)];
    std::memcpy(raw, &wire, sizeof raw);
    out.append(raw, sizeof raw);
}

template <std::integral T>
void put_at(std::string& out, std::size_t at, T value) noexcept
{
    const T wire = swapped(value);
    std::memcpy(out.data() + at, &wire, sizeof wire);
}

// `at` + sizeof(T) must lie inside.
template <std::integral T>
T get(std::string_view from, std::size_t at = 0) noexcept
{
    T wire;
    std::memcpy(&wire, from.data() + at, sizeof wire);
    return swapped(wire);
}

} // namespace lightdash::pg::detail
