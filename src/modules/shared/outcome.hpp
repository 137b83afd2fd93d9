// What a statement found, as the API answers it: nothing is 404, another organization's is 403.
#pragma once

#include "lightdash/core/error.hpp"
#include "modules/shared/caller.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace lightdash {

[[noreturn]] void throw_not_found(std::string_view thing);

// `thing` names it to people: "project".
template <class T>
T require_found(std::optional<T> found, std::string_view thing)
{
    if (!found)
        throw_not_found(thing);
    return std::move(*found);
}

// For statements that ask who owns a thing beside reading or changing it.
void require_owner(const caller& who, std::optional<organization_id> owner, std::string_view thing);

} // namespace lightdash
