// Facts about Lightdash's API that its clients rely on: each a test of its name.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace lightdash {
namespace {

namespace json = boost::json;

class Contract : public testing::ApiTest {
protected:
    static std::string in_project(const std::string& rest = {})
    {
        return "/api/v1/projects/" + server().project() + rest;
    }
    static std::string id_of(const std::string& name)
    {
        return server().database().value("select id from users where email = '" +
                                         (name == "admin"      ? "demo"
                                          : name == "stranger" ? "another"
                                                               : name) +
                                         "@lightdash.com'");
    }
    static std::string text(const testing::api_answer& answer, const std::string& member)
    {
        EXPECT_LT(answer.status, 300) << answer.raw.body;
        return std::string{answer.results().at(member).as_string()};
    }
    static json::object chart(const std::string& name)
    {
        return json::parse(R"({"tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":)"
                           R"(["orders_status"],"metrics":[],"filters":{},"sorts":[],"limit":500,)"
                           R"("tableCalculations":[]},"chartConfig":{"type":"table"},)"
                           R"("tableConfig":{"columnOrder":[]},"name":")" +
                           name + "\"}")
            .as_object();
    }
    static testing::api_answer save(const std::string& as, const std::string& name, const json::object& more = {})
    {
        auto sent = chart(name);
        for (const auto& [key, value] : more)
            sent[key] = value;
        return server().post(as, in_project("/saved"), json::serialize(sent));
    }
    static std::string a_space(const std::string& as, const std::string& name, const std::string& flags = {})
    {
        return text(server().post(as, in_project("/spaces"), R"({"name":")" + name + '"' + flags + '}'), "uuid");
    }
    static testing::api_answer a_dashboard(const std::string& name)
    {
        return server().post("admin", in_project("/dashboards"),
                             R"({"name":")" + name +
                                 R"(","tiles":[{"type":"markdown",)"
                                 R"("x":0,"y":0,"w":12,"h":4,"properties":{"title":"Hello","content":"# Hi"}}],)"
                                 R"("parameters":{"region":{"parameterName":"region","value":"eu"}}})");
    }
    static bool lists(const std::string& as, const std::string& list, const std::string& uuid)
    {
        const auto answer = server().get(as, in_project(list));
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        return std::ranges::any_of(answer.results().as_array(),
                                   [&](const json::value& one) { return one.at("uuid") == json::value(uuid); });
    }
};

const std::array roles{"member", "viewer", "interactive_viewer", "editor", "developer", "admin"};

TEST_F(Contract, LivezHealthAndFlashAnswer200WithStatusOkForAnyRole)
{
    for (const std::string role : roles)
        for (const std::string path : {"livez", "health", "flash"}) {
            const auto answer = server().get(role, "/api/v1/" + path);
            EXPECT_EQ(answer.status, 200) << role << ' ' << path;
            EXPECT_EQ(answer.body.at("status"), "ok") << role << ' ' << path;
        }
}

TEST_F(Contract, UserAndItsIdentitiesAnswerEveryRoleAndUserShowsIt)
{
    for (const std::string role : roles) {
        EXPECT_EQ(text(server().get(role, "/api/v1/user"), "role"), role);
        EXPECT_EQ(server().get(role, "/api/v1/user/identities").status, 200) << role;
    }
}

TEST_F(Contract, AStrangerIsForbiddenEverythingOfAnotherOrganizationsProject)
{
    const auto saved = "/api/v1/saved/" + text(save("admin", "Not theirs"), "uuid");
    const auto dashboard = "/api/v1/dashboards/" + text(a_dashboard("Not theirs"), "uuid");
    const auto group =
        "/api/v1/groups/" + text(server().post("admin", "/api/v1/org/groups", R"({"name":"Not theirs"})"), "uuid");
    for (const auto& target : {in_project(), in_project("/spaces"), in_project("/charts"), in_project("/dashboards"),
                               in_project("/access"), saved, dashboard, group})
        EXPECT_EQ(server().get("stranger", target).status, 403) << target;
    EXPECT_EQ(server().patch("stranger", dashboard, R"({"name":"Theirs"})").status, 403);
    EXPECT_EQ(server().patch("stranger", saved, R"({"name":"Theirs"})").status, 403);
}

TEST_F(Contract, AStrangersOwnProjectsAreAnEmptyArrayAndTheirGroupsEmptyData)
{
    EXPECT_EQ(server().get("stranger", "/api/v1/org/projects").results(), json::array{});
    EXPECT_EQ(server().get("stranger", "/api/v1/org/groups").results().at("data"), json::array{});
}

