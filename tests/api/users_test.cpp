// The people of an organization: lists, roles, deactivation, one's own account.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <barrier>
#include <thread>

namespace lightdash {
namespace {

namespace json = boost::json;

class Users : public testing::ApiTest {
protected:
    static std::string last_audit(const std::string& subject_id)
    {
        return server().database().value("select action || ' ' || subject || ' ' || detail from audit_log where "
                                         "subject_id = '" +
                                         subject_id + "' order by created_at desc limit 1");
    }
    static std::string texts(const testing::api_answer& answer, std::string_view member)
    {
        std::string all;
        for (const auto& one : answer.results().at("data").as_array())
            all += std::string{one.at(member).as_string()} + ' ';
        return all;
    }
};

TEST_F(Users, UserShowsTheRightRoleForEveryRole)
{
    for (const std::string role : {"member", "viewer", "interactive_viewer", "editor", "developer", "admin"})
        EXPECT_EQ(server().get(role, "/api/v1/user").results().at("role").as_string(), role);
}

TEST_F(Users, OfTheOrganizationArePagedSearchedAndSorted)
{
    const auto all = server().get("member", "/api/v1/org/users");
    EXPECT_EQ(texts(all, "email"), "demo@lightdash.com developer@lightdash.com editor@lightdash.com "
                                   "interactive_viewer@lightdash.com member@lightdash.com viewer@lightdash.com ");
    EXPECT_FALSE(all.results().as_object().contains("pagination"));
    const auto page = server().get("viewer", "/api/v1/org/users?page=2&pageSize=2.000000&sortBy=role&includeGroups=5");
    EXPECT_EQ(texts(page, "role"), "interactive_viewer editor ");
    EXPECT_EQ(page.results().at("pagination").at("totalPageCount").as_int64(), 3);
    EXPECT_EQ(texts(server().get("viewer", "/api/v1/org/users?page=1&pageSize=2&sortBy=name&sortDirection=desc"),
                    "firstName"),
              "Vera Mara ");
    EXPECT_EQ(texts(server().get("viewer", "/api/v1/org/users?searchQuery=ra%20viewer"), "email"),
              "viewer@lightdash.com ");
    EXPECT_EQ(texts(server().get("viewer", "/api/v1/org/users?searchQuery=%25"), "email"), "");
    EXPECT_EQ(server().get("viewer", "/api/v1/org/users?sortBy=password").status, 422);
    EXPECT_EQ(server().get("viewer", "/api/v1/org/users?sortDirection=up").status, 422);
}

TEST_F(Users, OneOfThemIsToldByIdAndByEMail)
{
    const auto user = server().get("editor", "/api/v1/user").results();
    const std::string id{user.at("userUuid").as_string()};
    const auto by_id = server().get("member", "/api/v1/org/users/" + id);
    ASSERT_EQ(by_id.status, 200);
    EXPECT_EQ(by_id.results().at("email").as_string(), "editor@lightdash.com");
    EXPECT_FALSE(by_id.results().at("isPending").as_bool());
    EXPECT_EQ(server().get("member", "/api/v1/org/users/email/Editor%40lightdash.com").results(), by_id.results());
    EXPECT_EQ(server().get("stranger", "/api/v1/org/users/" + id).status, 403);
    EXPECT_EQ(server().get("stranger", "/api/v1/org/users/email/editor@lightdash.com").status, 403);
    EXPECT_EQ(server().get("admin", "/api/v1/org/users/email/nobody@lightdash.com").status, 404);
    EXPECT_EQ(server().get("admin", "/api/v1/org/users/00000000-0000-4000-8000-000000000000").status, 404);
    EXPECT_EQ(server().get("admin", "/api/v1/org/users/me").status, 400);
}

TEST_F(Users, ANewRoleCountsWithTheNextRequest)
{
    const auto id = server().add_user("viewer", "promoted");
    const std::string project = R"({"name":"P","type":"PREVIEW","dbtConnection":{"type":"none"}})";
    ASSERT_EQ(server().post("promoted", "/api/v1/org/projects", project).status, 403);
    for (int i = 0; i < 20; ++i) {
        const auto changed = server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"developer"})");
        ASSERT_EQ(changed.status, 200) << changed.raw.body;
        EXPECT_EQ(changed.results().at("role").as_string(), "developer");
        EXPECT_EQ(server().post("promoted", "/api/v1/org/projects", project).status, 200);
        ASSERT_EQ(server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"viewer"})").status, 200);
        EXPECT_EQ(server().post("promoted", "/api/v1/org/projects", project).status, 403);
    }
    EXPECT_EQ(last_audit(id), "manage OrganizationMemberProfile {\"role\": \"viewer\", \"email\": "
                              "\"promoted@lightdash.com\", \"previousRole\": \"developer\"}");
}

