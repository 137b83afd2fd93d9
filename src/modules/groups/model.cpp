#include "modules/groups/model.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace lightdash::groups {
namespace {

constexpr std::size_t most_members = 1000;

void check_name(json::faults& faults, std::string_view name)
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string_view::npos, "name", "The name is blank.");
}

void check_members(json::faults& faults, const std::vector<member_reference>& members)
{
    faults.require(members.size() <= most_members, "members",
                   fmt::format("A group has at most {} members, not {}.", most_members, members.size()));
    std::unordered_set<user_id> seen;
    for (std::size_t i = 0; i < members.size(); ++i)
        faults.require(seen.insert(members[i].user_uuid).second, fmt::format("members/{}/userUuid", i),
                       "This user is listed twice.");
}

} // namespace

void new_group::validate(json::faults& faults) const
{
    check_name(faults, name);
    if (members)
        check_members(faults, *members);
}

void group_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    if (members)
        check_members(faults, *members);
}

} // namespace lightdash::groups
