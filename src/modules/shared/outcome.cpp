#include "modules/shared/outcome.hpp"

#include "modules/access/service.hpp"

namespace lightdash {

void require_owner(const caller& who, std::optional<organization_id> owner, std::string_view thing)
{
    access::require_same_organization(who, require_found(owner, thing));
}

} // namespace lightdash
