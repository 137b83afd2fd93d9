// Invites: pending members, and the links with which they choose a password.
#include "api/api_server.hpp"
#include "lightdash/core/time.hpp"
#include "support/eventually.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

const std::string links = "/api/v1/invite-links";

class Invites : public testing::ApiTest {
protected:
    static testing::api_answer invite(const std::string& email, const std::string& more = {},
                                      const std::string& end = "2999-01-01T00:00:00Z")
    {
        return server().post("admin", links, R"({"email":")" + email + R"(","expiresAt":")" + end + "\"" + more + "}");
    }
    static std::string member(const testing::api_answer& answer, std::string_view name)
    {
        return std::string{answer.results().at(name).as_string()};
    }
    static boost::json::value person(const std::string& id)
    {
        return server().get("admin", "/api/v1/org/users/" + id).results();
    }
};

TEST_F(Invites, InviteIs201AndTheDefaultRoleIsMember)
{
    const auto made = invite("New@lightdash.com");
    ASSERT_EQ(made.status, 201) << made.raw.body;
    EXPECT_EQ(member(made, "email"), "new@lightdash.com");
    EXPECT_TRUE(member(made, "inviteUrl").ends_with("/invite/" + member(made, "inviteCode")));
    EXPECT_EQ(made.raw.header("Location"), links + "/" + member(made, "inviteCode"));
    const auto invited = person(member(made, "userUuid"));
    EXPECT_EQ(invited.at("role").as_string(), "member");
    EXPECT_TRUE(invited.at("isPending").as_bool());
    EXPECT_FALSE(invited.at("isInviteExpired").as_bool());
    EXPECT_EQ(server().database().value("select count(*) from outbox where recipient = 'New@lightdash.com' and text "
                                        "like '%" +
                                        member(made, "inviteUrl") + "%'"),
              "1");
    EXPECT_EQ(server().database().value("select count(*) from invite_links i where i::text like '%" +
                                        member(made, "inviteCode") + "%'"),
              "0");
}

TEST_F(Invites, ReInviteKeepsTheUserAndMakesANewCode)
{
    const auto first = invite("again@lightdash.com");
    const auto second = invite("again@lightdash.com", R"(,"role":"editor")");
    ASSERT_EQ(second.status, 201) << second.raw.body;
    EXPECT_EQ(member(second, "userUuid"), member(first, "userUuid"));
    EXPECT_NE(member(second, "inviteCode"), member(first, "inviteCode"));
    EXPECT_EQ(person(member(first, "userUuid")).at("role").as_string(), "editor");
    EXPECT_EQ(server().get("", links + "/" + member(first, "inviteCode")).status, 404);
}

TEST_F(Invites, AnActiveEMailIs400ParameterError)
{
    for (const auto* email : {"viewer@lightdash.com", "demo@lightdash.com", "another@lightdash.com"}) {
        const auto refused = invite(email);
        EXPECT_EQ(refused.status, 400) << refused.raw.body;
        EXPECT_EQ(refused.error_name(), "ParameterError");
    }
    EXPECT_EQ(server().get("viewer", "/api/v1/user").results().at("role").as_string(), "viewer");
}

TEST_F(Invites, AnonymousGetIs200AndUnknownIs404)
{
    const auto made = invite("anonymous@lightdash.com");
    const auto told = server().get("", links + "/" + member(made, "inviteCode"));
    ASSERT_EQ(told.status, 200) << told.raw.body;
    EXPECT_EQ(told.results(), made.results());
    EXPECT_EQ(server().get("", links + "/unknown").status, 404);
}

TEST_F(Invites, ExpiredIs406Then404)
{
    const auto made = invite("late@lightdash.com");
    const auto id = member(made, "userUuid");
    server().database().execute("update invite_links set expires_at = now() where user_id = '" + id + "'");
    EXPECT_TRUE(person(id).at("isInviteExpired").as_bool());
    const auto expired = server().get("", links + "/" + member(made, "inviteCode"));
    EXPECT_EQ(expired.status, 406) << expired.raw.body;
    EXPECT_EQ(expired.error_name(), "ExpiredError");
    EXPECT_EQ(server().get("", links + "/" + member(made, "inviteCode")).status, 404);
    EXPECT_TRUE(person(id).at("isInviteExpired").as_bool());
}

