// Every role in the organization × every role in the project, one's own and a group's × every kind of space and grant
// × whose it is, against the rules of design/api.md 4 as they are written there: not against the program's own table.
#include "modules/access/condition.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace lightdash::access {
namespace {

using namespace std::chrono_literals;

// 0 none, 1 viewer, 2 interactive_viewer, 3 editor, 4 developer, 5 admin; a member of the organization has none.
constexpr int viewer = 1, interactive_viewer = 2, editor = 3, developer = 4, admin = 5;

struct person {
    user_id id;
    int own_role, group_role; // in the project
};
struct seen_thing {
    bool inherits, own;
    int grant, group_grant; // 0 none, 1 viewer, 2 editor, 3 admin
    bool view, create, update, remove, view_space, update_space, delete_space, view_project, update_project,
        delete_project, manage_project;
};
LIGHTDASH_DESCRIBE(seen_thing, inherits, own, grant, group_grant, view, create, update, remove, view_space,
                   update_space, delete_space, view_project, update_project, delete_project, manage_project)

// api.md 4.1: the union of all roles; a user's own grant beats their groups'; without one an inheriting space converts
// the role.
struct expected {
    int role, space;

    expected(int in_organization, const person& who, const seen_thing& of)
        : role(std::max({in_organization, who.own_role, who.group_role}))
    {
        const int granted = of.grant > 0 ? of.grant : of.group_grant;
        if (role == admin)
            space = 3;
        else if (granted > 0)
            space = granted;
        else
            space = !of.inherits || role == 0 ? 0 : role >= editor ? 2 : 1;
    }
    // api.md 4.3
    bool view() const { return role >= viewer && space >= 1; }
    bool change(bool own) const { return (role >= interactive_viewer && space >= 2) || (role >= developer && own); }
    bool create() const { return role >= interactive_viewer && space >= 2; }
    bool change_space(const seen_thing& of) const
    {
        return role == admin || (role >= interactive_viewer && space == 3) || (role >= editor && of.inherits) ||
               (role >= developer && of.own);
    }
};

class RightsOfSpaces : public ::testing::Test {
protected:
    static constexpr auto roles = "array['viewer', 'interactive_viewer', 'editor', 'developer', 'admin']";
    static constexpr auto grants = "array['viewer', 'editor', 'admin']";

    // One person for each pair of roles in the project, and spaces of each kind in which each person has the same
    // grants: one of their own making for each, and one of somebody else's.
    void SetUp() override
    {
        database_.execute(
            "insert into organizations (id, name) values ('0a000000-0000-4000-8000-000000000001', 'Ours'),"
            "    ('0a000000-0000-4000-8000-000000000002', 'Theirs');"
            "insert into users (email, first_name, last_name, organization_id)"
            "    select 'p' || o || g || '@x.test', o::text, g::text, '0a000000-0000-4000-8000-000000000001'"
            "    from generate_series(0, 5) o, generate_series(0, 5) g;"
            "insert into users (email, first_name, last_name, organization_id) values"
            "    ('other@x.test', '-', '-', '0a000000-0000-4000-8000-000000000001');"
            "insert into projects (name, organization_id, dbt_project_type) values"
            "    ('P', '0a000000-0000-4000-8000-000000000001', 'none');");
        database_.execute(
            std::string{"insert into groups (organization_id, name) select '0a000000-0000-4000-8000-000000000001', "
                        "'in project ' || r from generate_series(1, 5) r;"
                        "insert into groups (organization_id, name) select '0a000000-0000-4000-8000-000000000001', "
                        "'in spaces ' || r from generate_series(1, 3) r;"
                        "insert into project_group_access (project_id, group_id, role) select p.id, g.id, ("} +
            roles +
            ")[right(g.name, 1)::int] from projects p, groups g where g.name like 'in project %';"
            "insert into project_memberships (project_id, user_id, role) select p.id, u.id, (" +
            roles +
            ")[u.first_name::int] from projects p, users u where u.first_name in ('1', '2', '3', '4', '5');"
            // the strongest of several counts
            "insert into group_memberships (group_id, user_id) select g.id, u.id from groups g, users u "
            "where g.name like 'in project %' and u.last_name <> '-' and right(g.name, 1) <= u.last_name;"
            "insert into group_memberships (group_id, user_id) select g.id, u.id from groups g, users u "
            "where g.name like 'in spaces %';"
            "insert into spaces (project_id, name, inherits, created_by) "
            "select p.id, i::int::text || d || g, i, u.id from projects p, (values (true), (false)) k (i), "
            "generate_series(0, 3) d, generate_series(0, 3) g, users u;"
            "insert into space_user_access (space_id, user_id, role) select s.id, u.id, (" +
            grants +
            ")[substr(s.name, 2, 1)::int] from spaces s, users u "
            "where not s.is_default and substr(s.name, 2, 1) <> '0' and s.created_by in (u.id, "
            "(select id from users where email = 'other@x.test'));"
            "insert into space_group_access (space_id, group_id, role) select s.id, g.id, (" +
            grants +
            ")[r] from spaces s, groups g, generate_series(1, 3) r where not s.is_default and g.name = 'in spaces ' || "
            "r "
            "and r <= substr(s.name, 3, 1)::int;"
            "insert into charts (project_id, space_id, name, table_name, metric_query, chart_config, created_by) "
            "select s.project_id, s.id, 'C', 't', '{}', '{}', s.created_by from spaces s where not s.is_default;"
            "analyze;");
        project_ = *project_id::parse(database_.value("select id from projects"));
    }