TEST_F(Users, ARoleIsOneOfSixAndOnlyAdminsGiveIt)
{
    const auto target = "/api/v1/org/users/" + server().add_user("viewer");
    EXPECT_EQ(server().patch("admin", target, R"({"role":"owner"})").status, 422);
    EXPECT_EQ(server().patch("admin", target, R"({})").status, 422);
    EXPECT_EQ(server().patch("developer", target, R"({"role":"admin"})").status, 403);
    EXPECT_EQ(server().patch("stranger", target, R"({"role":"admin"})").status, 403);
    EXPECT_EQ(
        server().patch("admin", "/api/v1/org/users/00000000-0000-4000-8000-000000000000", R"({"role":"admin"})").status,
        404);
}

TEST_F(Users, TheLastAdminStaysOne)
{
    const std::string id{server().get("admin", "/api/v1/user").results().at("userUuid").as_string()};
    const auto refused = server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"viewer"})");
    EXPECT_EQ(refused.status, 403) << refused.raw.body;
    EXPECT_NE(refused.raw.body.find("last admin"), std::string::npos);
    EXPECT_EQ(server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"admin"})").status, 200);
    EXPECT_EQ(server().get("admin", "/api/v1/user").results().at("role").as_string(), "admin");
    // One who never chose a password does not count, nor one who is deactivated.
    const auto pending = server().add_user("admin");
    server().database().execute("update users set password_hash = null where id = '" + pending + "'");
    EXPECT_EQ(server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"viewer"})").status, 403);
    server().database().execute("update users set password_hash = 'x', is_active = false where id = '" + pending + "'");
    EXPECT_EQ(server().patch("admin", "/api/v1/org/users/" + id, R"({"role":"viewer"})").status, 403);
}

TEST_F(Users, TwoAdminsWhoDemoteOrDeactivateEachOtherAtOnceNeverLeaveNone)
{
    for (int round = 0; round < 12; ++round) {
        const auto a = "a" + std::to_string(round), b = "b" + std::to_string(round);
        const auto a_id = server().add_user("admin", a), b_id = server().add_user("admin", b);
        server().database().execute("update users set role = 'viewer' where role = 'admin' and organization_id = "
                                    "(select organization_id from users where id = '" +
                                    a_id + "') and id not in ('" + a_id + "', '" + b_id + "')");
        ASSERT_EQ(server().get(a, "/api/v1/org/audit-log").status, 200);
        ASSERT_EQ(server().get(b, "/api/v1/org/audit-log").status, 200);
        std::barrier together{2};
        const auto against = [&](const std::string& as, const std::string& other, int& status) {
            together.arrive_and_wait();
            status = round % 2 == 0 ? server().patch(as, "/api/v1/org/users/" + other, R"({"role":"viewer"})").status
                                    : server().remove(as, "/api/v1/org/user/" + other).status;
        };
        int first = 0, second = 0;
        std::thread one{against, a, b_id, std::ref(first)}, two{against, b, a_id, std::ref(second)};
        one.join();
        two.join();
        EXPECT_NE(first == 200, second == 200) << first << ' ' << second;
        const auto left = server().database().value(
            "select count(*) from users where role = 'admin' and is_active and id in ('" + a_id + "', '" + b_id + "')");
        EXPECT_EQ(left, "1");
    }
    server().database().execute("update users set role = 'admin' where email = 'demo@lightdash.com'");
}

