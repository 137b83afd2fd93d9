// Getting in and out: logins and their sessions, lock-out, registration, passwords.
#include "api/api_server.hpp"
#include "lightdash/core/password.hpp"
#include "support/eventually.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <sodium.h>

#include <algorithm>
#include <future>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::api_answer;
using testing::eventually;
using ::testing::HasSubstr;
using testing::http_headers;
using ::testing::Not;
using ::testing::StartsWith;

const std::string password = "demo_password!";

class Accounts : public testing::ApiTest {
protected:
    void SetUp() override { server().database().execute("delete from login_attempts"); }

    // A user of the demo organization of their own for each test.
    static std::string new_user(const std::string& name, const std::string& role = "editor")
    {
        static const auto hash = hash_password(password);
        server().database().execute(
            "insert into users (email, first_name, last_name, organization_id, role, password_hash) select '" + name +
            "@example.com', 'N', 'N', organization_id, '" + role + "', '" + hash +
            "' from users where email = 'demo@lightdash.com'");
        return name + "@example.com";
    }
    static api_answer login(const std::string& email, const std::string& with = password)
    {
        return server().post("", "/api/v1/login",
                             boost::json::serialize(boost::json::object{{"email", email}, {"password", with}}));
    }
    // "connect.sid=…" of an answer.
    static std::string cookie_of(const api_answer& answer)
    {
        const std::string field{answer.raw.header("Set-Cookie")};
        return field.substr(0, field.find(';'));
    }
    static std::string cookie_for(const std::string& email) { return cookie_of(login(email)); }
    static api_answer with_cookie(const std::string& cookie, std::string_view method, const std::string& target,
                                  const std::string& body = {}, http_headers more = {})
    {
        more.emplace_back("Cookie", cookie);
        return server().send("", method, target, body, std::move(more));
    }
    static int status_of(const std::string& cookie) { return with_cookie(cookie, "GET", "/api/v1/user").status; }
    static std::string value(const std::string& sql) { return server().database().value(sql); }
    // The code in the newest mail to somebody; "" when there is none.
    static std::string mailed_code(const std::string& email)
    {
        const auto text = value("select coalesce((select text from outbox where recipient = '" + email +
                                "' order by created_at desc limit 1), '')");
        const auto at = text.find("/reset-password/");
        return at == std::string::npos ? std::string{} : text.substr(at + 16, 64);
    }
};

TEST_F(Accounts, ALoginAnswersWhoItIsWithACookieForNobodyElse)
{
    const auto email = new_user("ada");
    const auto answer = login("ADA@example.com");
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(answer.results().at("email").as_string(), email);
    const std::string field{answer.raw.header("Set-Cookie")};
    EXPECT_THAT(field, StartsWith("connect.sid="));
    EXPECT_THAT(field, HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400"));
    const auto user = with_cookie(cookie_of(answer), "GET", "/api/v1/user");
    ASSERT_EQ(user.status, 200);
    EXPECT_EQ(user.results(), answer.results());
    EXPECT_EQ(user.raw.header("Set-Cookie"), "");
}

TEST_F(Accounts, TheDatabaseHoldsNothingThatLetsSomebodyIn)
{
    const auto id = cookie_for(new_user("hash")).substr(std::string{"connect.sid="}.size());
    EXPECT_EQ(value("select count(*) from sessions where id_hash = sha256('" + id + "'::bytea)"), "1");
    EXPECT_EQ(value("select count(*) from sessions where encode(id_hash, 'hex') = '" + id + "'"), "0");
}

TEST_F(Accounts, AWrongPasswordAndAnUnknownUserAreAnsweredTheSame)
{
    const auto wrong = login(new_user("wrong"), "not the password 1");
    const auto unknown = login("nobody@example.com", "not the password 1");
    for (const auto& answer : {wrong, unknown}) {
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(answer.error_name(), "AuthorizationError");
        EXPECT_EQ(answer.body.at("error").at("message"), wrong.body.at("error").at("message"));
        EXPECT_EQ(answer.raw.header("Set-Cookie"), "");
    }
    EXPECT_EQ(login("nobody@example.com").status, 401);
}

TEST_F(Accounts, MalformedBodiesAreRefusedWithEveryFault)
{
    const auto answer = server().post("", "/api/v1/login", R"({"email":"x","more":1})");
    EXPECT_EQ(answer.status, 422);
    for (const auto* pointer : {"/password", "/more"})
        EXPECT_TRUE(answer.body.at("error").at("data").as_object().contains(pointer)) << answer.raw.body;
    const auto weak =
        server().post("", "/api/v1/user", R"({"firstName":"","lastName":" ","email":"x@y.zz","password":"short"})");
    EXPECT_EQ(weak.status, 422);
    for (const auto* pointer : {"/firstName", "/lastName", "/password"})
        EXPECT_TRUE(weak.body.at("error").at("data").as_object().contains(pointer)) << weak.raw.body;
    EXPECT_EQ(server().send("", "POST", "/api/v1/login", "", {{"Content-Type", "text/plain"}}).status, 415);
}

TEST_F(Accounts, FiveFailuresCloseAnAccountForHalfAnHourAlsoToTheRightPassword)
{
    const auto email = new_user("locked");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(login(email, "wrong password 1").status, 401) << i;
    const auto blocked = login(email);
    EXPECT_EQ(blocked.status, 429);
    EXPECT_EQ(blocked.error_name(), "PasswordLoginBlockedError");
    const auto wait = std::stoi(std::string{blocked.raw.header("Retry-After")});
    EXPECT_GT(wait, 1700);
    EXPECT_LE(wait, 1800);
    EXPECT_TRUE(blocked.body.at("error").at("data").as_object().contains("expiresAt")) << blocked.raw.body;
    EXPECT_EQ(value("select count(*) from sessions s join users u on u.id = s.user_id where email = '" + email + "'"),
              "0");
    server().database().execute("update login_attempts set blocked_until = now() - interval '1 second'");
    EXPECT_EQ(login(email).status, 200);
    EXPECT_EQ(value("select count(*) from login_attempts where kind = 'account' and subject = '" + email + "'"), "0");
}

TEST_F(Accounts, FailuresOfMoreThanFiveMinutesAgoDoNotCount)
{
    const auto email = new_user("slow");
    for (int i = 0; i < 4; ++i)
        login(email, "wrong password 1");
    server().database().execute("update login_attempts set since = now() - interval '6 minutes'");
    login(email, "wrong password 1");
    EXPECT_EQ(login(email).status, 200);
}

TEST_F(Accounts, AClientThatTriesTooOftenHasToWait)
{
    server().database().execute("insert into login_attempts (kind, subject, attempts) values ('client', '127.0.0.1', "
                                "50)");
    EXPECT_EQ(login("somebody@example.com", "wrong password 1").status, 401);
    const auto answer = login(new_user("innocent"));
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.error_name(), "RateLimitError");
    EXPECT_EQ(server().post("", "/api/v1/password-reset", R"({"email":"a@example.com"})").status, 429);
    server().database().execute("delete from login_attempts");
    EXPECT_EQ(login("innocent@example.com").status, 200);
}

