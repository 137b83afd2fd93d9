// Groups, roles in projects, spaces and what is granted in them.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <set>

namespace lightdash {
namespace {

class Sharing : public testing::ApiTest {
protected:
    static std::string project_path() { return "/api/v1/projects/" + server().project(); }
    static std::string id_of(const std::string& role)
    {
        return server().database().value("select id from users where email = '" +
                                         (role == "admin" ? std::string{"demo"} : role) + "@lightdash.com'");
    }
    static std::string space(const std::string& body = R"({"name":"Secret"})", const std::string& as = "admin")
    {
        return std::string{server().post(as, project_path() + "/spaces", body).results().at("uuid").as_string()};
    }
    // A chart in that space, made behind the API's back.
    static std::string chart_in(const std::string& space)
    {
        return server().database().value(
            "insert into charts (project_id, space_id, name, table_name, metric_query, chart_config, created_by) "
            "values ('" +
            server().project() + "', '" + space +
            R"(', 'Hidden', 'orders', '{"exploreName":"orders","dimensions":[]}', )" + R"('{"type":"table"}', ')" +
            id_of("admin") + "') returning id");
    }
    static int status_of_chart(const std::string& role, const std::string& chart)
    {
        return server().get(role, "/api/v1/saved/" + chart).status;
    }
};

TEST_F(Sharing, ASpaceWithoutFlagsIsPrivateAndSeenByItsMakerAndAdminsOnly)
{
    const auto made = server().post("editor", project_path() + "/spaces", R"({"name":"Mine"})");
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_TRUE(made.results().at("isPrivate").as_bool());
    EXPECT_FALSE(made.results().at("inheritParentPermissions").as_bool());
    const auto target = project_path() + "/spaces/" + std::string{made.results().at("uuid").as_string()};
    const auto access = server().get("editor", target).results().at("access").as_array();
    ASSERT_EQ(access.size(), 2U) << "its maker, by a grant, and the organization's admin";
    EXPECT_EQ(access[0].at("userUuid").as_string(), id_of("editor"));
    EXPECT_EQ(access[1].at("userUuid").as_string(), id_of("admin"));
    EXPECT_EQ(server().get("admin", target).status, 200);
    EXPECT_EQ(server().get("developer", target).status, 403);
    EXPECT_EQ(server().get("stranger", target).status, 403);
    const auto lists_it = [&](const std::string& role) {
        return server().get(role, project_path() + "/spaces").raw.body.find("\"Mine\"") != std::string::npos;
    };
    EXPECT_TRUE(lists_it("editor"));
    EXPECT_TRUE(lists_it("admin"));
    EXPECT_FALSE(lists_it("developer"));
}

TEST_F(Sharing, AGrantInASpaceOpensItAndEndsWithTheNextRequest)
{
    const auto id = space();
    const auto chart = chart_in(id);
    const auto target = project_path() + "/spaces/" + id;
    EXPECT_EQ(status_of_chart("viewer", chart), 403);
    const auto given =
        server().post("admin", target + "/share", R"({"userUuid":")" + id_of("viewer") + R"(","spaceRole":"viewer"})");
    ASSERT_EQ(given.status, 200) << given.raw.body;
    EXPECT_EQ(status_of_chart("viewer", chart), 200);
    EXPECT_EQ(server().remove("admin", target + "/share/" + id_of("viewer")).status, 200);
    EXPECT_EQ(status_of_chart("viewer", chart), 403);
    EXPECT_EQ(status_of_chart("admin", chart), 200);
}

TEST_F(Sharing, AGroupsGrantIsEachMembersUntilTheyLeave)
{
    const auto id = space();
    const auto chart = chart_in(id);
    const auto group = server().post("admin", "/api/v1/org/groups",
                                     R"({"name":"Readers","members":[{"userUuid":")" + id_of("viewer") + "\"}]}");
    ASSERT_EQ(group.status, 201) << group.raw.body;
    const std::string group_id{group.results().at("uuid").as_string()};
    const auto shared = server().post("admin", project_path() + "/spaces/" + id + "/group/share",
                                      R"({"groupUuid":")" + group_id + R"(","spaceRole":"viewer"})");
    ASSERT_EQ(shared.status, 200) << shared.raw.body;
    EXPECT_EQ(status_of_chart("viewer", chart), 200);
    EXPECT_EQ(server().remove("admin", "/api/v1/groups/" + group_id + "/members/" + id_of("viewer")).status, 200);
    EXPECT_EQ(status_of_chart("viewer", chart), 403);
    for (int i = 0; i < 2; ++i) // a second time changes nothing
        EXPECT_EQ(
            server().send("admin", "PUT", "/api/v1/groups/" + group_id + "/members/" + id_of("viewer"), "").status,
            200);
    EXPECT_EQ(status_of_chart("viewer", chart), 200);
    EXPECT_EQ(server().remove("admin", "/api/v1/groups/" + group_id).status, 200);
    EXPECT_EQ(status_of_chart("viewer", chart), 403);
}

TEST_F(Sharing, GroupsReplaceTheirMembersAndRefuseThoseOfOtherOrganizations)
{
    const auto made = server().post("admin", "/api/v1/org/groups", R"({"name":"Crew"})");
    ASSERT_EQ(made.status, 201) << made.raw.body;
    EXPECT_EQ(made.results().at("memberUuids").as_array().size(), 0U);
    const std::string target = "/api/v1/groups/" + std::string{made.results().at("uuid").as_string()};
    const auto two = server().send("admin", "PATCH", target,
                                   R"({"name":"The crew","members":[{"userUuid":")" + id_of("viewer") +
                                       R"("},{"userUuid":")" + id_of("editor") + "\"}]}");
    ASSERT_EQ(two.status, 200) << two.raw.body;
    EXPECT_EQ(two.results().at("name").as_string(), "The crew");
    EXPECT_EQ(two.results().at("members").as_array().size(), 2U);
    EXPECT_EQ(
        server().send("admin", "PATCH", target, R"({"name":"Crew"})").results().at("memberUuids").as_array().size(), 2U)
        << "members that are not named stay";
    const auto foreign =
        server().send("admin", "PATCH", target, R"({"members":[{"userUuid":")" + id_of("another") + "\"}]}");
    EXPECT_EQ(foreign.status, 400) << foreign.raw.body;
    EXPECT_EQ(server().get("admin", target + "/members").results().as_array().size(), 2U);
    EXPECT_EQ(server().send("admin", "PATCH", target, R"({"members":[]})").results().at("members").as_array().size(),
              0U);
    EXPECT_EQ(server().post("admin", "/api/v1/org/groups", R"({"name":"Crew"})").status, 409);
    EXPECT_EQ(server().post("editor", "/api/v1/org/groups", R"({"name":"Mine"})").status, 403);
    EXPECT_EQ(server().get("stranger", target).status, 403);
    EXPECT_EQ(server().get("stranger", "/api/v1/org/groups").results().at("data").as_array().size(), 0U);
    EXPECT_EQ(server().post("admin", "/api/v1/org/groups", R"({"name":" ","members":[{"userUuid":"x"}],"a":1})").status,
              422);
}

