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
    EXPECT_EQ(server().get("editor", target).results().at("access").as_array().size(), 1U);
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

TEST_F(Sharing, TheDefaultSpaceOfAProjectStaysAndTakesWhatOthersLeave)
{
    const auto spaces = server().get("admin", project_path() + "/spaces").results().as_array();
    const auto& first = spaces.at(0);
    EXPECT_EQ(first.at("name").as_string(), "Shared");
    EXPECT_FALSE(first.at("isPrivate").as_bool());
    const std::string shared{first.at("uuid").as_string()};
    EXPECT_EQ(server().remove("admin", project_path() + "/spaces/" + shared).status, 400);
    EXPECT_EQ(server().send("admin", "PATCH", project_path() + "/spaces/" + shared, R"({"isPrivate":true})").status,
              400);
    const auto id = space();
    const auto chart = chart_in(id);
    EXPECT_EQ(server().remove("viewer", project_path() + "/spaces/" + id).status, 403);
    EXPECT_EQ(server().remove("admin", project_path() + "/spaces/" + id).status, 200);
    EXPECT_EQ(server().get("admin", project_path() + "/spaces/" + id).status, 404);
    EXPECT_EQ(server().database().value("select space_id from charts where id = '" + chart + "'"), shared);
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