    testing::test_database database_ = testing::test_database::migrated();
    testing::test_pool here_{database_.connection()};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(120s));
    organization_id ours_ = *organization_id::parse("0a000000-0000-4000-8000-000000000001");
    organization_id theirs_ = *organization_id::parse("0a000000-0000-4000-8000-000000000002");
    project_id project_;
};

sql::prepared_for<caller> ask_everything(bool joined)
{
    const std::string_view p = joined ? "p" : "", s = joined ? "s" : "";
    return sql::select(sql::columns_of<seen_thing>()
                           .set("inherits", "s.inherits")
                           .set("own", sql::raw("c.created_by = ?", sql::param<user_id>()))
                           .set("grant", sql::raw("substr(s.name, 2, 1)::int"))
                           .set("group_grant", sql::raw("substr(s.name, 3, 1)::int"))
                           .set("view", may(scope::view_dashboard, "c", p, s))
                           .set("create", may_in_space(scope::create_dashboard, "s", "p"))
                           .set("update", may(scope::update_saved_chart, "c", p, s))
                           .set("remove", may(scope::delete_saved_chart, "c", p, s))
                           .set("view_space", may_in_space(scope::view_space, "s", "p"))
                           .set("update_space", may_in_space(scope::update_space, "s", "p"))
                           .set("delete_space", may_in_space(scope::delete_space, "s", "p"))
                           .set("view_project", may_in(scope::view_project, "p"))
                           .set("update_project", may_in(scope::update_project, "p"))
                           .set("delete_project", may_in(scope::delete_project, "p"))
                           .set("manage_project", may_in(scope::manage_project, "p")))
        .from("charts as c")
        .join("spaces as s", "s.id", "c.space_id")
        .join("projects as p", "p.id", "c.project_id")
        .where(
            sql::raw("c.created_by in (?, (select id from users where email = 'other@x.test'))", sql::param<user_id>()))
        .named<caller>("rights.everything");
}

TEST_F(RightsOfSpaces, AreThoseOfTheDesignForEveryRoleInEveryKindOfSpace)
{
    const auto joined = ask_everything(true), alone = ask_everything(false);
    constexpr std::size_t spaces = 2 * 4 * 4, makers = 2;
    int differences = 0;
    for (int own = 0; own <= 5; ++own)
        for (int group = 0; group <= 5; ++group) {
            const auto email = "p" + std::to_string(own) + std::to_string(group) + "@x.test";
            const person who{*user_id::parse(database_.value("select id from users where email = '" + email + "'")),
                             own, group};
            for (int in_organization = 0; in_organization <= 5; ++in_organization) {
                const caller asks{who.id, ours_, static_cast<organization_role>(in_organization), email};
                const auto rows = here_.run(session_->all<seen_thing>(joined(asks)));
                ASSERT_EQ(rows.size(), spaces * makers);
                for (const auto& row : rows) {
                    const expected e{in_organization, who, row};
                    const auto told =
                        std::array{row.view,           row.create,         row.update,        row.remove,
                                   row.view_space,     row.update_space,   row.delete_space,  row.view_project,
                                   row.update_project, row.delete_project, row.manage_project};
                    const auto right = std::array{e.view(),
                                                  e.create(),
                                                  e.change(row.own),
                                                  e.change(row.own),
                                                  e.view(),
                                                  e.change_space(row),
                                                  e.change_space(row),
                                                  e.role >= viewer,
                                                  e.role >= developer,
                                                  e.role == admin,
                                                  e.role == admin};
                    if (told != right && ++differences <= 10)
                        ADD_FAILURE() << "organization " << in_organization << ", project " << own << ", group "
                                      << group << ", inherits " << row.inherits << ", grant " << row.grant
                                      << ", group's " << row.group_grant << ", own " << row.own << ": "
                                      << ::testing::PrintToString(told) << " instead of "
                                      << ::testing::PrintToString(right);
                }
            }
        }
    EXPECT_EQ(differences, 0);
}

TEST_F(RightsOfSpaces, AreTheSameWhereTheStatementJoinsNeitherProjectNorSpace)
{
    const auto joined = ask_everything(true), alone = ask_everything(false);
    for (const std::string email : {"p00@x.test", "p10@x.test", "p03@x.test", "p22@x.test", "p50@x.test"})
        for (int in_organization = 0; in_organization <= 5; ++in_organization) {
            const caller asks{*user_id::parse(database_.value("select id from users where email = '" + email + "'")),
                              ours_, static_cast<organization_role>(in_organization), email};
            const auto one = here_.run(session_->all<seen_thing>(joined(asks)));
            const auto other = here_.run(session_->all<seen_thing>(alone(asks)));
            const auto views = [](const std::vector<seen_thing>& rows) {
                return std::ranges::count_if(rows, [](const auto& row) { return row.view; });
            };
            const auto updates = [](const std::vector<seen_thing>& rows) {
                return std::ranges::count_if(rows, [](const auto& row) { return row.update; });
            };
            EXPECT_EQ(views(one), views(other));
            EXPECT_EQ(updates(one), updates(other));
        }
}

TEST_F(RightsOfSpaces, NothingIsAllowedToAnotherOrganizationWhateverItsGrants)
{
    const auto everything = ask_everything(true);
    const caller stranger{*user_id::parse(database_.value("select id from users where email = 'p55@x.test'")), theirs_,
                          organization_role::admin, "p55@x.test"};
    for (const auto& row : here_.run(session_->all<seen_thing>(everything(stranger))))
        EXPECT_FALSE(row.view || row.create || row.update || row.remove || row.view_space || row.update_space ||
                     row.delete_space || row.view_project || row.update_project || row.delete_project ||
                     row.manage_project);
}

} // namespace
} // namespace lightdash::access
