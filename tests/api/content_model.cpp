#include "api/content_model.hpp"

#include <algorithm>

namespace lightdash::testing {
namespace {

constexpr int viewer = 1, interactive_viewer = 2, editor = 3, developer = 4, admin = 5;
constexpr int can_view = 1, can_edit = 2, full = 3;

} // namespace

int content_model::role(std::size_t who) const
{
    int strongest = std::max(people[who].in_organization, people[who].in_project);
    for (const auto& one : groups)
        if (one.members.contains(who))
            strongest = std::max(strongest, one.in_project);
    return strongest;
}

int content_model::role_in(std::size_t who, const space& in) const
{
    const int strongest = role(who);
    if (strongest == admin)
        return full;
    if (const auto own = in.grants.find(who); own != in.grants.end())
        return own->second;
    int granted = 0;
    for (const auto& [index, given] : in.group_grants)
        if (groups[index].members.contains(who))
            granted = std::max(granted, given);
    if (granted > 0)
        return granted;
    return !in.inherits || strongest == 0 ? 0 : strongest >= editor ? can_edit : can_view;
}

bool content_model::sees(std::size_t who, const space& in) const
{
    return role(who) >= viewer && role_in(who, in) >= can_view;
}

bool content_model::creates_in(std::size_t who, const space& in) const
{
    return role(who) >= interactive_viewer && role_in(who, in) >= can_edit;
}

bool content_model::changes(std::size_t who, const space& of) const
{
    const int strongest = role(who);
    return strongest == admin || (strongest >= interactive_viewer && role_in(who, of) == full) ||
           (strongest >= editor && of.inherits) || (strongest >= developer && of.maker == who);
}

bool content_model::changes(std::size_t who, const thing& of) const
{
    return creates_in(who, spaces[of.space]) || (role(who) >= developer && of.maker == who);
}

bool content_model::restores(std::size_t who, const thing& of) const
{
    return role(who) == admin || (role(who) >= interactive_viewer && of.deleted_by == who);
}

} // namespace lightdash::testing