TEST_F(Sharing, ARoleInAProjectLetsAMemberInAndEndsWithTheNextRequest)
{
    const auto give = [](const std::string& role) {
        return server().post("admin", project_path() + "/access",
                             R"({"email":"member@lightdash.com","role":")" + role + R"(","sendEmail":false})");
    };
    EXPECT_EQ(server().get("member", project_path()).status, 403);
    EXPECT_EQ(give("viewer").status, 200);
    EXPECT_EQ(server().get("member", project_path()).status, 200);
    EXPECT_EQ(server().get("member", "/api/v1/org/projects").results().as_array().size(), 1U);
    EXPECT_EQ(server().send("member", "PATCH", project_path(), R"({"name":"Theirs"})").status, 403);
    const auto one = server().get("admin", project_path() + "/user/" + id_of("member"));
    EXPECT_EQ(one.results().at("role").as_string(), "viewer");
    EXPECT_EQ(server()
                  .send("admin", "PATCH", project_path() + "/access/" + id_of("member"), R"({"role":"developer"})")
                  .status,
              200);
    EXPECT_EQ(server().send("member", "PATCH", project_path(), R"({"name":"Jaffle shop"})").status, 200);
    EXPECT_EQ(server().remove("admin", project_path() + "/access/" + id_of("member")).status, 200);
    EXPECT_EQ(server().get("member", project_path()).status, 403);
    EXPECT_EQ(server().remove("admin", project_path() + "/access/" + id_of("member")).status, 404);
    EXPECT_EQ(server().post("admin", project_path() + "/access", R"({"email":"nobody@x.test","role":"viewer"})").status,
              404);
    EXPECT_EQ(server()
                  .post("admin", project_path() + "/access", R"({"email":"another@lightdash.com","role":"viewer"})")
                  .status,
              404);
    EXPECT_EQ(server().get("developer", project_path() + "/access").status, 403);
}

