// Every command as a person or a script calls it: exit code, stdout and stderr.
#include "ops/child/child_process.hpp"
#include "support/backend_process.hpp"
#include "support/shipped_migrations.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash {
namespace {

using ::testing::AllOf;
using testing::backend_result;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::run_backend;
using testing::test_database;

backend_result run_on(const test_database& db, std::vector<std::string> arguments)
{
    return run_backend(std::move(arguments), {{"DATABASE_URL", db.conninfo()}});
}

std::size_t occurrences(std::string_view text, std::string_view part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

TEST(Commands, HelpListsEveryCommandOnStdout)
{
    const auto done = run_backend({"--help"});
    EXPECT_EQ(done.exit_code, 0);
    for (const auto* name : {"serve", "migrate", "rollback-last", "migrate:status", "seed", "user", "token", "config"})
        EXPECT_THAT(done.out, HasSubstr(std::string{"\n  "} + name + " "));
    EXPECT_THAT(done.err, IsEmpty());
}

TEST(Commands, VersionIsOneLine)
{
    const auto done = run_backend({"--version"});
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.out, MatchesRegex("lightdash-backend [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Commands, AnUnknownCommandIsAUsageErrorWithTheNearestName)
{
    const auto done = run_backend({"migrate:statu"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(done.err, "lightdash-backend: there is no command 'migrate:statu'; did you mean migrate:status?\n"
                        "'lightdash-backend --help' lists the commands.\n");
    EXPECT_THAT(done.out, IsEmpty());
}

TEST(Commands, TheNamesOfOtherToolsAreAnsweredWithOurs)
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> all{
        {{"migrate:latest"}, "'lightdash-backend migrate' applies every pending migration"},
        {{"migrate:up"}, "migrate --steps 1"},
        {{"migrate:down"}, "rollback-last"},
        {{"migrate:rollback", "--all"}, "--batch"},
        {{"migrate:make", "add_x"}, "create-migration NAME"},
        {{"rollback"}, "rollback-last"},
        {{"up"}, "db create"},
        {{"down"}, "rollback-last"},
        {{"new", "add_x"}, "create-migration NAME"},
        {{"status"}, "migrate:status"},
        {{"db:migrate"}, "'lightdash-backend migrate'"},
        {{"db:rollback", "STEP=2"}, "rollback-last"},
        {{"db:setup"}, "db create"},
        {{"db", "migrate"}, "'lightdash-backend migrate'"},
        {{"migrate", "up"}, "'lightdash-backend migrate'"},
        {{"migrate", "down", "1"}, "rollback-last"},
        {{"migrate", "status"}, "migrate:status"},
        {{"seed:run"}, "'lightdash-backend seed'"}};
    for (const auto& [typed, meant] : all) {
        const auto done = run_backend(typed);
        EXPECT_EQ(done.exit_code, 2) << typed.front();
        EXPECT_THAT(done.err, HasSubstr("there is no command '" + typed.front())) << typed.front();
        EXPECT_THAT(done.err, HasSubstr(meant)) << typed.front();
        EXPECT_EQ(occurrences(done.err, "\n"), 1) << done.err;
    }
}

TEST(Commands, HelpIsACommandToo)
{
    EXPECT_EQ(run_backend({"help"}).out, run_backend({"--help"}).out);
    const auto one = run_backend({"help", "db", "drop"});
    EXPECT_EQ(one.exit_code, 0);
    EXPECT_EQ(one.out, run_backend({"db", "drop", "--help"}).out);
    EXPECT_EQ(run_backend({"help", "nonsense"}).exit_code, 2);
}

TEST(Commands, AnUnknownOptionIsAUsageErrorWithTheNearestName)
{
    const auto done = run_backend({"migrate", "--stepz", "2"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(done.err, "lightdash-backend: 'lightdash-backend migrate' has no option --stepz; did you mean --steps?\n"
                        "'lightdash-backend migrate --help' shows what it takes.\n");
    EXPECT_THAT(run_backend({"db", "check", "--jsn"}).err,
                HasSubstr("'lightdash-backend db check' has no option --jsn; "
                          "did you mean --json?"));
    EXPECT_THAT(run_backend({"migrate", "--stepz=2"}).err, HasSubstr("has no option --stepz; did you mean --steps?"));
    EXPECT_THAT(run_backend({"--colour=never"}).err, HasSubstr("did you mean --color?"));
    EXPECT_THAT(run_backend({"migrate", "again"}).err,
                HasSubstr("'lightdash-backend migrate' takes no argument 'again'"));
}

TEST(Commands, DataThatCannotBeWrittenIsAFailure)
{
    for (const auto* words : {"config show", "config show --json", "--help", "migrate --help", "man", "--version"}) {
        const auto done = ops::run(
            {.argv = {"/bin/sh", "-c", fmt::format("{} {} 2>&1 >/dev/full", testing::backend_binary(), words)}},
            std::chrono::seconds{30});
        EXPECT_EQ(done.exit_code, 1) << words;
        EXPECT_THAT(done.output,
                    ::testing::AnyOf(HasSubstr("No space left on device"), HasSubstr("could not be written")))
            << words;
    }
}

TEST(Commands, ClosedStandardDescriptorsHarmNothing)
{
    const auto db = test_database::migrated();
    for (const auto* closed : {">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"}) {
        const auto done =
            ops::run({.argv = {"/bin/sh", "-c", fmt::format("{} seed {}", testing::backend_binary(), closed)},
                      .environment = {"DATABASE_URL=" + db.conninfo()}},
                     std::chrono::seconds{30});
        EXPECT_EQ(done.exit_code, 0) << closed << done.output;
    }
    EXPECT_EQ(db.value("select count(*) from users"), "7");
}

TEST(Commands, MigrateAppliesEverythingOnceAndRollbackLastRevertsOne)
{
    const auto db = test_database::empty();
    const auto first = run_on(db, {"migrate"});
    EXPECT_EQ(first.exit_code, 0);
    EXPECT_EQ(static_cast<std::size_t>(occurrences(first.err, "applied  ")), testing::shipped_migrations().size())
        << first.err;
    EXPECT_THAT(first.err, HasSubstr(testing::shipped_migration_count() + " migrations applied."));

    const auto second = run_on(db, {"migrate"});
    EXPECT_EQ(second.exit_code, 0);
    EXPECT_EQ(second.err, "Nothing to do: every migration is applied.\n");
    EXPECT_EQ(run_on(db, {"migrate:status", "--check"}).exit_code, 0);

    const auto reverted = run_on(db, {"rollback-last"});
    EXPECT_EQ(reverted.exit_code, 0);
    EXPECT_THAT(reverted.err, HasSubstr("reverted " + testing::newest_migration()));
    EXPECT_EQ(run_on(db, {"migrate:status", "--check"}).exit_code, 8);

    EXPECT_EQ(
        run_on(db, {"rollback-last", "--steps", std::to_string(testing::shipped_migrations().size() - 1)}).exit_code,
        0);
    EXPECT_EQ(db.value("select to_regclass('organizations') is null"), "t");
    EXPECT_EQ(run_on(db, {"rollback-last"}).err, "Nothing to do: no migration is applied.\n");
}

TEST(Commands, StatusTellsAppliedFromPending)
{
    const auto db = test_database::migrated();
    ASSERT_EQ(run_on(db, {"rollback-last"}).exit_code, 0);

    const auto table = run_on(db, {"migrate:status"});
    EXPECT_EQ(table.exit_code, 0);
    EXPECT_THAT(table.out, ContainsRegex("001_create_organizations_table +applied "));
    EXPECT_THAT(table.out, ContainsRegex(testing::newest_migration() + " +pending "));

    const auto json = run_on(db, {"migrate:status", "--json"});
    EXPECT_EQ(json.exit_code, 0);
    const auto rows = boost::json::parse(json.out).as_array();
    ASSERT_EQ(rows.size(), testing::shipped_migrations().size());
    EXPECT_EQ(rows.front().at("name").as_string(), "001_create_organizations_table");
    EXPECT_EQ(rows.front().at("state").as_string(), "applied");
    EXPECT_TRUE(rows.front().at("appliedAt").is_string());
    EXPECT_EQ(rows.back().at("state").as_string(), "pending");

    const auto check = run_on(db, {"migrate:status", "--json", "--check"});
    EXPECT_EQ(check.exit_code, 8);
    EXPECT_EQ(boost::json::parse(check.out).as_array().size(), rows.size());
}

TEST(Commands, SeedingTwiceAddsNothingTheSecondTime)
{
    const auto db = test_database::migrated();
    const auto first = run_on(db, {"seed"});
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(first.err.rfind("Added 2 organizations, 7 users, 1 project,", 0), 0u) << first.err;
    const auto second = run_on(db, {"seed"});
    EXPECT_EQ(second.exit_code, 0);
    EXPECT_EQ(second.err,
              "Added 0 organizations, 0 users, 0 projects, 0 groups, 0 spaces, 0 charts, 0 dashboards, 0 tiles.\n");
}

TEST(Commands, SeedInProductionWantsForce)
{
    const auto db = test_database::migrated();
    const std::map<std::string, std::string> production{
        {"DATABASE_URL", db.conninfo()}, {"LIGHTDASH_ENV", "production"}, {"LIGHTDASH_SECRET", "a long random text"}};
    const auto refused = run_backend({"seed"}, production);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("production"), HasSubstr("--force")));
    EXPECT_EQ(db.value("select count(*) from users"), "0");
    EXPECT_EQ(run_backend({"serve", "--seed"}, production).exit_code, 2);

    EXPECT_EQ(run_backend({"seed", "--force"}, production).exit_code, 0);
    EXPECT_EQ(db.value("select count(*) from users"), "7");
}

TEST(Commands, AnUnreachableDatabaseIsExitCode7WithoutThePassword)
{
    const std::vector<std::string> commands{"migrate", "migrate:status", "seed"};
    for (const auto& command : commands) {
        const auto done = run_backend({command}, {{"DATABASE_URL", "postgresql://ada:canary99@127.0.0.1:1/engines"}});
        EXPECT_EQ(done.exit_code, 7) << command;
        EXPECT_THAT(done.err, AllOf(HasSubstr("The database server cannot be reached"), HasSubstr("port 1 ")));
        EXPECT_THAT(done.err + done.out, Not(HasSubstr("canary99")));
    }
}

TEST(Commands, ServeInProductionNamesTheSettingsItLacksOnce)
{
    const auto done = run_backend({"serve"}, {{"LIGHTDASH_ENV", "production"}});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(occurrences(done.err, "DATABASE_URL: is required in production"), 1u) << done.err;
    EXPECT_EQ(occurrences(done.err, "LIGHTDASH_SECRET: is required in production"), 1u) << done.err;

    const auto guessable = run_backend(
        {"serve"}, {{"LIGHTDASH_ENV", "production"}, {"DATABASE_URL", "host=/nowhere"}, {"LIGHTDASH_SECRET", "x"}});
    EXPECT_EQ(guessable.exit_code, 2);
    EXPECT_THAT(guessable.err, HasSubstr("LIGHTDASH_SECRET: has 1 bytes"));
}

TEST(Commands, AnEmptyPasswordMakesNoAccount)
{
    const auto db = test_database::migrated();
    const auto refused = run_on(db, {"user", "create", "--email", "ada@example.com", "--first-name", "Ada",
                                     "--last-name", "Byron", "--password-stdin"}); // standard input is empty
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("No account was made"));
    EXPECT_EQ(db.value("select count(*) from users where email = 'ada@example.com'"), "0");
}

TEST(Commands, AWeakPasswordMakesNoAccount)
{
    const auto db = test_database::migrated();
    for (const auto& [password, why] : {std::pair{"x", "8 characters or more, this one has 1"},
                                        {"abcdefgh", "a digit or a sign"},
                                        {"12345678", "a letter"},
                                        {"demo_password!", ""}}) {
        const auto done = ops::run(
            {.argv = {"/bin/sh", "-c",
                      fmt::format("echo '{}' | {} user create --email a{}@example.com --first-name A --last-name B "
                                  "--password-stdin",
                                  password, testing::backend_binary(), std::string_view{password}.size())},
             .environment = {"DATABASE_URL=" + db.conninfo()}},
            std::chrono::seconds{30});
        EXPECT_EQ(done.exit_code, *why == '\0' ? 0 : 1) << done.output;
        EXPECT_THAT(done.output, HasSubstr(why));
    }
    EXPECT_EQ(db.value("select string_agg(email, ' ') from users"), "a14@example.com");
}

TEST(Commands, WhatIsNoEMailAddressOrNoNameMakesNoAccount)
{
    const auto db = test_database::migrated();
    const auto create = [&](const char* email, const char* first, const char* last, const char* organization) {
        return run_on(db, {"user", "create", "--email", email, "--first-name", first, "--last-name", last,
                           "--organization", organization});
    };
    for (const auto* wrong : {"", " ", "not-an-email", "a@", "a b@example.com", "a@b@c", "Ada <ada@example.com>"}) {
        const auto refused = create(wrong, "Ada", "Byron", "Engines");
        EXPECT_EQ(refused.exit_code, 2) << wrong;
        EXPECT_THAT(refused.err, HasSubstr(std::string{"--email: \""} + wrong + "\" is no e-mail address"));
    }
    EXPECT_THAT(create("ada@example.com", "", "Byron", "Engines").err, HasSubstr("--first-name is empty"));
    EXPECT_THAT(create("ada@example.com", "Ada", " ", "Engines").err, HasSubstr("--last-name is empty"));
    EXPECT_THAT(create("ada@example.com", "Ada", "Byron", "").err, HasSubstr("--organization is empty"));
    EXPECT_EQ(db.value("select count(*) from users"), "0");
    EXPECT_EQ(create("Ada@Example.com", "Ada", "Byron", "Engines").exit_code, 0);
    EXPECT_EQ(db.value("select email from users"), "ada@example.com");
}

TEST(Commands, AnAccountAndATokenAreMadeForScripts)
{
    const auto db = test_database::migrated();
    const std::vector<std::string> ada{"user", "create",      "--email", "ada@example.com", "--first-name",
                                       "Ada",  "--last-name", "Byron",   "--organization",  "Engines"};
    const auto user = run_on(db, ada);
    EXPECT_EQ(user.exit_code, 0) << user.err;
    EXPECT_EQ(user.out, db.value("select id from users where email = 'ada@example.com'") + "\n");

    const auto token = run_on(db, {"token", "create", "--email", "ada@example.com"});
    EXPECT_EQ(token.exit_code, 0) << token.err;
    EXPECT_THAT(token.out, MatchesRegex("ldpat_[0-9a-f]+\n"));
    EXPECT_EQ(db.value("select count(*) from personal_access_tokens"), "1");

    const auto nobody = run_on(db, {"token", "create", "--email", "nobody@example.com"});
    EXPECT_EQ(nobody.exit_code, 1);
    EXPECT_THAT(nobody.err, HasSubstr("There is no user with the e-mail nobody@example.com"));
    EXPECT_THAT(nobody.out, IsEmpty());

    const auto again = run_on(db, ada);
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_EQ(again.err, "lightdash-backend: There is a user with the e-mail ada@example.com already.\n");
    EXPECT_THAT(again.out, IsEmpty());
}

TEST(Commands, ConfigShowMasksPasswords)
{
    for (const auto* url : {"postgresql://ada:canary99@db.example.com/engines",
                            "postgresql://ada@db.example.com/engines?password=canary99",
                            "host=db.example.com user=ada password=canary99 dbname=engines",
                            "host=db.example.com user=ada password='canary99' dbname=engines"}) {
        const std::map<std::string, std::string> given{{"DATABASE_URL", url}, {"LIGHTDASH_SECRET", "canary99"}};
        const auto table = run_backend({"config", "show"}, given);
        EXPECT_EQ(table.exit_code, 0);
        EXPECT_THAT(table.out, AllOf(HasSubstr("DATABASE_URL"), HasSubstr("db.example.com"), HasSubstr("***")));
        EXPECT_THAT(table.out + table.err, Not(HasSubstr("canary99"))) << url;

        const auto json = run_backend({"config", "show", "--json"}, given);
        EXPECT_EQ(json.exit_code, 0);
        EXPECT_THAT(json.out, Not(HasSubstr("canary99"))) << url;
        const auto rows = boost::json::parse(json.out).as_array();
        EXPECT_EQ(rows.front().at("name").as_string(), "DATABASE_URL");
        EXPECT_EQ(rows.front().at("origin").as_string(), "environment");
    }
}

} // namespace
} // namespace lightdash
