// What a statement found, as the API answers it: nothing is 404, another organization's is 403.
#pragma once

#include "lightdash/api/outcome.hpp"
#include "modules/shared/caller.hpp"

#include <optional>
#include <string_view>

namespace lightdash {

using api::require_found;
using api::throw_not_found;

// For statements that ask who owns a thing beside reading or changing it.
void require_owner(const caller& who, std::optional<organization_id> owner, std::string_view thing);

} // namespace lightdash