TEST_F(Sharing, AProjectGrantToAGroupReturnsTheTriple)
{
    const auto group = server().post("admin", "/api/v1/org/groups",
                                     R"({"name":"Outer","members":[{"userUuid":")" + id_of("member") + "\"}]}");
    const std::string group_id{group.results().at("uuid").as_string()};
    const auto target = "/api/v1/groups/" + group_id + "/projects/" + server().project();
    const auto accesses = [] { return server().get("admin", project_path() + "/groupAccesses").results().as_array(); };
    const auto before = accesses().size();
    const auto given = server().post("admin", target, R"({"role":"viewer"})");
    ASSERT_EQ(given.status, 200) << given.raw.body;
    EXPECT_EQ(given.results().at("groupUuid").as_string(), group_id);
    EXPECT_EQ(given.results().at("projectUuid").as_string(), server().project());
    EXPECT_EQ(given.results().at("role").as_string(), "viewer");
    EXPECT_EQ(server().get("member", project_path()).status, 200);
    EXPECT_EQ(accesses().size(), before + 1);
    EXPECT_EQ(server().remove("admin", target).status, 200);
    EXPECT_EQ(server().get("member", project_path()).status, 403);
}

// The rules of /user that hold in a project alone, "action:Subject" of those for what others made.
std::set<std::string> abilities_in_projects(const boost::json::value& user, const std::string& project)
{
    std::set<std::string> found;
    for (const auto& rule : user.at("abilityRules").as_array()) {
        const auto& conditions = rule.at("conditions").as_object();
        if (!conditions.contains("projectUuid"))
            continue;
        EXPECT_FALSE(conditions.contains("organizationUuid"));
        EXPECT_EQ(conditions.at("projectUuid").as_string(), project);
        if (!conditions.contains("createdByUserUuid") && !conditions.contains("access"))
            found.insert(std::string{rule.at("action").as_string()} + ':' +
                         std::string{rule.at("subject").as_string()});
    }
    return found;
}

TEST_F(Sharing, AbilityRulesTakeRolesInProjectsIntoAccountThoseOfGroupsToo)
{
    const auto id = server().add_user("viewer", "climber");
    const auto made =
        server().post("admin", "/api/v1/org/projects", R"({"name":"Climbing","dbtConnection":{"type":"none"}})");
    const std::string project{made.results().at("project").at("projectUuid").as_string()};
    const auto rules = [&] {
        return abilities_in_projects(server().get("climber", "/api/v1/user").results(), project);
    };
    EXPECT_TRUE(rules().empty());
    server().database().execute("insert into project_memberships (project_id, user_id, role) values ('" + project +
                                "', '" + id + "', 'viewer')");
    EXPECT_TRUE(rules().empty()) << "that is what the role in the organization gives already";
    const auto group =
        server().post("admin", "/api/v1/org/groups", R"({"name":"Climbers","members":[{"userUuid":")" + id + "\"}]}");
    const auto of_group =
        "/api/v1/groups/" + std::string{group.results().at("uuid").as_string()} + "/projects/" + project;
    ASSERT_EQ(server().post("admin", of_group, R"({"role":"editor"})").status, 200);
    EXPECT_TRUE(rules().contains("create:Space"));
    EXPECT_TRUE(rules().contains("update:Dashboard")) << "in spaces that inherit";
    EXPECT_FALSE(rules().contains("update:Project"));
    ASSERT_EQ(server().patch("admin", of_group, R"({"role":"admin"})").status, 200);
    EXPECT_TRUE(rules().contains("manage:Project"));
    EXPECT_FALSE(rules().contains("create:Project"));
    const auto in_project = "/api/v1/projects/" + project;
    EXPECT_EQ(server().patch("climber", in_project + "/details", R"({"name":"As the rules say"})").status, 200);
    ASSERT_EQ(server().remove("admin", of_group).status, 200);
    EXPECT_TRUE(rules().empty());
    EXPECT_EQ(server().patch("climber", in_project + "/details", R"({"name":"No more"})").status, 403);
}

