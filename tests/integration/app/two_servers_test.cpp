// Several processes on one database: what one of them takes away, the others refuse within a second; and what logins
// cost a process that gets too many of them.
#include "support/backend_process.hpp"
#include "support/eventually.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::backend_process;
using testing::eventually;
using testing::http_client;
using testing::http_headers;
using testing::http_response;

const std::string demo_login = R"({"email":"demo@lightdash.com","password":"demo_password!"})";
const std::string project = "/api/v1/projects/0c000000-0000-4000-8000-000000000001";

class TwoServers : public ::testing::Test {
protected:
    TwoServers()
    {
        EXPECT_EQ(run({"seed"}).exit_code, 0);
        admin_ = token_of("demo@lightdash.com");
    }

    testing::backend_result run(std::vector<std::string> arguments) const
    {
        return testing::run_backend(std::move(arguments), {{"DATABASE_URL", db_.conninfo()}});
    }
    std::string token_of(const std::string& email) const
    {
        auto token = run({"token", "create", "--email", email}).out;
        token.pop_back();
        return token;
    }
    static http_response ask(const backend_process& server, const http_headers& who, std::string_view method,
                             const std::string& target, const std::string& body = {})
    {
        http_headers headers = who;
        if (!body.empty())
            headers.emplace_back("Content-Type", "application/json");
        return http_client{server.port()}.request(method, target, headers, body);
    }
    static http_headers with_token(const std::string& token) { return {{"Authorization", "ApiKey " + token}}; }
    static http_headers with_session(const backend_process& server)
    {
        const auto cookie = ask(server, {}, "POST", "/api/v1/login", demo_login).header("Set-Cookie");
        return {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    }
    // Both know who asks before: what they remember is what is put to the test.
    void expect_to_end(const http_headers& who, const std::function<void()>& take_away, int refused) const
    {
        for (const auto* server : {&here_, &there_})
            ASSERT_EQ(ask(*server, who, "GET", project).status, 200);
        take_away();
        EXPECT_TRUE(eventually(1s, [&] { return ask(there_, who, "GET", project).status == refused; }));
        EXPECT_EQ(ask(here_, who, "GET", project).status, refused);
    }
    std::string id_of(const std::string& email) const
    {
        return db_.value("select id from users where email = '" + email + "'");
    }
    http_response as_admin(std::string_view method, const std::string& target, const std::string& body = {}) const
    {
        const auto made = ask(here_, with_token(admin_), method, target, body);
        EXPECT_LT(made.status, 300) << made.body;
        return made;
    }

    testing::test_database db_ = testing::test_database::migrated();
    backend_process here_ = backend_process::serve(db_.conninfo());
    backend_process there_ = backend_process::serve(db_.conninfo());
    std::string admin_;
};

TEST_F(TwoServers, ATokenThatOneDeletesIsWorthNothingToTheOther)
{
    const auto mine = with_token(token_of("editor@lightdash.com"));
    expect_to_end(
        mine,
        [&] {
            const auto id = db_.value("select t.id from personal_access_tokens t join users u on u.id = t.user_id "
                                      "where u.email = 'editor@lightdash.com'");
            EXPECT_EQ(ask(here_, mine, "DELETE", "/api/v1/user/me/personal-access-tokens/" + id).status, 200);
        },
        401);
}

TEST_F(TwoServers, ASessionThatEndsAtOneHasEndedAtTheOther)
{
    const auto session = with_session(here_);
    expect_to_end(session, [&] { EXPECT_EQ(ask(here_, session, "POST", "/api/v1/logout").status, 200); }, 401);
}

TEST_F(TwoServers, AGrantThatOneWithdrawsLetsNobodyInAtTheOther)
{
    const auto member = with_token(token_of("member@lightdash.com"));
    as_admin("POST", project + "/access", R"({"email":"member@lightdash.com","role":"viewer"})");
    expect_to_end(member, [&] { as_admin("DELETE", project + "/access/" + id_of("member@lightdash.com")); }, 403);
}

TEST_F(TwoServers, AnAccountThatOneDeactivatesAndARoleThatACommandTakesAwayEndAtBoth)
{
    const auto viewer = with_token(token_of("viewer@lightdash.com"));
    expect_to_end(viewer, [&] { as_admin("DELETE", "/api/v1/org/user/" + id_of("viewer@lightdash.com")); }, 401);
    const auto developer = with_token(token_of("developer@lightdash.com"));
    db_.execute("delete from group_memberships");
    expect_to_end(
        developer,
        [&] {
            EXPECT_EQ(run({"user", "set-role", "--email", "developer@lightdash.com", "--role", "member"}).exit_code, 0);
        },
        403);
}

std::size_t peak_kib(pid_t process)
{
    std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stoul(line.substr(6));
    return 0;
}

// Each hash takes 19 MiB for its time: those of 500 at once would take 9.3 GiB.
TEST_F(TwoServers, FiveHundredLoginsAtOnceTakeTheMemoryOfAFewHashes)
{
    with_session(here_);
    const auto before = peak_kib(here_.pid());
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 500; ++i)
        answers.push_back(std::async(std::launch::async, [this] {
            http_client client{here_.port(), 60s};
            return client.request("POST", "/api/v1/login", {{"Content-Type", "application/json"}}, demo_login).status;
        }));
    int in = 0;
    for (auto& one : answers) {
        const auto status = one.get();
        EXPECT_TRUE(status == 200 || status == 503) << status; // too many are told to come back
        in += status == 200;
    }
    EXPECT_GE(in, 50);
    const auto hashes_at_once = std::max(1U, std::thread::hardware_concurrency());
    EXPECT_LT(peak_kib(here_.pid()), before + hashes_at_once * 19 * 1024 + 96 * 1024) << "beside 500 connections";
    EXPECT_EQ(ask(here_, with_session(here_), "GET", project).status, 200);
}

} // namespace
} // namespace lightdash