TEST_F(Invites, OnADatabaseThatIsReadOnlyAnExpiredOneIsToldAsSuchAndStays)
{
    const auto made = invite("standby@lightdash.com");
    const auto link = links + "/" + member(made, "inviteCode");
    const auto& db = server().database();
    db.execute("update invite_links set expires_at = now() where user_id = '" + member(made, "userUuid") + "'");
    const auto read_only = [&](const std::string& value) {
        db.execute("begin read write; alter database " + db.name() + " set default_transaction_read_only = " + value +
                   "; commit");
        db.terminate_connections();
    };
    read_only("on");
    EXPECT_TRUE(testing::eventually(std::chrono::seconds{10}, [&] { return server().get("", link).status == 406; }));
    EXPECT_EQ(server().get("", link).status, 406);
    read_only("off");
    EXPECT_TRUE(testing::eventually(std::chrono::seconds{10}, [&] { return server().get("", link).status == 404; }));
}

TEST_F(Invites, DeleteByNonAdminIs403AndByAnAdminRevokesAll)
{
    const auto made = invite("revoked@lightdash.com");
    for (const auto* role : {"member", "viewer", "editor", "developer"})
        EXPECT_EQ(server().remove(role, links).status, 403) << role;
    ASSERT_EQ(server().remove("stranger", links).status, 200);
    ASSERT_EQ(server().get("", links + "/" + member(made, "inviteCode")).status, 200);
    ASSERT_EQ(server().remove("admin", links).status, 200);
    EXPECT_EQ(server().get("", links + "/" + member(made, "inviteCode")).status, 404);
    EXPECT_EQ(server().database().value("select count(*) from audit_log where action = 'delete' and subject = "
                                        "'InviteLink' and subject_id = '" +
                                        member(made, "userUuid") + "'"),
              "1");
}

TEST_F(Invites, LetsSomebodyWhoWasDeactivatedChooseAPasswordAnew)
{
    const auto id = server().add_user("editor", "returning");
    ASSERT_EQ(server().remove("admin", "/api/v1/org/user/" + id).status, 200);
    const auto made = invite("returning@lightdash.com", R"(,"role":"viewer")");
    ASSERT_EQ(made.status, 201) << made.raw.body;
    EXPECT_EQ(member(made, "userUuid"), id);
    EXPECT_TRUE(person(id).at("isActive").as_bool());
    EXPECT_TRUE(person(id).at("isPending").as_bool());
    ASSERT_EQ(server().remove("admin", "/api/v1/org/user/" + id).status, 200);
    EXPECT_EQ(server().get("", links + "/" + member(made, "inviteCode")).status, 404);
}

TEST_F(Invites, AreAcceptedOnceWithANameAndAPassword)
{
    const auto made = invite("joining@lightdash.com", R"(,"role":"editor")");
    const auto body = R"({"inviteCode":")" + member(made, "inviteCode") +
                      R"(","firstName":"Grace","lastName":"Hopper","password":"compiler_1952"})";
    const auto joined = server().post("", "/api/v1/user", body);
    ASSERT_EQ(joined.status, 200) << joined.raw.body;
    EXPECT_EQ(member(joined, "userUuid"), member(made, "userUuid"));
    EXPECT_EQ(member(joined, "role"), "editor");
    EXPECT_FALSE(joined.raw.header("Set-Cookie").empty());
    EXPECT_FALSE(person(member(made, "userUuid")).at("isPending").as_bool());
    EXPECT_EQ(server().post("", "/api/v1/user", body).status, 404);
    EXPECT_EQ(server().get("", links + "/" + member(made, "inviteCode")).status, 404);
    EXPECT_EQ(
        server().post("", "/api/v1/login", R"({"email":"joining@lightdash.com","password":"compiler_1952"})").status,
        200);
    EXPECT_EQ(invite("joining@lightdash.com").status, 400);
}

TEST_F(Invites, RefuseBodiesWithFaults)
{
    EXPECT_EQ(invite("nobody").status, 422);
    EXPECT_EQ(invite("a@b.c", R"(,"role":"owner")").status, 422);
    EXPECT_EQ(server().post("admin", links, R"({"email":"a@b.c"})").status, 422);
    const auto past = invite("a@b.c", {}, "2001-01-01T00:00:00Z");
    EXPECT_EQ(past.status, 400);
    EXPECT_EQ(past.error_name(), "ParameterError");
    EXPECT_EQ(server().database().value("select count(*) from users where email = 'a@b.c'"), "0");
    EXPECT_EQ(server().post("developer", links, R"({"email":"a@b.c","expiresAt":"2999-01-01T00:00:00Z"})").status, 403);
}

} // namespace
} // namespace lightdash