TEST_F(Sharing, WhoeverMakesAProjectIsItsAdmin)
{
    const auto made = server().post("developer", "/api/v1/org/projects",
                                    R"({"name":"Mine","type":"PREVIEW","dbtConnection":{"type":"none"}})");
    ASSERT_EQ(made.status, 200) << made.raw.body;
    const std::string project{made.results().at("project").at("projectUuid").as_string()};
    const auto target = "/api/v1/projects/" + project;
    const auto members = server().get("developer", target + "/access");
    ASSERT_EQ(members.status, 200) << members.raw.body;
    ASSERT_EQ(members.results().as_array().size(), 1U);
    EXPECT_EQ(members.results().at(0).at("userUuid").as_string(), id_of("developer"));
    EXPECT_EQ(members.results().at(0).at("role").as_string(), "admin");
    EXPECT_EQ(
        server().post("developer", target + "/access", R"({"email":"member@lightdash.com","role":"viewer"})").status,
        200);
    EXPECT_EQ(server().get("member", target).status, 200);
    EXPECT_EQ(server().database().value("select count(*) from audit_log where subject_id = '" + project +
                                        "' and action = 'create' and detail->>'admin' = '" + id_of("developer") + "'"),
              "1");
    EXPECT_EQ(server().remove("developer", target).status, 200);
}

TEST_F(Sharing, TheDefaultSpaceOfAProjectStays)
{
    const auto spaces = server().get("admin", project_path() + "/spaces").results().as_array();
    const auto& first = spaces.at(0);
    EXPECT_EQ(first.at("name").as_string(), "Shared");
    EXPECT_FALSE(first.at("isPrivate").as_bool());
    const std::string shared{first.at("uuid").as_string()};
    const auto charts = server().database().value("select count(*) from charts where deleted_at is null");
    EXPECT_EQ(server().remove("admin", project_path() + "/spaces/" + shared).status, 400);
    EXPECT_EQ(server().database().value("select count(*) from charts where deleted_at is null"), charts);
    EXPECT_EQ(server().send("admin", "PATCH", project_path() + "/spaces/" + shared, R"({"isPrivate":true})").status,
              400);
}

TEST_F(Sharing, WhatLiesInASpaceIsDeletedWithItAndComesBackIntoTheDefaultOne)
{
    const auto id = space();
    const auto chart = chart_in(id);
    const auto dashboard = server().post("admin", project_path() + "/dashboards",
                                         R"({"name":"Goes too","tiles":[{"type":"saved_chart","x":0,"y":0,"w":9,"h":6,)"
                                         R"("properties":{"savedChartUuid":")" +
                                             chart + "\"}}]}");
    ASSERT_EQ(dashboard.status, 201) << dashboard.raw.body;
    const std::string dashboard_id{dashboard.results().at("uuid").as_string()};
    server().database().execute("update dashboards set space_id = '" + id + "' where id = '" + dashboard_id + "'");
    const auto own = server().post("admin", project_path() + "/saved",
                                   R"({"name":"Of it","tableName":"orders","metricQuery":{"exploreName":"orders",)"
                                   R"("dimensions":["a"],"metrics":[],"filters":{},"sorts":[],"limit":5,)"
                                   R"("tableCalculations":[]},"chartConfig":{"type":"table"},"tableConfig":)"
                                   R"({"columnOrder":[]},"dashboardUuid":")" +
                                       dashboard_id + "\"}");
    ASSERT_EQ(own.status, 200) << own.raw.body;
    const auto own_path = "/api/v1/saved/" + std::string{own.results().at("uuid").as_string()};

    EXPECT_EQ(server().remove("viewer", project_path() + "/spaces/" + id).status, 403);
    EXPECT_EQ(status_of_chart("admin", chart), 200);
    EXPECT_EQ(server().remove("admin", project_path() + "/spaces/" + id).status, 200);
    EXPECT_EQ(server().get("admin", project_path() + "/spaces/" + id).status, 404);
    EXPECT_EQ(status_of_chart("admin", chart), 404);
    EXPECT_EQ(server().get("admin", "/api/v1/dashboards/" + dashboard_id).status, 404);
    EXPECT_EQ(server().get("admin", own_path).status, 404) << "nor is it open to the project in the default space";
    EXPECT_EQ(server().database().value("select string_agg(subject, ' ' order by subject) from audit_log where "
                                        "subject_id in ('" +
                                        id + "', '" + chart + "', '" + dashboard_id + "') and action = 'delete'"),
              "Dashboard SavedChart Space");

    const auto restore = [](const std::string& type, const std::string& item) {
        return server()
            .post("admin", "/api/v2/content/" + server().project() + "/restore",
                  R"({"item":{"uuid":")" + item + R"(","contentType":")" + type + "\"}}")
            .status;
    };
    EXPECT_EQ(restore("dashboard", dashboard_id), 200);
    EXPECT_EQ(server().get("admin", own_path).status, 200);
    EXPECT_EQ(restore("chart", chart), 200);
    const auto back = server().get("admin", "/api/v1/dashboards/" + dashboard_id).results();
    EXPECT_EQ(back.at("tiles").at(0).at("properties").at("savedChartUuid").as_string(), chart);
    EXPECT_EQ(server().database().value(
                  "select s.name from charts c join spaces s on s.id = c.space_id where c.id = '" + chart + "'"),
              "Shared");
}