TEST_F(Contract, AProjectsGetIsPatchedBackAsItIs)
{
    const auto read = server().get("admin", in_project());
    EXPECT_EQ(server().patch("admin", in_project(), json::serialize(read.results())).status, 200);
    const auto but_for_its_time = [](json::value project) {
        project.as_object().erase("updatedAt");
        return project;
    };
    EXPECT_EQ(but_for_its_time(server().get("admin", in_project()).results()), but_for_its_time(read.results()));
}

TEST_F(Contract, ADashboardsNameTilesFiltersAndTabsArePatchedBackWithTheSameTiles)
{
    const auto target = "/api/v1/dashboards/" + text(a_dashboard("Back and forth"), "uuid");
    const auto read = server().get("admin", target).results();
    json::object sent;
    for (const auto* member : {"name", "tiles", "filters", "tabs"})
        sent[member] = read.at(member);
    const auto patched = server().patch("admin", target, json::serialize(sent));
    EXPECT_EQ(patched.status, 200) << patched.raw.body;
    EXPECT_EQ(patched.results().at("tiles"), read.at("tiles"));
}

TEST_F(Contract, AChartInADashboardHasItsSpaceAndStaysThere)
{
    const auto home = a_dashboard("Home of a chart").results();
    const auto made = save("admin", "At home", {{"dashboardUuid", home.at("uuid")}});
    const auto uuid = text(made, "uuid");
    EXPECT_EQ(made.results().at("dashboardUuid"), home.at("uuid"));
    EXPECT_EQ(made.results().at("spaceUuid"),
              json::value(server().database().value("select space_id from dashboards where id = '" +
                                                    std::string{home.at("uuid").as_string()} + "'")));
    EXPECT_FALSE(lists("admin", "/charts", uuid));
    const auto patched = server().patch("admin", "/api/v1/saved/" + uuid, R"({"name":"Still at home"})");
    EXPECT_EQ(patched.results().at("dashboardUuid"), home.at("uuid")) << patched.raw.body;
}

TEST_F(Contract, WithoutASpaceUuidContentGoesToTheFirstWritableSpace)
{
    EXPECT_EQ(text(save("editor", "Anywhere"), "spaceName"), "Shared");
}

TEST_F(Contract, ASpaceWithoutFlagsIsPrivate)
{
    const auto made = server().post("editor", in_project("/spaces"), R"({"name":"Flagless"})");
    EXPECT_EQ(made.results().at("inheritParentPermissions"), false) << made.raw.body;
    EXPECT_EQ(made.results().at("isPrivate"), true);
}

TEST_F(Contract, ContentOfAPrivateSpaceIsForOthersForbiddenAndForAdminsThere)
{
    const auto space = a_space("editor", "Private");
    const auto uuid = text(save("editor", "Private", {{"spaceUuid", space}}), "uuid");
    for (const std::string role : {"viewer", "interactive_viewer", "developer"}) {
        EXPECT_EQ(server().get(role, "/api/v1/saved/" + uuid).status, 403) << role;
        EXPECT_FALSE(lists(role, "/charts", uuid)) << role;
        EXPECT_FALSE(lists(role, "/spaces", space)) << role;
    }
    EXPECT_EQ(server().get("admin", "/api/v1/saved/" + uuid).status, 200);
    EXPECT_TRUE(lists("admin", "/charts", uuid));
    EXPECT_TRUE(lists("admin", "/spaces", space));
}

TEST_F(Contract, ADashboardIsReadAndPatchedByItsSlug)
{
    const auto made = a_dashboard("Known by its slug");
    const auto target = "/api/v1/dashboards/" + text(made, "slug");
    EXPECT_EQ(server().get("viewer", target).results().at("uuid"), made.results().at("uuid"));
    EXPECT_EQ(server().patch("editor", target, R"({"description":"by its slug"})").status, 200);
}

TEST_F(Contract, ParametersOfADashboardRoundTripAndAreReplacedAsAWhole)
{
    const auto made = a_dashboard("With parameters");
    const auto target = "/api/v1/dashboards/" + text(made, "uuid");
    EXPECT_EQ(server().get("admin", target).results().at("parameters"),
              json::parse(R"({"region":{"parameterName":"region","value":"eu"}})"));
    const std::string others = R"({"year":{"parameterName":"year","value":2026}})";
    EXPECT_EQ(server().patch("admin", target, R"({"parameters":)" + others + '}').status, 200);
    EXPECT_EQ(server().get("admin", target).results().at("parameters"), json::parse(others));
}

