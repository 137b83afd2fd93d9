// The inspection commands as a person or a script calls them, and as scripts read them.
#include "support/backend_process.hpp"
#include "support/busy_session.hpp"
#include "support/on_terminal.hpp"
#include "support/private_cluster.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lightdash {
namespace {

using ::testing::AllOf;
using testing::backend_result;
using testing::busy_session;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::run_backend;
using testing::test_database;

using words = std::vector<std::string>;

class InspectCommands : public ::testing::Test {
protected:
    static void SetUpTestSuite() { db_.emplace(test_database::migrated()); }
    static void TearDownTestSuite() { db_.reset(); }

    static backend_result db(words arguments)
    {
        arguments.insert(arguments.begin(), "db");
        return run_backend(std::move(arguments), {{"DATABASE_URL", db_->conninfo()}});
    }
    static boost::json::value json(words arguments, int code = 0)
    {
        arguments.emplace_back("--json");
        const auto done = db(arguments);
        EXPECT_EQ(done.exit_code, code) << done.err;
        return boost::json::parse(done.out);
    }
    static std::string as(const std::string& application)
    {
        return testing::conninfo_with(db_->conninfo(), {{"application_name", application}});
    }

    static inline std::optional<test_database> db_;
};

const std::vector<words> every_view{{"activity"},
                                    {"activity", "--all"},
                                    {"locks"},
                                    {"sizes"},
                                    {"sizes", "--all"},
                                    {"indexes"},
                                    {"connections"},
                                    {"health"},
                                    {"describe", "users"},
                                    {"explain", "-c", "select 1"}};

TEST_F(InspectCommands, EachPrintsJsonAloneOnStdoutAndNoColourOffATerminal)
{
    for (const auto& view : every_view) {
        json(view);
        const auto plain = db(view);
        EXPECT_EQ(plain.exit_code, 0) << view[0] << plain.err;
        EXPECT_THAT(plain.out, Not(HasSubstr("\x1b"))) << view[0];
    }
}

TEST_F(InspectCommands, NoTableIsWiderThanTheTerminal)
{
    busy_session session{as(std::string(60, 'a'))};
    session.start("select pg_sleep(60), '" + std::string(300, 'x') + "'");
    for (auto view : every_view) {
        SCOPED_TRACE(::testing::PrintToString(view));
        view.insert(view.begin(), {"--color=never", "db"});
        const auto seen = testing::run_on_terminal(view, {{"DATABASE_URL", db_->conninfo()}});
        EXPECT_EQ(seen.exit_code, 0);
        std::istringstream lines{seen.shown};
        for (std::string line; std::getline(lines, line);)
            if (!line.ends_with(".\r")) // a sentence on stderr: the terminal wraps it
                EXPECT_LE(line.size(), 81u) << line;
    }
}

TEST_F(InspectCommands, ActivityListsARunningQueryOnOneLine)
{
    busy_session session{as("report")};
    session.start("select pg_sleep(60),\n  'long'");
    const auto shown = db({"activity"});
    EXPECT_THAT(shown.out, AllOf(HasSubstr("report"), HasSubstr("select pg_sleep(60), 'long'\n")));
    EXPECT_THAT(db({"activity", "--min", "1h"}).out, HasSubstr("Nothing runs."));
    EXPECT_EQ(db({"activity", "--min", "soon"}).exit_code, 2);
    const auto rows = json({"activity"}).at("sessions").as_array();
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const auto& row) { return row.at("pid").as_int64() == session.pid(); });
    ASSERT_NE(found, rows.end());
    EXPECT_EQ(found->at("query").as_string(), "select pg_sleep(60),\n  'long'");
}

