// Without DATABASE_URL: only serve brings a PostgreSQL, whatever ends it takes its PostgreSQL along, and a command
// works on the one of a running server or not at all.
#include "app/cli/program.hpp"
#include "integration/app/live_server.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::backend_process;
using testing::children_of;
using testing::eventually;
using ::testing::HasSubstr;
using testing::run_backend;

using arguments = std::vector<std::string>;

fs::path data_of(const backend_process& server)
{
    return server.folder() / ".lightdash/postgres";
}

// 0: none runs.
pid_t postgres_of(const backend_process& server)
{
    const auto told = ops::read_postmaster_file(data_of(server));
    return told && ops::serves(told->pid, data_of(server)) ? told->pid : 0;
}

class PrivateDatabase : public ::testing::Test {
protected:
    backend_process serve(const arguments& more = {}, std::map<std::string, std::string> with = {})
    {
        port = testing::free_port();
        arguments all{"serve", "--port", std::to_string(port)};
        all.insert(all.end(), more.begin(), more.end());
        with.emplace("LIGHTDASH_PROMETHEUS_PORT", "0");
        return backend_process{all, std::move(with)};
    }
    bool answers(const char* probe) const
    {
        try {
            return testing::http_get(port, probe).status == 200;
        } catch (const std::exception&) {
            return false; // it does not listen yet
        }
    }
    bool ready() const { return answers("/api/v1/readyz"); }

    std::uint16_t port = 0;
};

TEST_F(PrivateDatabase, ACommandWithoutOneExits2AndMakesNone)
{
    for (const auto& words :
         {arguments{"migrate"},
          {"migrate:status"},
          {"migrate:verify"},
          {"rollback-last"},
          {"seed"},
          {"db", "check"},
          {"db", "create"},
          {"db", "drop", "--confirm=lightdash"},
          {"db", "reset", "--confirm=lightdash"},
          {"db", "health"},
          {"db", "schema"},
          {"db", "sizes"},
          {"db", "wait", "200ms"},
          {"doctor"},
          {"backup"},
          {"backup", "bk/", "--keep", "2"},
          {"token", "create", "--email", "demo@lightdash.com"},
          {"user", "create", "--email", "ada@example.com", "--first-name", "Ada", "--last-name", "Byron"}}) {
        SCOPED_TRACE(::testing::PrintToString(words));
        backend_process command{words};
        EXPECT_EQ(command.wait(), 2);
        EXPECT_THAT(command.err(), AllOf(HasSubstr("DATABASE_URL is not set"), HasSubstr("--data-dir"),
                                         HasSubstr((command.folder() / ".lightdash").string())));
        EXPECT_EQ(command.out(), "");
        EXPECT_FALSE(fs::exists(command.folder() / ".lightdash"));
        EXPECT_FALSE(fs::exists(command.folder() / "bk"));
    }
}

TEST_F(PrivateDatabase, NoCommandButServeMakesOne)
{
    for (const auto& command : app::make_program().commands) {
        if (!command.runs() || command.path == "serve" || command.path == "db wait")
            continue;
        SCOPED_TRACE(command.path);
        std::istringstream words{command.path};
        backend_process one{{std::istream_iterator<std::string>{words}, {}}};
        one.wait();
        EXPECT_FALSE(fs::exists(one.folder() / ".lightdash"));
    }
}

TEST_F(PrivateDatabase, ACommandBesideARunningServerUsesItsDatabaseAndSaysSo)
{
    auto server = serve({"--migrate", "--seed"});
    const auto folder = (server.folder() / ".lightdash").string();
    backend_process patient{{"db", "wait", "60s", "--data-dir", folder}};
    ASSERT_TRUE(eventually(60s, [&] { return ready(); })) << server.err();
    EXPECT_EQ(patient.wait(20s), 0) << patient.err();

    const auto token = run_backend({"token", "create", "--email", "demo@lightdash.com", "--data-dir", folder});
    EXPECT_EQ(token.exit_code, 0) << token.err;
    EXPECT_THAT(token.out, ::testing::MatchesRegex("ldpat_[0-9a-f]+\n"));
    EXPECT_EQ(token.err,
              "DATABASE_URL is not set: this is the private PostgreSQL of the server that runs on " + folder + ".\n");
    for (const auto* command : {"migrate", "seed", "migrate:status"})
        EXPECT_EQ(run_backend({command, "--data-dir", folder}).exit_code, 0) << command;

    EXPECT_EQ(server.stop(), 0);
    EXPECT_EQ(postgres_of(server), 0);
    const auto refused = run_backend({"migrate:status", "--data-dir", folder});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr("no running server has a private PostgreSQL in " + folder), HasSubstr("serve")));
    EXPECT_EQ(postgres_of(server), 0) << "a command starts no cluster that exists, either";
}

TEST_F(PrivateDatabase, AServerThatIsKilledTakesItsPostgresAlong)
{
    for (const auto& more : {arguments{}, arguments{"--workers", "2"}}) {
        auto server = serve(more);
        ASSERT_TRUE(eventually(60s, [&] { return answers("/api/v1/livez"); }));
        const pid_t postgres = postgres_of(server);
        ASSERT_NE(postgres, 0);
        const auto children = children_of(server.pid());
        server.signal(SIGKILL);
        server.wait();
        EXPECT_TRUE(eventually(10s, [&] { return !ops::process_alive(postgres); })) << more.size();
        for (const pid_t child : children)
            EXPECT_TRUE(eventually(10s, [&] { return !ops::process_alive(child); })) << child;
    }
}