TEST_F(Sharing, ASpaceTellsWhoMayDoWhatInItAndWhy)
{
    server().add_user("member", "in_project");
    server().add_user("member", "in_group");
    server().add_user("member", "granted_by_group");
    const auto execute = [](const std::string& statement) { server().database().execute(statement); };
    const auto group_of = [&](const std::string& role) {
        const auto made =
            server().post("admin", "/api/v1/org/groups",
                          R"({"name":"Of )" + role + R"(","members":[{"userUuid":")" + id_of(role) + "\"}]}");
        return std::string{made.results().at("uuid").as_string()};
    };
    execute("insert into project_memberships (project_id, user_id, role) values ('" + server().project() + "', '" +
            id_of("in_project") + "', 'developer'), ('" + server().project() + "', '" + id_of("granted_by_group") +
            "', 'viewer')");
    execute("insert into project_group_access (project_id, group_id, role) values ('" + server().project() + "', '" +
            group_of("in_group") + "', 'admin')");
    const auto id = space(R"({"name":"Open","isPrivate":false})");
    execute("insert into space_user_access (space_id, user_id, role) values ('" + id + "', '" + id_of("editor") +
            "', 'viewer')");
    execute("insert into space_group_access (space_id, group_id, role) values ('" + id + "', '" +
            group_of("granted_by_group") + "', 'editor')");
    const auto told = server().get("admin", project_path() + "/spaces/" + id).results();
    const auto of = [&](const std::string& role) -> std::string {
        for (const auto& each : told.at("access").as_array())
            if (each.at("userUuid").as_string() == id_of(role))
                return boost::json::serialize(boost::json::array{each.at("role"), each.at("hasDirectAccess"),
                                                                 each.at("inheritedRole"), each.at("inheritedFrom"),
                                                                 each.at("projectRole")});
        return "";
    };
    EXPECT_EQ(of("admin"), R"(["admin",true,"admin","organization","admin"])");
    EXPECT_EQ(of("editor"), R"(["viewer",true,"editor","organization","editor"])")
        << "a grant decides, also a weaker one";
    EXPECT_EQ(of("viewer"), R"(["viewer",false,"viewer","organization","viewer"])");
    EXPECT_EQ(of("developer"), R"(["editor",false,"developer","organization","developer"])");
    EXPECT_EQ(of("in_project"), R"(["editor",false,"developer","project","developer"])");
    EXPECT_EQ(of("in_group"), R"(["admin",false,"admin","group","admin"])");
    EXPECT_EQ(of("granted_by_group"), R"(["editor",false,"viewer","project","viewer"])");
    EXPECT_EQ(of("member"), "");
    EXPECT_EQ(told.at("groupsAccess").as_array().size(), 1U);
}

