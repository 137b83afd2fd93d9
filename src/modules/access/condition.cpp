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

// The names under which a statement knows what a right is about.
struct names_of_rows {
    std::string_view thing, project, space;
};

// A function of the database, which is not called where something cheaper before it decides.
sql::expression asked(pg::sql_literal function, const std::string& of)
{
    return sql::call(function, sql::param<user_id>(), sql::ref(of));
}
sql::expression role_in_project(const names_of_rows& of)
{
    return asked("project_role_of", fmt::format("{}.id", of.project));
}
sql::expression grant_in_space(const names_of_rows& of)
{
    return asked("space_grant_of",
                 of.space.empty() ? fmt::format("{}.space_id", of.thing) : fmt::format("{}.id", of.space));
}

// Whoever has a role in the project has it in the space. What lies in no space lies open.
sql::expression space_inherits(const names_of_rows& of)
{
    if (of.space.empty())
        return sql::call("coalesce",
                         sql::select("of_space.inherits")
                             .from("spaces as of_space")
                             .where_column("of_space.id", fmt::format("{}.space_id", of.thing)),
                         sql::raw("true"));
    return sql::call("coalesce", sql::ref(fmt::format("{}.inherits", of.space)), sql::raw("true"));
}

// As the functions of the database count roles: 1 is the weakest.
int rank_of(project_role role)
{
    return static_cast<int>(role) + 1;
}
enum class space_rank : int { viewer = 1, editor, admin };

sql::condition has_role(organization_role in_organization, std::optional<project_role> in_project,
                        const names_of_rows& of)
{
    auto made = has_role(in_organization);
    if (in_project)
        made.or_where(role_in_project(of), ">=", rank_of(*in_project));
    return made;
}

// api.md 4.1: a grant decides, also where it is the weaker one; without one the role does, in spaces that inherit.
// Editors' roles are worth an editor of the space, weaker ones a viewer.
sql::condition sees_space(const names_of_rows& of)
{
    return sql::condition().where(space_inherits(of)).or_where(grant_in_space(of), ">", 0);
}
sql::condition edits_space(const names_of_rows& of)
{
    const auto grant = grant_in_space(of);
    return sql::where(grant, ">=", static_cast<int>(space_rank::editor))
        .or_where(sql::where(space_inherits(of))
                      .where(grant, 0)
                      .where(has_role(organization_role::editor, project_role::editor, of)));
}

// What a modifier asks of the row, beyond the role.
sql::condition holds(const right& row, modifier only, const names_of_rows& of)
{
    switch (only) {
    case modifier::none:
        return sql::condition().where(true);
    case modifier::space:
        return name_of(row.what).action == "view" ? sees_space(of) : edits_space(of);
    case modifier::assigned:
        return sql::where(grant_in_space(of), static_cast<int>(space_rank::admin));
    case modifier::inherited:
        return sql::where(space_inherits(of));
    case modifier::self:
        return sql::where(fmt::format("{}.created_by", of.thing), "is not distinct from", sql::param<user_id>());
    case modifier::deleter:
        return sql::where(fmt::format("{}.deleted_by", of.thing), "is not distinct from", sql::param<user_id>());
    case modifier::preview:
        return sql::where(fmt::format("{}.type", of.project), "PREVIEW");
    case modifier::own_preview:
        return holds(row, modifier::preview, of).where(holds(row, modifier::self, of));
    }
    return sql::condition().where(false);
}

// The gate, which compared the roles, has decided all but the organization.
bool is_decided_by_gate(std::span<const right> rows)
{
    return rows.size() == 1 && !rows.front().in_project && rows.front().only == modifier::none;
}

// The project itself is asked about, or what is made or listed in it: which space is for another condition to say.
bool is_about_project(const names_of_rows& of)
{
    return of.thing == of.project;
}

sql::condition by_rights(std::span<const right> rows, const names_of_rows& of)
{
    auto made = sql::where(fmt::format("{}.organization_id", of.project), sql::param<organization_id>());
    if (rows.empty())
        return made.where(false);
    if (is_decided_by_gate(rows))
        return made;
    sql::condition any;
    for (const auto& row : rows) {
        auto each = sql::where(has_role(row.in_organization, row.in_project, of));
        if (row.only != modifier::none && !(row.only == modifier::space && is_about_project(of)))
            each.where(holds(row, row.only, of));
        any.or_where(each);
    }
    return made.where(any);
}

} // namespace

sql::condition may(std::span<const right> rows, std::string_view thing, std::string_view project,
                   std::string_view space)
{
    if (!project.empty())
        return by_rights(rows, {thing, project, space});
    return sql::condition().where_exists(sql::select(sql::raw("1"))
                                             .from("projects as of_project")
                                             .where_column("of_project.id", fmt::format("{}.project_id", thing))
                                             .where(by_rights(rows, {thing, "of_project", space})));
}

sql::condition may(scope what, std::string_view thing, std::string_view project, std::string_view space)
{
    return may(rights_of(what), thing, project, space);
}

sql::condition may_in(scope what, std::string_view project)
{
    return may(what, project, project);
}

sql::condition may_in_space(scope what, std::string_view space, std::string_view project)
{
    return may(what, space, project, space);
}

sql::prepared_for<project_id, caller> ask_project(scope what, pg::sql_literal name)
{
    return sql::select(may_in(what, "p").as("allowed"))
        .from("projects as p")
        .where("p.id", sql::param<project_id>())
        .named<project_id, caller>(name);
}

sql::expression access_in_space(const sql::expression& space)
{
    return sql::call("space_access_of", sql::param<user_id>(),
                     sql::raw("?::text", sql::param<organization_role>("role")), space);
}

void require_allowed(std::optional<bool> allowed, scope what, std::string_view thing)
{
    if (!allowed)
        api::throw_not_found(thing);
    if (*allowed)
        return;
    const auto rows = rights_of(what);
    if (is_decided_by_gate(rows))
        throw error{error_kind::forbidden, "This belongs to another organization."};
    const auto& needed = name_of(what);
    throw error{error_kind::forbidden,
                fmt::format("You do not have permission to {} this {}, or it belongs to another organization.",
                            needed.action, needed.subject)};
}

task<permitted> read_permitted(pg::session& db, pg::bound_statement ask, pg::bound_statement find, scope what,
                               std::string_view thing)
{
    pg::statement_batch both;
    const auto allowed = both.add(std::move(ask));
    const auto found = both.add(std::move(find));
    co_await db.send(both);
    require_allowed(both.maybe<bool>(allowed), what, thing);
    co_return permitted{std::move(both), found};
}

} // namespace lightdash::access