TEST_F(PrivateDatabase, AServerThatIsEndedAtOnceTakesItsPostgresAlong)
{
    auto server = serve({}, {{"LIGHTDASH_DRAIN_DELAY", "60s"}});
    ASSERT_TRUE(eventually(60s, [&] { return postgres_of(server) != 0; }));
    server.wait_for_line("Serving on", 60s);
    const pid_t postgres = postgres_of(server);
    EXPECT_TRUE(eventually(10s, [&] {
        server.signal(SIGTERM);
        return !server.running();
    }));
    EXPECT_EQ(server.wait(), 143);
    EXPECT_TRUE(eventually(10s, [&] { return !ops::process_alive(postgres); }));
}

TEST_F(PrivateDatabase, ASessionThatIsLeftOpenDoesNotKeepTheNextServerFromStarting)
{
    auto server = serve();
    server.wait_for_line("Serving on", 60s);
    const auto told = ops::read_postmaster_file(data_of(server));
    ASSERT_TRUE(told);
    testing::plain_connection psql{"host=" + told->socket.string() + " user=lightdash dbname=lightdash"};
    server.signal(SIGKILL);
    server.wait();
    const auto folder = (server.folder() / ".lightdash").string();
    backend_process next{{"serve", "--port", "0", "--data-dir", folder}, {{"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    next.wait_for_line("Serving on", 20s);
    EXPECT_EQ(next.stop(), 0);
}

TEST_F(PrivateDatabase, StoppingAtAnyMomentOfAFirstStartIsAnOrderlyEndAndLeavesNothingRunning)
{
    for (const auto* moment : {".lightdash", ".lightdash/postgres.initializing/global", ".lightdash/postgres.log",
                               ".lightdash/postgres/postmaster.pid", ".lightdash/run/.s.PGSQL.5432"}) {
        for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
            SCOPED_TRACE(std::string{moment} + " " + std::to_string(number));
            auto server = serve();
            ASSERT_TRUE(eventually(60s, [&] { return fs::exists(server.folder() / moment); }));
            server.signal(number);
            EXPECT_EQ(server.wait(), 0) << server.err();
            EXPECT_EQ(postgres_of(server), 0);
        }
    }
}

TEST_F(PrivateDatabase, EveryLineOfAJsonLogIsJsonFromTheFirstToTheLast)
{
    for (const auto& more : {arguments{"--migrate", "--seed"}, arguments{"--workers", "2"}}) {
        auto server = serve(more, {{"LIGHTDASH_POOL_QEUE", "1"}});
        server.wait_for_line("Serving on", 60s);
        server.wait_for_line("psql -h"); // a killed worker takes with it what it has not written yet
        ASSERT_TRUE(eventually(60s, [&] { return answers("/api/v1/livez"); }));
        if (more.front() == "--workers") {
            const auto workers = children_of(server.pid());
            for (const pid_t one : workers)
                if (one != postgres_of(server))
                    ::kill(one, SIGKILL);
            for (const auto* one : {"\"worker\":0,", "\"worker\":1,"}) // each death is told before the stop
                server.wait_for_line(std::string{"a worker died and is replaced\","} + one);
        }
        EXPECT_EQ(server.stop(), 0);
        EXPECT_THAT(server.err(), AllOf(HasSubstr("did you mean LIGHTDASH_POOL_QUEUE?"), HasSubstr("psql -h"),
                                        HasSubstr("\"Serving on http://127.0.0.1:")));
        std::istringstream lines{server.err()};
        for (std::string one; std::getline(lines, one);)
            EXPECT_TRUE(one.starts_with(R"({"time":")") && one.ends_with("}")) << one;
    }
    for (const auto& [name, value] : {std::pair{"PORT", "none"}, {"LIGHTDASH_ENV", "production"}}) {
        const auto refused = run_backend({"serve"}, {{name, value}});
        EXPECT_EQ(refused.exit_code, 2);
        EXPECT_THAT(refused.err, ::testing::StartsWith(R"({"time":")"));
        EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << refused.err;
        const auto text = run_backend({"serve"}, {{name, value}, {"LIGHTDASH_LOG_FORMAT", "pretty"}});
        EXPECT_THAT(text.err, ::testing::StartsWith("lightdash-backend: "));
    }
}

TEST_F(PrivateDatabase, TheTokenCommandThatServePrintsWorksAsPrinted)
{
    auto server = serve({"--migrate", "--seed"}, {{"LIGHTDASH_LOG_FORMAT", "pretty"}});
    ASSERT_TRUE(eventually(60s, [&] { return ready(); })) << server.err();
    server.wait_for_line("demo data added"); // which comes behind the schema
    const auto said = server.err();
    EXPECT_THAT(said, ::testing::Not(HasSubstr("demo_password"))) << "nothing takes a password yet";
    const auto begin = said.find("Demo data: ") + 11, end = said.find(" makes a token", begin);
    ASSERT_NE(end, std::string::npos) << said;
    const auto printed = said.substr(begin, end - begin);
    const auto done = ops::run({.argv = {"/bin/sh", "-c", printed + " 2>/dev/null"}, .folder = server.folder()}, 30s);
    EXPECT_THAT(done.output, ::testing::MatchesRegex("ldpat_[0-9a-f]+\n")) << printed;
    EXPECT_EQ(server.stop(), 0);
}

} // namespace
} // namespace lightdash
