#include "modules/access/condition.hpp"

#include "lightdash/api/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lightdash::access {
namespace {

std::vector<right> rights_of(scope what)
{
    std::vector<right> found;
    std::ranges::copy_if(rights(), std::back_inserter(found), [&](const right& row) { return row.what == what; });
    return found;
}

// What is true of every row, until there are spaces: all content lies open to its project.
bool holds_everywhere(modifier only)
{
    return only == modifier::none || only == modifier::space;
}

// The caller's role in the organization is at least that. It is compared by name: the table's order is the program's.
sql::condition has_role(organization_role least)
{
    std::vector<std::string> roles;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<organization_role>>([&](auto role) {
        if (role.value >= least)
            roles.emplace_back(role.name);
    });
    return sql::condition().where_in(sql::raw("?::text", sql::param<organization_role>("role")), roles);
}

// What a modifier asks of the row, beyond the role. Roles in a project and in a space join here when there are tables
// of them: a right's in_project then is an alternative to its in_organization.
sql::condition holds(modifier only, std::string_view thing, std::string_view project)
{
    switch (only) {
    case modifier::none:
    case modifier::space:
        return sql::condition().where(true);
    case modifier::assigned: // of a space: there is none
        return sql::condition().where(false);
    case modifier::self:
        return sql::where(fmt::format("{}.created_by", thing), "is not distinct from", sql::param<user_id>());
    case modifier::inherited: // of a space: there is none
        return sql::condition().where(false);
    case modifier::deleter:
        return sql::where(fmt::format("{}.deleted_by", thing), "is not distinct from", sql::param<user_id>());
    case modifier::preview:
        return sql::where(fmt::format("{}.type", project), "PREVIEW");
    case modifier::own_preview:
        return holds(modifier::preview, thing, project).where(holds(modifier::self, thing, project));
    }
    return sql::condition().where(false);
}

// Whoever has any of the rights has one that holds for every row of the organization: the gate, which compared the
// roles, has decided the rest.
bool is_decided_by_gate(std::span<const right> rows)
{
    const auto least = std::ranges::min(rows, {}, &right::in_organization).in_organization;
    return std::ranges::any_of(
        rows, [&](const right& row) { return row.in_organization == least && holds_everywhere(row.only); });
}

sql::condition by_rights(std::span<const right> rows, std::string_view thing, std::string_view project)
{
    auto made = sql::where(fmt::format("{}.organization_id", project), sql::param<organization_id>());
    if (rows.empty())
        return made.where(false);
    if (is_decided_by_gate(rows))
        return made;
    sql::condition any;
    for (const auto& row : rows) {
        auto each = has_role(row.in_organization);
        if (!holds_everywhere(row.only))
            each.where(holds(row.only, thing, project));
        any.or_where(each);
    }
    return made.where(any);
}

} // namespace

sql::condition may(std::span<const right> rows, std::string_view thing, std::string_view project)
{
    if (!project.empty())
        return by_rights(rows, thing, project);
    return sql::condition().where_exists(sql::select(sql::raw("1"))
                                             .from("projects as of_project")
                                             .where_column("of_project.id", fmt::format("{}.project_id", thing))
                                             .where(by_rights(rows, thing, "of_project")));
}

sql::condition may(scope what, std::string_view thing, std::string_view project)
{
    return may(rights_of(what), thing, project);
}

sql::condition may_in(scope what, std::string_view project)
{
    return may(rights_of(what), project, project);
}

sql::prepared_for<project_id, caller> ask_project(scope what, pg::sql_literal name)
{
    return sql::select(may_in(what, "p").as("allowed"))
        .from("projects as p")
        .where("p.id", sql::param<project_id>())
        .named<project_id, caller>(name);
}

void require_allowed(std::optional<bool> allowed, scope what, std::string_view thing)
{
    if (!allowed)
        api::throw_not_found(thing);
    if (*allowed)
        return;
    if (is_decided_by_gate(rights_of(what)))
        throw error{error_kind::forbidden, "This belongs to another organization."};
    const auto& needed = name_of(what);
    throw error{error_kind::forbidden,
                fmt::format("You do not have permission to {} this {}, or it belongs to another organization.",
                            needed.action, needed.subject)};
}

} // namespace lightdash::access
