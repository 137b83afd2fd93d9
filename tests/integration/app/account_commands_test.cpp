// What an operator does to accounts and tokens on the command line: by the rules of the API, and in the audit log.
#include "lightdash/core/password.hpp"
#include "ops/child/child_process.hpp"
#include "support/backend_process.hpp"
#include "support/on_terminal.hpp"
#include "support/test_database.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::run_backend;

class AccountCommands : public ::testing::Test {
protected:
    AccountCommands() { EXPECT_EQ(run({"seed"}).exit_code, 0); }

    std::map<std::string, std::string> environment() const { return {{"DATABASE_URL", db_.conninfo()}}; }
    testing::backend_result run(std::vector<std::string> arguments) const
    {
        return run_backend(std::move(arguments), environment());
    }
    json::value data(std::vector<std::string> arguments) const
    {
        arguments.emplace_back("--json");
        const auto done = run(std::move(arguments));
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return json::parse(done.out);
    }
    ops::outcome piped(const std::string& text, const std::string& command) const
    {
        return ops::run(
            {.argv = {"/bin/sh", "-c", fmt::format("echo '{}' | {} {}", text, testing::backend_binary(), command)},
             .environment = {"DATABASE_URL=" + db_.conninfo()}},
            std::chrono::seconds{30});
    }
    std::string last_entry() const
    {
        return db_.value("select action || ' ' || subject || ' ' || coalesce(user_id::text, 'no user') || ' ' || "
                         "request_id || ' ' || (user_email like '% (command line)') from audit_log "
                         "order by created_at desc, id limit 1");
    }

    testing::test_database db_ = testing::test_database::migrated();
};

TEST_F(AccountCommands, ListShowsEverybodyOrThoseWhoAreMeant)
{
    EXPECT_EQ(data({"user", "list"}).as_array().size(), 7U);
    const auto others = data({"user", "list", "--organization", "Another Shop"});
    ASSERT_EQ(others.as_array().size(), 1U);
    EXPECT_EQ(others.at(0).at("email").as_string(), "another@lightdash.com");
    EXPECT_EQ(data({"user", "list", "--search", "Edda"}).as_array().size(), 1U);
    EXPECT_EQ(data({"user", "list", "--search", "%"}).as_array().size(), 0U);
    const auto shown = run({"user", "list"});
    EXPECT_THAT(shown.out, AllOf(HasSubstr("editor@lightdash.com"), HasSubstr("active"), HasSubstr("Jaffle Shop")));
}

