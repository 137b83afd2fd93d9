// What a statement found, as the API answers it.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lightdash::api {

[[noreturn]] void throw_not_found(std::string_view thing);

// A link that was good once: 406, ExpiredError.
[[noreturn]] void throw_expired(std::string message);

// `thing` names it to people: "project".
template <class T>
T require_found(std::optional<T> found, std::string_view thing)
{
    if (!found)
        throw_not_found(thing);
    return std::move(*found);
}

// Somebody else saved in between: 409, and `saved`, a described struct, tells clients as the error's data who it was
// and when.
template <class T>
[[noreturn]] void throw_stale(std::string message, const T& saved)
{
    std::string data;
    json::write(data, saved);
    throw error{error_kind::stale, std::move(message)}.with_data(std::move(data));
}

} // namespace lightdash::api