TEST_F(Sharing, RolesAreListedAndAssignedAsTheSecondVersionOfTheApiTellsThem)
{
    const auto organization = server().get("admin", "/api/v1/org").results().at("organizationUuid");
    const auto of_org = "/api/v2/orgs/" + std::string{organization.as_string()} + "/roles";
    const auto roles = server().get("admin", of_org).results().as_array();
    ASSERT_EQ(roles.size(), 6U);
    EXPECT_EQ(roles[5].at("roleUuid").as_string(), "admin");
    EXPECT_EQ(roles[5].at("ownerType").as_string(), "system");
    EXPECT_FALSE(roles[5].as_object().contains("scopes"));
    const auto detailed = server().get("admin", of_org + "?load=scopes");
    const auto scopes = [&](std::size_t role) {
        return boost::json::serialize(detailed.results().at(role).at("scopes"));
    };
    EXPECT_NE(scopes(3).find("\"update:Dashboard@space\""), std::string::npos) << scopes(3);
    EXPECT_NE(scopes(5).find("\"update:Dashboard\""), std::string::npos);
    EXPECT_EQ(scopes(5).find("\"update:Dashboard@space\""), std::string::npos);
    EXPECT_EQ(server().get("editor", of_org).status, 403);
    EXPECT_EQ(server().get("stranger", of_org).status, 403);

    const auto somebody = server().add_user("viewer", "promoted");
    const auto assigned =
        server().post("admin", of_org + "/assignments/user/" + somebody, R"({"roleId":"interactive_viewer"})");
    ASSERT_EQ(assigned.status, 200) << assigned.raw.body;
    EXPECT_EQ(assigned.results().at("roleId").as_string(), "interactive_viewer");
    EXPECT_EQ(assigned.results().at("assigneeId").as_string(), somebody);
    EXPECT_EQ(server().post("admin", of_org + "/assignments/user/" + somebody, R"({"roleId":"owner"})").status, 422);
    EXPECT_EQ(server().post("admin", of_org + "/assignments/user/" + id_of("another"), R"({"roleId":"viewer"})").status,
              403);
    const auto all = server().get("admin", of_org + "/assignments").raw.body;
    EXPECT_NE(all.find(somebody), std::string::npos);
    EXPECT_EQ(all.find(id_of("another")), std::string::npos);

    const auto of_project = "/api/v2/projects/" + server().project() + "/roles/assignments";
    const auto in_project = server().post("admin", of_project + "/user/" + somebody, R"({"roleId":"editor"})");
    ASSERT_EQ(in_project.status, 200) << in_project.raw.body;
    EXPECT_EQ(in_project.results().at("projectId").as_string(), server().project());
    EXPECT_EQ(in_project.results().at("assigneeType").as_string(), "user");
    EXPECT_EQ(server().post("admin", of_project + "/user/" + somebody, R"({"roleId":"member"})").status, 422);
    EXPECT_EQ(server().post("admin", of_project + "/user/" + id_of("another"), R"({"roleId":"viewer"})").status, 404);
    EXPECT_NE(server().get("admin", of_project).raw.body.find(somebody), std::string::npos);
    EXPECT_EQ(server().remove("admin", of_project + "/user/" + somebody).status, 200);
    EXPECT_EQ(server().remove("admin", of_project + "/user/" + somebody).status, 404);
    EXPECT_EQ(server().get("admin", of_project).raw.body.find(somebody), std::string::npos);

    const auto group = server().post("admin", "/api/v1/org/groups", R"({"name":"Assigned"})");
    const std::string group_id{group.results().at("uuid").as_string()};
    const auto to_group = server().post("admin", of_project + "/group/" + group_id, R"({"roleId":"viewer"})");
    ASSERT_EQ(to_group.status, 200) << to_group.raw.body;
    EXPECT_EQ(to_group.results().at("assigneeName").as_string(), "Assigned");
    EXPECT_EQ(
        server().patch("admin", of_project + "/group/" + group_id, R"({"roleId":"admin"})").results().at("roleId"),
        "admin");
    EXPECT_EQ(server().remove("admin", of_project + "/group/" + group_id).status, 200);
    EXPECT_EQ(server().get("developer", of_project).status, 403);
}

TEST_F(Sharing, ChangesOfRightsAreInTheAuditLog)
{
    const auto before = server().database().value("select count(*) from audit_log");
    const auto id = space();
    server().post("admin", project_path() + "/spaces/" + id + "/share",
                  R"({"userUuid":")" + id_of("viewer") + R"(","spaceRole":"admin"})");
    server().post("viewer", project_path() + "/spaces", R"({"name":"Refused"})");
    EXPECT_EQ(std::stoll(server().database().value("select count(*) from audit_log")), std::stoll(before) + 2)
        << "a space and a grant; nothing is told of what was refused";
}

} // namespace
} // namespace lightdash