TEST_F(Users, WhoeverIsDeactivatedIsOutAtOnceAndWhatTheyMadeStays)
{
    const auto id = server().add_user("developer", "leaver");
    const auto made = server().post("leaver", "/api/v1/org/projects",
                                    R"({"name":"Kept","type":"PREVIEW","dbtConnection":{"type":"none"}})");
    ASSERT_EQ(made.status, 200);
    EXPECT_EQ(server().remove("admin", "/api/v1/org/user/" + id).status, 200);
    EXPECT_GE(server().get("leaver", "/api/v1/user").status, 401);
    const auto now = server().get("admin", "/api/v1/org/users/" + id);
    EXPECT_FALSE(now.results().at("isActive").as_bool());
    const std::string project{made.results().at("project").at("projectUuid").as_string()};
    EXPECT_EQ(server().get("admin", "/api/v1/projects/" + project).results().at("createdByUserUuid").as_string(), id);
    EXPECT_EQ(last_audit(id), "delete OrganizationMemberProfile {\"email\": \"leaver@lightdash.com\"}");
    EXPECT_EQ(server().remove("admin", "/api/v1/org/user/" + id).status, 200);
}

TEST_F(Users, NobodyDeactivatesThemselvesOrPeopleOfOtherOrganizations)
{
    const std::string own{server().get("admin", "/api/v1/user").results().at("userUuid").as_string()};
    EXPECT_EQ(server().remove("admin", "/api/v1/org/user/" + own).status, 403);
    EXPECT_EQ(server().remove("stranger", "/api/v1/org/user/" + own).status, 403);
    EXPECT_EQ(server().remove("developer", "/api/v1/org/user/" + own).status, 403);
    EXPECT_EQ(server().remove("admin", "/api/v1/org/user/00000000-0000-4000-8000-000000000000").status, 404);
    EXPECT_EQ(server().get("admin", "/api/v1/user").status, 200);
}

TEST_F(Users, ChangeTheirOwnNameAndEMail)
{
    const auto id = server().add_user("viewer", "renamed");
    const auto changed =
        server().patch("renamed", "/api/v1/user/me",
                       R"({"firstName":"Grace","email":"Grace@Lightdash.com","isMarketingOptedIn":false})");
    ASSERT_EQ(changed.status, 200) << changed.raw.body;
    EXPECT_EQ(changed.results().at("firstName").as_string(), "Grace");
    EXPECT_EQ(changed.results().at("lastName").as_string(), "Body");
    EXPECT_EQ(changed.results().at("email").as_string(), "grace@lightdash.com");
    EXPECT_FALSE(changed.results().at("abilityRules").as_array().empty());
    EXPECT_EQ(server().get("renamed", "/api/v1/user").results(), changed.results());
    EXPECT_EQ(last_audit(id), "manage User {\"email\": \"grace@lightdash.com\"}");

    const auto taken = server().patch("renamed", "/api/v1/user/me", R"({"email":"VIEWER@lightdash.com"})");
    EXPECT_EQ(taken.status, 409) << taken.raw.body;
    EXPECT_EQ(taken.error_name(), "AlreadyExistsError");
    const auto faulty =
        server().patch("renamed", "/api/v1/user/me", R"({"firstName":" ","lastName":"","email":"grace"})");
    EXPECT_EQ(faulty.status, 422);
    for (const auto* at : {"/firstName", "/lastName", "/email"})
        EXPECT_TRUE(faulty.body.at("error").at("data").as_object().contains(at)) << at << faulty.raw.body;
    EXPECT_EQ(server().patch("renamed", "/api/v1/user/me", R"({"role":"admin"})").status, 422);
}

} // namespace
} // namespace lightdash