TEST_F(AccountCommands, ShowTellsRolesInProjectsAndTokens)
{
    const auto viewer = data({"user", "show", "--email", "VIEWER@lightdash.com"});
    EXPECT_EQ(viewer.at("user").at("role").as_string(), "viewer");
    EXPECT_EQ(viewer.at("rolesInProjects").at(0).at("role").as_string(), "viewer");
    EXPECT_EQ(data({"user", "show", "--email", "demo@lightdash.com"}).at("tokens").as_array().size(), 1U);
    EXPECT_THAT(run({"user", "show", "--email", "demo@lightdash.com"}).out,
                AllOf(HasSubstr("David Attenborough"), HasSubstr("An example")));
    const auto unknown = run({"user", "show", "--email", "nobody@lightdash.com"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.err, AllOf(HasSubstr("nobody@lightdash.com"), HasSubstr("user list")));
}

TEST_F(AccountCommands, SetRoleKeepsAnAdminAndTellsTheAuditLog)
{
    const auto changed = data({"user", "set-role", "--email", "editor@lightdash.com", "--role", "admin"});
    EXPECT_EQ(changed.at("role").as_string(), "admin");
    EXPECT_EQ(last_entry(), "manage OrganizationMemberProfile no user user set-role true");
    EXPECT_EQ(run({"user", "set-role", "--email", "editor@lightdash.com", "--role", "editor"}).exit_code, 0);
    const auto last = run({"user", "set-role", "--email", "demo@lightdash.com", "--role", "viewer"});
    EXPECT_EQ(last.exit_code, 1);
    EXPECT_THAT(last.err, HasSubstr("last admin"));
    EXPECT_EQ(db_.value("select role from users where email = 'demo@lightdash.com'"), "admin");
    EXPECT_EQ(run({"user", "set-role", "--email", "editor@lightdash.com", "--role", "owner"}).exit_code, 2);
}

TEST_F(AccountCommands, DeactivateEndsSessionsAndTokensButNotTheLastAdmin)
{
    ASSERT_EQ(run({"token", "create", "--email", "editor@lightdash.com"}).exit_code, 0);
    db_.execute("insert into sessions (id_hash, user_id, expires_at) select sha256('x'), id, now() + interval '1 hour' "
                "from users where email = 'editor@lightdash.com'");
    const auto gone = data({"user", "deactivate", "--email", "editor@lightdash.com"});
    EXPECT_FALSE(gone.at("isActive").as_bool());
    EXPECT_EQ(db_.value("select (select count(*) from sessions) + (select count(*) from personal_access_tokens t "
                        "join users u on u.id = t.user_id where u.email = 'editor@lightdash.com')"),
              "0");
    EXPECT_EQ(last_entry(), "delete OrganizationMemberProfile no user user deactivate true");
    const auto last = run({"user", "deactivate", "--email", "another@lightdash.com"});
    EXPECT_EQ(last.exit_code, 1);
    EXPECT_THAT(last.err, HasSubstr("last admin"));
}

TEST_F(AccountCommands, SetPasswordTakesItFromStandardInputAndEndsOtherWaysIn)
{
    db_.execute("insert into sessions (id_hash, user_id, expires_at) select sha256('x'), id, now() + interval '1 hour' "
                "from users where email = 'demo@lightdash.com'");
    const auto command = std::string{"user set-password --email demo@lightdash.com"};
    EXPECT_EQ(piped("short", command).exit_code, 1);
    EXPECT_EQ(db_.value("select count(*) from sessions"), "1");
    const auto done = piped("another_password_1", command);
    EXPECT_EQ(done.exit_code, 0) << done.output;
    EXPECT_THAT(done.output, Not(HasSubstr("another_password_1")));
    EXPECT_TRUE(verify_password(db_.value("select password_hash from users where email = 'demo@lightdash.com'"),
                                "another_password_1"));
    EXPECT_EQ(db_.value("select count(*) from sessions"), "0");
    EXPECT_EQ(last_entry(), "update Password no user user set-password true");
    EXPECT_THAT(run({"user", "set-password", "--help"}).out, Not(HasSubstr("--password ")));
    ASSERT_EQ(run({"user", "deactivate", "--email", "viewer@lightdash.com"}).exit_code, 0);
    EXPECT_THAT(piped("another_password_1", "user set-password --email viewer@lightdash.com").output,
                HasSubstr("deactivated"));
}

TEST_F(AccountCommands, OnATerminalAPasswordIsTypedTwiceUnseen)
{
    testing::terminal_process at{{"user", "set-password", "--email", "demo@lightdash.com"}, environment()};
    at.wait_for("Password: ");
    at.type("typed_password_1\n");
    at.wait_for("Once more: ");
    at.type("typed_password_1\n");
    EXPECT_EQ(at.wait(), 0) << at.shown();
    EXPECT_THAT(at.shown(), Not(HasSubstr("typed_password_1")));
    EXPECT_TRUE(verify_password(db_.value("select password_hash from users where email = 'demo@lightdash.com'"),
                                "typed_password_1"));
}

TEST_F(AccountCommands, TokensAreListedRotatedAndRevoked)
{
    auto text = run({"token", "create", "--email", "editor@lightdash.com", "--description", "of a script"}).out;
    text.pop_back();
    EXPECT_EQ(data({"token", "list"}).as_array().size(), 2U);
    const auto mine = data({"token", "list", "--email", "editor@lightdash.com"});
    ASSERT_EQ(mine.as_array().size(), 1U);
    EXPECT_EQ(mine.at(0).at("description").as_string(), "of a script");
    const std::string id{mine.at(0).at("uuid").as_string()};
    EXPECT_THAT(run({"token", "list"}).out, AllOf(HasSubstr(id), HasSubstr("never")));

    const auto holds = [&](const std::string& token) {
        return db_.value("select count(*) from personal_access_tokens where token_hash = sha256('" + token +
                         "'::bytea)");
    };
    auto fresh = run({"token", "rotate", id, "--expires-in-days", "7"}).out;
    fresh.pop_back();
    EXPECT_EQ(holds(text), "0");
    EXPECT_EQ(holds(fresh), "1");
    EXPECT_EQ(last_entry(), "update PersonalAccessToken no user token rotate true");

    const auto revoked = run({"token", "revoke", id});
    EXPECT_EQ(revoked.exit_code, 0);
    EXPECT_THAT(revoked.out, IsEmpty());
    EXPECT_THAT(revoked.err, AllOf(HasSubstr("of a script"), HasSubstr("editor@lightdash.com")));
    EXPECT_EQ(holds(fresh), "0");
    EXPECT_EQ(last_entry(), "delete PersonalAccessToken no user token revoke true");
    EXPECT_EQ(run({"token", "revoke", id}).exit_code, 1);
    EXPECT_EQ(run({"token", "revoke", "no-id"}).exit_code, 2);
}

} // namespace
} // namespace lightdash
