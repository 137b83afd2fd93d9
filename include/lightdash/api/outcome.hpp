// What a statement found, as the API answers it.
#pragma once

#include "lightdash/core/error.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace lightdash::api {

[[noreturn]] void throw_not_found(std::string_view thing);

// `thing` names it to people: "project".
template <class T>
T require_found(std::optional<T> found, std::string_view thing)
{
    if (!found)
        throw_not_found(thing);
    return std::move(*found);
}

} // namespace lightdash::api
