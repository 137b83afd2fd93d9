// What JSON becomes in a jsonb column.
#pragma once

#include "lightdash/json/json.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash {

// At least as many bytes as PostgreSQL prints of the stored value (PostgreSQL manual, 8.14 "JSON Types"): a number is
// kept as numeric, without an exponent, so that the nine characters of 1e-16383 become 16,385; behind every comma and
// colon it puts a space. `json` is valid.
std::size_t stored_size(std::string_view json) noexcept;

template <class T>
std::size_t stored_size_of(const T& part)
{
    std::string text;
    json::write(text, part);
    return stored_size(text);
}

} // namespace lightdash