// Without a hash to compare with, the answer would come some thirty times sooner. Both are asked in turn, so that
// whatever else the machine does weighs on both.
TEST_F(Accounts, AnUnknownUserIsRefusedAsSlowlyAsAKnownOne)
{
    const auto took = [](const std::string& email) {
        const auto started = std::chrono::steady_clock::now();
        EXPECT_EQ(login(email, "wrong password 1").status, 401);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    std::vector<double> of_known, of_unknown;
    for (int i = 0; i < 21; ++i) {
        const auto known = new_user("slow_" + std::to_string(i));
        of_known.push_back(took(known));
        of_unknown.push_back(took("nobody_" + known));
        server().database().execute("delete from login_attempts");
    }
    const auto median = [](std::vector<double>& of) {
        std::ranges::nth_element(of, of.begin() + 10);
        return of[10];
    };
    const auto ratio = median(of_unknown) / median(of_known);
    EXPECT_GT(ratio, 0.6);
    EXPECT_LT(ratio, 1.6);
}

TEST_F(Accounts, LoggingOutEndsTheSessionAtOnce)
{
    const auto email = new_user("leaving");
    for (const std::string method : {"POST", "GET"}) {
        const auto cookie = cookie_for(email);
        ASSERT_EQ(status_of(cookie), 200);
        const auto out = with_cookie(cookie, method, "/api/v1/logout");
        EXPECT_EQ(out.status, 200);
        EXPECT_THAT(std::string{out.raw.header("Set-Cookie")}, HasSubstr("Max-Age=0"));
        EXPECT_EQ(status_of(cookie), 401);
    }
    EXPECT_EQ(server().post("", "/api/v1/logout", "").status, 200);
}

TEST_F(Accounts, ASessionEndsWithTheAccountOrItsRole)
{
    for (const std::string change : {"is_active = false", "role = 'viewer'"}) {
        const auto email = new_user("gone_" + std::to_string(change.size()));
        const auto cookie = cookie_for(email);
        ASSERT_EQ(status_of(cookie), 200);
        server().database().execute("update users set " + change + " where email = '" + email + "'");
        EXPECT_TRUE(eventually(2s, [&] { return status_of(cookie) == 401; })) << change;
    }
}

TEST_F(Accounts, ADeactivatedUserDoesNotGetIn)
{
    const auto email = new_user("inactive");
    server().database().execute("update users set is_active = false where email = '" + email + "'");
    EXPECT_EQ(login(email).status, 403);
    EXPECT_EQ(login(email, "wrong password 1").status, 401);
}

TEST_F(Accounts, ASessionLastsAsLongAsItIsUsed)
{
    const auto cookie = cookie_for(new_user("lasting"));
    server().database().execute("update sessions set last_seen_at = now() - interval '2 minutes', "
                                "expires_at = now() + interval '1 hour'");
    server().database().execute("select pg_notify('lightdash_access', 'test')"); // nothing is remembered
    EXPECT_TRUE(eventually(5s, [&] {
        return cookie_of(with_cookie(cookie, "GET", "/api/v1/user")) == cookie ||
               value("select bool_and(last_seen_at > now() - interval '1 minute') from sessions") == "t";
    }));
    EXPECT_TRUE(eventually(
        5s, [&] { return value("select max(expires_at) > now() + interval '23 hours' from sessions") == "t"; }));
    server().database().execute("update sessions set expires_at = now() - interval '1 second'");
    server().database().execute("select pg_notify('lightdash_access', 'test')");
    EXPECT_TRUE(eventually(5s, [&] { return status_of(cookie) == 401; }));
}

TEST_F(Accounts, PagesOfOtherSitesChangeNothingWithTheCookie)
{
    const auto cookie = cookie_for(new_user("csrf", "admin"));
    const std::string host = "localhost"; // as the client of these tests says
    const std::string body = R"({"name":"Made by cookie","type":"PREVIEW","dbtConnection":{"type":"none"}})";
    const auto create = [&](http_headers more) {
        return with_cookie(cookie, "POST", "/api/v1/org/projects", body, std::move(more)).status;
    };
    EXPECT_EQ(create({}), 200);
    EXPECT_EQ(create({{"Origin", "http://" + host}, {"Sec-Fetch-Site", "same-origin"}}), 200);
    EXPECT_EQ(create({{"Origin", "https://evil.example"}}), 403);
    EXPECT_EQ(create({{"Origin", "null"}}), 403);
    EXPECT_EQ(create({{"Sec-Fetch-Site", "cross-site"}}), 403);
    EXPECT_EQ(create({{"Sec-Fetch-Site", "same-site"}}), 403);
    EXPECT_EQ(with_cookie(cookie, "GET", "/api/v1/user", "", {{"Origin", "https://evil.example"}}).status, 200);
    testing::http_client client{server().port()};
    EXPECT_EQ(client.request("POST", "/api/v1/org/projects", {{"Cookie", cookie}, {"Content-Type", "text/plain"}}, body)
                  .status,
              415);
    EXPECT_EQ(server().send("admin", "POST", "/api/v1/org/projects", body, {{"Origin", "https://evil.example"}}).status,
              200);
}

TEST_F(Accounts, RegisteringMakesAnOrganizationItsAdminAndASession)
{
    const auto answer = server().post("", "/api/v1/user",
                                      R"({"firstName":"Grace","lastName":"Hopper","email":"Grace@navy.example",)"
                                      R"("password":"compiler 1","organizationName":"Navy"})");
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(answer.results().at("organizationName").as_string(), "Navy");
    EXPECT_EQ(answer.results().at("role").as_string(), "admin");
    EXPECT_EQ(answer.results().at("email").as_string(), "grace@navy.example");
    EXPECT_EQ(status_of(cookie_of(answer)), 200);
    EXPECT_EQ(login("grace@navy.example", "compiler 1").status, 200);
    EXPECT_EQ(value("select count(*) from audit_log where user_email ilike 'grace@navy.example' and action = 'create' "
                    "and subject = 'User'"),
              "1");

    const auto organizations = value("select count(*) from organizations");
    const auto again = server().post("", "/api/v1/user",
                                     R"({"firstName":"G","lastName":"H","email":"grace@navy.example",)"
                                     R"("password":"compiler 1","organizationName":"Other"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.error_name(), "AlreadyExistsError");
    EXPECT_EQ(value("select count(*) from organizations"), organizations);
}

TEST_F(Accounts, APasswordIsChangedByWhoKnowsItAndEverySessionEnds)
{
    const auto email = new_user("changing");
    const auto cookie = cookie_for(email), other = cookie_for(email);
    const std::string wrong = R"({"password":"wrong password 1","newPassword":"another_password 1"})";
    EXPECT_EQ(with_cookie(cookie, "POST", "/api/v1/user/password", wrong).status, 401);
    EXPECT_EQ(with_cookie(cookie, "POST", "/api/v1/user/password", R"({"newPassword":"another_password 1"})").status,
              401);
    const auto done = with_cookie(cookie, "POST", "/api/v1/user/password",
                                  R"({"password":"demo_password!","newPassword":"another_password 1"})");
    EXPECT_EQ(done.status, 200) << done.raw.body;
    EXPECT_EQ(status_of(cookie), 401);
    EXPECT_EQ(status_of(other), 401);
    EXPECT_EQ(login(email).status, 401);
    EXPECT_EQ(login(email, "another_password 1").status, 200);
    EXPECT_EQ(value("select count(*) from audit_log where user_email = '" + email + "' and subject = 'Password'"), "1");
}

TEST_F(Accounts, AForgottenPasswordIsChosenAnewOnceWithTheMailedLink)
{
    const auto email = new_user("forgetful");
    const auto cookie = cookie_for(email);
    const auto asked = server().post("", "/api/v1/password-reset", R"({"email":"Forgetful@example.com"})");
    EXPECT_EQ(asked.status, 200);
    const auto unknown = server().post("", "/api/v1/password-reset", R"({"email":"unknown@example.com"})");
    EXPECT_EQ(unknown.raw.body, asked.raw.body);
    EXPECT_EQ(mailed_code("unknown@example.com"), "");
    const auto code = mailed_code("Forgetful@example.com");
    ASSERT_EQ(code.size(), 64U);
    EXPECT_EQ(value("select count(*) from password_reset_links where encode(code_hash, 'hex') = '" + code + "'"), "0");

    EXPECT_EQ(server().get("", "/api/v1/password-reset/" + code).status, 200);
    EXPECT_EQ(server().get("", "/api/v1/password-reset/nonsense").status, 404);
    const auto choose = [&](const std::string& chosen) {
        return server()
            .post("", "/api/v1/user/password/reset", R"({"code":")" + code + R"(","newPassword":")" + chosen + R"("})")
            .status;
    };
    EXPECT_EQ(choose("weak"), 422);
    EXPECT_EQ(choose("another_password 1"), 200);
    EXPECT_EQ(choose("another_password 2"), 404);
    EXPECT_EQ(server().get("", "/api/v1/password-reset/" + code).status, 404);
    EXPECT_EQ(status_of(cookie), 401);
    EXPECT_EQ(login(email, "another_password 1").status, 200);
}

TEST_F(Accounts, AnExpiredLinkIsToldOnceThenItIsGone)
{
    const auto email = new_user("late");
    server().post("", "/api/v1/password-reset", R"({"email":"late@example.com"})");
    const auto code = mailed_code(email);
    server().database().execute("update password_reset_links set expires_at = now() - interval '1 second'");
    const auto expired = server().get("", "/api/v1/password-reset/" + code);
    EXPECT_EQ(expired.status, 406);
    EXPECT_EQ(expired.error_name(), "ExpiredError");
    EXPECT_EQ(server().get("", "/api/v1/password-reset/" + code).status, 404);
}

TEST_F(Accounts, NobodyIsMailedMoreThanOneLinkAMinuteNorWhoHasNoPassword)
{
    new_user("flooded");
    for (int i = 0; i < 3; ++i)
        server().post("", "/api/v1/password-reset", R"({"email":"flooded@example.com"})");
    EXPECT_EQ(value("select count(*) from outbox where recipient = 'flooded@example.com'"), "1");
    new_user("pending");
    server().database().execute("update users set password_hash = null where email = 'pending@example.com'");
    server().post("", "/api/v1/password-reset", R"({"email":"pending@example.com"})");
    EXPECT_EQ(value("select count(*) from outbox where recipient = 'pending@example.com'"), "0");
}

TEST_F(Accounts, ALoginStrengthensAHashOfFormerCosts)
{
    const auto email = new_user("weak");
    std::array<char, crypto_pwhash_STRBYTES> weak{};
    ASSERT_EQ(crypto_pwhash_str_alg(weak.data(), password.data(), password.size(), 1, std::size_t{8} * 1024 * 1024,
                                    crypto_pwhash_ALG_ARGON2ID13),
              0);
    server().database().execute("update users set password_hash = '" + std::string{weak.data()} + "' where email = '" +
                                email + "'");
    EXPECT_EQ(login(email).status, 200);
    EXPECT_THAT(value("select password_hash from users where email = '" + email + "'"),
                StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_EQ(login(email).status, 200);
}

TEST_F(Accounts, LinkedAccountsAreNone)
{
    const auto answer = server().get("viewer", "/api/v1/user/identities");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.results().as_object().empty());
}

TEST_F(Accounts, ManyLoginsAtOnceTakeTheMemoryOfAFewAndOthersAreServedMeanwhile)
{
    const auto email = new_user("crowd");
    std::vector<std::future<int>> all;
    for (int i = 0; i < 60; ++i)
        all.push_back(std::async(std::launch::async, [&] { return login(email).status; }));
    EXPECT_EQ(server().get("viewer", "/api/v1/org").status, 200);
    for (auto& one : all)
        EXPECT_EQ(one.get(), 200);
}

} // namespace
} // namespace lightdash
