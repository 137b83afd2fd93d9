#include "modules/users/roles.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/columns.hpp"
#include "modules/users/store.hpp"

#include <fmt/format.h>

#include <array>

namespace lightdash::users {
namespace {

constexpr auto needed = access::scope::manage_member;

// The organization that the path names, beside the caller's.
struct asked_organization {
    std::optional<organization_id> asked;
};
LIGHTDASH_DESCRIBE(asked_organization, asked)

const sql::prepared_for<caller, asked_organization>& ask_organization()
{
    static const auto ask = sql::select(sql::where("o.id", sql::param<organization_id>()).as("allowed"))
                                .from("organizations as o")
                                .where("o.id", sql::param<organization_id>("asked"))
                                .named<caller, asked_organization>("users.may_manage_roles");
    return ask;
}

std::string suffix_of(access::modifier only)
{
    constexpr std::array<std::string_view, 8> names{"",      "@space",   "@assigned", "@public",
                                                    "@self", "@deleter", "@preview",  "@own_preview"};
    return std::string{names.at(static_cast<std::size_t>(only))};
}

// What a role may do; with all things says more than with some.
std::vector<std::string> scopes_of(organization_role of)
{
    std::vector<std::string> found;
    for (const auto& row : access::rights()) {
        if (of < row.in_organization)
            continue;
        const auto& name = access::name_of(row.what);
        auto plain = fmt::format("{}:{}", name.action, name.subject);
        if (row.only == access::modifier::none)
            std::erase_if(found, [&](const std::string& each) { return each.starts_with(plain + '@'); });
        found.push_back(std::move(plain) + suffix_of(row.only));
    }
    return found;
}

} // namespace

task<std::vector<role>> role_store::list(pg::session& db, const caller& who, organization_id of,
                                         const api::query<role_query>& asked)
{
    const auto allowed = co_await db.maybe<bool>(ask_organization()(who, {of}));
    access::require_allowed(allowed, needed, "organization");
    std::vector<role> roles;
    using all = json::detail::enumerators<organization_role>;
    for (std::size_t i = 0; i < all::names.size(); ++i) {
        const std::string name{all::names[i]};
        auto& made = roles.emplace_back(role{.role_uuid = name, .name = name, .owner_type = "system"});
        if (asked.load)
            made.scopes.emplace(scopes_of(all::values[i]));
    }
    co_return roles;
}

task<std::vector<organization_role_assignment>> role_store::assignments(pg::session& db, const caller& who,
                                                                        organization_id of)
{
    static const auto find =
        sql::select(sql::columns_of<organization_role_assignment>("u")
                        .set("role_id", "u.role")
                        .set("role_name", "u.role")
                        .set("owner_type", sql::raw("'system'"))
                        .set("assignee_type", sql::raw("'user'"))
                        .set("assignee_id", "u.id")
                        .set("assignee_name", sql::raw("concat_ws(' ', u.first_name, u.last_name)"))
                        .set("created_at", or_epoch("u.created_at"))
                        .set("updated_at", or_epoch("u.updated_at")))
            .from("users as u")
            .where("u.organization_id", sql::param<organization_id>())
            .where("u.is_active", true)
            .order_by("u.email")
            .limit(sql::raw("5000")) // api.md 1.4
            .named<caller>("users.role_assignments");
    const auto rows =
        co_await access::read_permitted(db, ask_organization()(who, {of}), find(who), needed, "organization");
    co_return rows.all<organization_role_assignment>();
}

task<organization_role_assignment> role_store::assign(pg::transaction& tx, const caller& who, const audit::origin& from,
                                                      organization_id of, user_id member,
                                                      const organization_role_choice& chosen)
{
    const auto allowed = co_await tx.maybe<bool>(ask_organization()(who, {of}));
    access::require_allowed(allowed, needed, "organization");
    const role_change change{chosen.role_id};
    const auto changed = co_await store::set_role(tx, who, from, member, change);
    const std::string name = boost::describe::enum_to_string(changed.role, "");
    co_return organization_role_assignment{{name, name, "system", "user", member.value,
                                            changed.first_name + ' ' + changed.last_name, changed.user_created_at,
                                            changed.user_updated_at},
                                           of};
}

} // namespace lightdash::users
