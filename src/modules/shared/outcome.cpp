#include "modules/shared/outcome.hpp"

#include "modules/access/service.hpp"

#include <fmt/format.h>

namespace lightdash {

void throw_not_found(std::string_view thing)
{
    throw error{error_kind::not_found, fmt::format("There is no such {}.", thing)};
}

void require_owner(const caller& who, std::optional<organization_id> owner, std::string_view thing)
{
    access::require_same_organization(who, require_found(owner, thing));
}

} // namespace lightdash