TEST_F(Contract, AnInviteIs201OfAMemberAndAgainOfTheSameUserWithAnotherCode)
{
    const std::string invite = R"({"email":"contract@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})";
    const auto first = server().post("admin", "/api/v1/invite-links", invite);
    EXPECT_EQ(first.status, 201);
    const auto user = text(first, "userUuid");
    EXPECT_EQ(text(server().get("admin", "/api/v1/org/users/" + user), "role"), "member");
    const auto second = server().post("admin", "/api/v1/invite-links", invite);
    EXPECT_EQ(text(second, "userUuid"), user);
    EXPECT_NE(text(second, "inviteCode"), text(first, "inviteCode"));
}

TEST_F(Contract, AnActiveEMailIsInvitedWith400ParameterError)
{
    const auto answer = server().post("admin", "/api/v1/invite-links",
                                      R"({"email":"viewer@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_name(), "ParameterError");
}

TEST_F(Contract, AnInviteIsReadByAnybodyAnUnknownOneIs404AnExpiredOne406Then404)
{
    const auto made = server().post("admin", "/api/v1/invite-links",
                                    R"({"email":"expires@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})");
    const auto target = "/api/v1/invite-links/" + text(made, "inviteCode");
    EXPECT_EQ(server().get("", target).status, 200);
    EXPECT_EQ(server().get("", "/api/v1/invite-links/unknown").status, 404);
    server().database().execute("update invite_links set expires_at = now() - interval '1 second' where user_id = '" +
                                text(made, "userUuid") + "'");
    EXPECT_EQ(server().get("", target).status, 406);
    EXPECT_EQ(server().get("", target).status, 404);
}

TEST_F(Contract, InvitesAreDeletedByAdminsAlone)
{
    for (const std::string role : {"member", "viewer", "interactive_viewer", "editor", "developer"})
        EXPECT_EQ(server().remove(role, "/api/v1/invite-links").status, 403) << role;
}

TEST_F(Contract, AGroupIs201AndItsMembersAreReplacedClearedAndOfTheOrganization)
{
    const auto made = server().post("admin", "/api/v1/org/groups", R"({"name":"By contract"})");
    EXPECT_EQ(made.status, 201);
    const auto target = "/api/v1/groups/" + text(made, "uuid");
    const auto with = [&](const std::string& user) {
        return server().patch("admin", target, R"({"members":[{"userUuid":")" + id_of(user) + "\"}]}");
    };
    EXPECT_EQ(with("viewer").results().at("memberUuids"), (json::array{id_of("viewer")}));
    EXPECT_EQ(with("editor").results().at("memberUuids"), (json::array{id_of("editor")}));
    EXPECT_EQ(with("stranger").status, 400);
    EXPECT_EQ(server().patch("admin", target, R"({"members":[]})").results().at("members"), json::array{});
}

TEST_F(Contract, AGroupsRoleInAProjectIsAnsweredAsTheTriple)
{
    const auto group = text(server().post("admin", "/api/v1/org/groups", R"({"name":"Granted"})"), "uuid");
    const auto given =
        server().post("admin", "/api/v1/groups/" + group + "/projects/" + server().project(), R"({"role":"viewer"})");
    EXPECT_EQ(given.results(),
              (json::object{{"groupUuid", group}, {"projectUuid", server().project()}, {"role", "viewer"}}));
}

TEST_F(Contract, ACacheTimeIsAWholeNumberFromAMinuteToThirtyDaysOrNull)
{
    const auto target = in_project("/results-cache-config");
    for (const std::string wrong : {"59", "2592001", "90.5"})
        EXPECT_EQ(server().patch("admin", target, R"({"cacheTtlSeconds":)" + wrong + '}').status, 400) << wrong;
    EXPECT_EQ(server().patch("admin", target, R"({"cacheTtlSeconds":60})").results().at("cacheTtlSeconds"), 60);
    EXPECT_TRUE(
        server().patch("admin", target, R"({"cacheTtlSeconds":null})").results().at("cacheTtlSeconds").is_null());
    EXPECT_EQ(server().get("viewer", target).status, 403);
    EXPECT_EQ(server().patch("viewer", target, R"({"cacheTtlSeconds":60})").status, 403);
}

} // namespace
} // namespace lightdash