TEST_F(InspectCommands, WatchingPrintsBlocksWithATimeUntilItIsInterrupted)
{
    testing::backend_process watching{{"db", "activity", "--watch", "--interval", "100ms"},
                                      {{"DATABASE_URL", db_->conninfo()}}};
    const auto blocks = [&] {
        const auto out = watching.out();
        std::size_t count = 0;
        for (auto at = out.find(" UTC, every 100ms\n"); at != std::string::npos; at = out.find(" UTC, every", at + 1))
            ++count;
        return count;
    };
    for (int i = 0; i < 500 && blocks() < 3; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    EXPECT_GE(blocks(), 3u);
    watching.signal(SIGINT);
    EXPECT_EQ(watching.wait(), 130);
}

TEST_F(InspectCommands, KillOlderThanEndsTheOldQueryAloneAndAsksFirst)
{
    busy_session idle{as("a pool"), "select 1"}, old{as("report")};
    old.start("select pg_sleep(60)");
    std::this_thread::sleep_for(std::chrono::milliseconds{2100});
    busy_session young{as("quick")};
    young.start("select pg_sleep(60)");

    const auto asked = db({"kill", "--older-than", "2s"});
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_THAT(asked.err, AllOf(HasSubstr(std::to_string(old.pid())), HasSubstr("--yes")));
    EXPECT_TRUE(old.runs());
    EXPECT_EQ(db({"kill", "--older-than", "2s", "--dry-run"}).exit_code, 0);
    EXPECT_TRUE(old.runs());

    const auto done = db({"kill", "--older-than", "2s", "--yes"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.out, std::to_string(old.pid()) + " killed\n");
    EXPECT_THAT(old.ended(), HasSubstr("terminating connection"));
    EXPECT_EQ(idle.connection().value("select 'alive'"), "alive");
    EXPECT_TRUE(young.runs());

    const auto nothing = db({"kill", "--older-than", "1h", "--yes"});
    EXPECT_EQ(nothing.exit_code, 0);
    EXPECT_THAT(nothing.err, HasSubstr("Nothing to kill"));
}

TEST_F(InspectCommands, CancelEndsOneQueryAndSaysWhyOthersAreSpared)
{
    busy_session busy{as("report")}, idle{as("idle"), "select 1"}, forgotten{as("forgotten"), "begin"};
    busy.start("select pg_sleep(60)");
    const auto done = db({"cancel", std::to_string(busy.pid()), "--yes"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(busy.ended(), HasSubstr("canceling statement"));

    const auto spared = db({"kill", std::to_string(idle.pid()), std::to_string(forgotten.pid()), "999999", "--yes"});
    EXPECT_EQ(spared.exit_code, 1);
    EXPECT_THAT(spared.err, AllOf(HasSubstr("it is idle"), HasSubstr("--idle-in-transaction"),
                                  HasSubstr("There is no session with pid 999999")));
    EXPECT_EQ(db({"kill", std::to_string(forgotten.pid()), "--idle-in-transaction", "--yes"}).exit_code, 0);
    EXPECT_THROW(forgotten.connection().value("select 1"), std::runtime_error);
    EXPECT_EQ(db({"kill"}).exit_code, 2);
    const auto word = db({"kill", "abc"});
    EXPECT_EQ(word.exit_code, 2);
    EXPECT_THAT(word.err, HasSubstr("'abc' is no process id: 'lightdash-backend db activity' lists them"));
    EXPECT_EQ(db({"kill", "1", "--older-than", "1h"}).exit_code, 2);
}

TEST_F(InspectCommands, OnATerminalKillAsksAndTakesNothingButYes)
{
    const std::map<std::string, std::string> there{{"DATABASE_URL", db_->conninfo()}};
    busy_session session{as("report")};
    session.start("select pg_sleep(60)");
    const words kill{"db", "kill", std::to_string(session.pid())};
    const auto no = testing::run_on_terminal(kill, there, "\n");
    EXPECT_EQ(no.exit_code, 1);
    EXPECT_THAT(no.shown, AllOf(HasSubstr("report"), HasSubstr("select pg_s"), HasSubstr("Kill 1 session? [y/N]"),
                                HasSubstr("Nothing was done.")));
    EXPECT_TRUE(session.runs());
    EXPECT_EQ(testing::run_on_terminal(kill, there, "y\n").exit_code, 0);
    EXPECT_THAT(session.ended(), HasSubstr("terminating connection"));
}

TEST_F(InspectCommands, LocksAreDrawnFromTheRootAndNameTheCommandThatFreesThem)
{
    db_->execute("create table locked as select 1 as n");
    busy_session holder{as("holder"), "begin; lock table locked"}, waiter{as("waiter")};
    waiter.start("select * from locked");
    const auto shown = db({"locks"});
    EXPECT_THAT(shown.out, MatchesRegex(std::to_string(holder.pid()) + " [^\n]*\n`- " + std::to_string(waiter.pid()) +
                                        " [^\n]*AccessShareLock on public.locked[^\n]*\n"));
    EXPECT_THAT(shown.err, HasSubstr("db kill " + std::to_string(holder.pid()) + " --idle-in-transaction'"));
    const auto tree = json({"locks"});
    EXPECT_EQ(tree.at("roots").at(0).at("waiters").at(0).at("session").at("pid").as_int64(), waiter.pid());
}

TEST_F(InspectCommands, ATableIsDescribedAndAnUnknownOneNamesTheNearest)
{
    const auto shown = db({"describe", "dashboards"});
    EXPECT_THAT(shown.out, AllOf(HasSubstr("table public.dashboards"), HasSubstr("idx_dashboards_project_id"),
                                 HasSubstr("Referenced by"), HasSubstr("project_id")));
    const auto unknown = db({"describe", "dashbords"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.err, HasSubstr("did you mean dashboards"));
}

TEST_F(InspectCommands, IndexesAreLimitedToWhatIsAskedForAndADuplicateIsDroppedOnce)
{
    EXPECT_EQ(db({"indexes"}).out, "") << "the program's own schema is clean";
    db_->execute(
        "create index users_by_email on users (email); insert into organizations (name) values ('x'); insert "
        "into users (email, first_name, last_name, organization_id) select 'x', 'x', 'x', id from organizations");
    const auto found = json({"indexes", "--duplicate"});
    const auto& rows = found.at("duplicate").as_array();
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(),
                            [](const auto& row) { return row.at("name").as_string() == "users_by_email"; }));
    EXPECT_TRUE(found.at("unused").as_array().empty());
    EXPECT_THAT(db({"indexes", "--invalid"}).err, HasSubstr("Nothing to mend"));
    const auto all = db({"indexes"}).out; // that one is unused too, and dropped once
    const std::string drop = "DROP INDEX CONCURRENTLY \"public\".\"users_by_email\";\n";
    EXPECT_THAT(all, HasSubstr(drop));
    EXPECT_EQ(all.find(drop), all.rfind(drop));
    db_->execute("drop index users_by_email; delete from users; delete from organizations");
}

TEST_F(InspectCommands, AMeasuredUpdateLeavesItsRowsUnchanged)
{
    db_->execute("create table counters as select 1 as n");
    const auto shown = db({"explain", "--analyze", "-c", "update counters set n = 2"});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, AllOf(HasSubstr("Update on counters"), HasSubstr("Seq Scan"), HasSubstr("<- slowest")));
    EXPECT_EQ(db_->value("select n from counters"), "1");
    const auto plan = json({"explain", "-c", "select * from counters"});
    EXPECT_EQ(plan.at(0).at("Plan").at("Node Type").as_string(), "Seq Scan");
}

TEST_F(InspectCommands, ExplainTakesOneStatementWithOrWithoutItsParameters)
{
    const auto two = db({"explain", "-c", "select 1; drop table users"});
    EXPECT_EQ(two.exit_code, 2);
    EXPECT_THAT(two.err, HasSubstr("2 statements were given"));
    const std::string by_project = "select * from dashboards where project_id = $1";
    const auto generic = db({"explain", "-c", by_project});
    EXPECT_EQ(generic.exit_code, 0) << generic.err;
    EXPECT_THAT(generic.err, HasSubstr("--param"));
    EXPECT_EQ(db({"explain", "--analyze", "-c", by_project}).exit_code, 2);
    EXPECT_EQ(
        db({"explain", "--analyze", "-c", by_project, "--param", "00000000-0000-0000-0000-000000000001"}).exit_code, 0);
    EXPECT_EQ(db({"explain", "-c", by_project, "--param", "a", "--param", "b"}).exit_code, 2);
    EXPECT_THAT(db({"explain", "-c", "vacuum"}).err, HasSubstr("INSERT, UPDATE, DELETE"));
    const auto wrong = db({"explain", "-c", "select *\nfrm users"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("line 2, column 1"));
    EXPECT_EQ(db({"explain", "/no/such/file.sql"}).exit_code, 2);
    const auto bare = db({"explain", "select * from users"});
    EXPECT_EQ(bare.exit_code, 0) << bare.err;
    EXPECT_THAT(bare.out, HasSubstr("Scan on users"));
    const auto asked = db({"explain", "-c", "EXPLAIN ANALYZE select * from users"});
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    EXPECT_THAT(asked.out, HasSubstr("Execution:"));
    EXPECT_THAT(db({"explain", "-c", "explain select *\nfrm users"}).err, HasSubstr("line 2, column 1"));
    const auto late = db({"explain", "--analyze", "--limit", "200ms", "-c", "select pg_sleep(30)"});
    EXPECT_EQ(late.exit_code, 1);
}

TEST_F(InspectCommands, WithoutTheExtensionsTheStepsToThemAreTold)
{
    const auto slow = db({"slow"});
    EXPECT_EQ(slow.exit_code, 1);
    EXPECT_THAT(slow.out, IsEmpty());
    EXPECT_THAT(slow.err, AllOf(HasSubstr("1. "), HasSubstr("CREATE EXTENSION pg_stat_statements;")));
    const auto suggest = db({"suggest", "-c", "select 1"});
    EXPECT_EQ(suggest.exit_code, 1);
    EXPECT_THAT(suggest.err, HasSubstr("CREATE EXTENSION hypopg;"));
    EXPECT_FALSE(json({"slow"}, 1).at("steps").as_array().empty());
}

TEST_F(InspectCommands, HealthFailsOnlyWhenAskedTo)
{
    db_->execute("create table narrow (id serial primary key); select setval('narrow_id_seq', 2100000000)");
    const auto shown = db({"health"});
    EXPECT_EQ(shown.exit_code, 0);
    EXPECT_THAT(shown.out, AllOf(MatchesRegex("(.|\n)*bad +sequences +public.narrow_id_seq has used 97.7 %(.|\n)*"),
                                 HasSubstr("ALTER TABLE public.narrow ALTER COLUMN id TYPE bigint;")));
    EXPECT_EQ(db({"health", "--check"}).exit_code, 1);
    db_->execute("select setval('narrow_id_seq', 1700000000)");
    EXPECT_EQ(db({"health", "--check=warn"}).exit_code, 1);
    db_->execute("drop table narrow");
    db_->execute("create sequence loose as smallint; select setval('loose', 32000)"); // of no column
    EXPECT_THAT(db({"health"}).out,
                AllOf(HasSubstr("public.loose has used 97.6 %"), HasSubstr("ALTER SEQUENCE public.loose AS bigint;")));
    db_->execute("drop sequence loose");
}

TEST(InspectStatements, CostlyOnesAreListedAndIndexesProvenBeforeTheyAreSuggested)
{
    testing::private_cluster cluster{{.configuration = "shared_preload_libraries = 'pg_stat_statements'"}};
    auto on = cluster.plain();
    on.execute(R"(
        create schema "Ext 1"; create schema "Ext 2";
        create extension pg_stat_statements schema "Ext 1"; create extension hypopg schema "Ext 2";
        create table "Big Table" (id int primary key, "E mail" text, n int, doc json);
        insert into "Big Table" select i, 'user' || i, i % 3, '{}' from generate_series(1, 50000) i)");
    on.execute("analyze \"Big Table\"");
    for (int i = 0; i < 3; ++i)
        on.execute("select * from \"Big Table\" where \"E mail\" = 'user" + std::to_string(i) + "'");
    on.execute("select count(*) from \"Big Table\" where n = 1");

    const auto run = [&](words arguments) {
        arguments.insert(arguments.begin(), "db");
        arguments.emplace_back("--json");
        const auto done = run_backend(std::move(arguments), {{"DATABASE_URL", cluster.conninfo()}});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return boost::json::parse(done.out);
    };
    for (const auto* by : {"total", "mean", "calls", "io"}) {
        const auto slow = run({"slow", "--by", by});
        EXPECT_FALSE(slow.at("statements").as_array().empty()) << by;
    }
    EXPECT_EQ(run({"slow", "--limit", "2"}).at("statements").as_array().size(), 2u);

    const auto suggested = run({"suggest"}).at("suggestions").as_array();
    ASSERT_EQ(suggested.size(), 1u);
    EXPECT_EQ(suggested[0].at("statement").as_string(),
              "CREATE INDEX CONCURRENTLY ON \"public\".\"Big Table\" (\"E mail\");");
    EXPECT_GE(suggested[0].at("costBefore").to_number<double>(), 10 * suggested[0].at("costAfter").to_number<double>());
    EXPECT_THAT(std::string{suggested[0].at("queries").at(0).as_string()}, HasSubstr("\"E mail\" = $1"));

    // A third of the rows: an index would not help tenfold.
    EXPECT_TRUE(run({"suggest", "-c", "select * from \"Big Table\" where n = 1"}).at("suggestions").as_array().empty());
    on.execute("create index on \"Big Table\" (\"E mail\")");
    EXPECT_TRUE(run({"suggest"}).at("suggestions").as_array().empty());
}

} // namespace
} // namespace lightdash
