#include "modules/spaces/model.hpp"

#include <fmt/format.h>

namespace lightdash::spaces {
namespace {

constexpr std::size_t most_first_grants = 200;

void check_name(json::faults& faults, std::string_view name)
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string_view::npos, "name", "The name is blank.");
}

void check_flags(json::faults& faults, const json::omittable<bool>& is_private, const json::omittable<bool>& inherits)
{
    faults.require(!is_private || !inherits || *is_private != *inherits, "isPrivate",
                   "A space is private when it does not inherit: isPrivate contradicts inheritParentPermissions.");
}

} // namespace

void new_space::validate(json::faults& faults) const
{
    check_name(faults, name);
    check_flags(faults, is_private, inherit_parent_permissions);
    faults.require(!parent_space_uuid, "parentSpaceUuid", "Spaces do not nest here: leave it out.");
    faults.require(!access || access->size() <= most_first_grants, "access",
                   fmt::format("At most {} grants are made with a space.", most_first_grants));
}

bool new_space::inherits() const
{
    return inherit_parent_permissions ? *inherit_parent_permissions : is_private && !*is_private;
}

void space_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    check_flags(faults, is_private, inherit_parent_permissions);
}

std::optional<bool> space_changes::inherits() const
{
    if (inherit_parent_permissions)
        return *inherit_parent_permissions;
    return is_private ? std::optional{!*is_private} : std::nullopt;
}

} // namespace lightdash::spaces
