// Secrets planted in every setting that holds one appear in no output, log, error or process title (promise S15).
#include "app/cli/program.hpp"
#include "support/backend_process.hpp"
#include "support/private_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using testing::backend_process;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::private_cluster;
using testing::run_backend;

constexpr auto canary = "canary4711";

class Canary : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        const auto file = ::testing::TempDir() + "lightdash_canary_hba_" + std::to_string(::getpid());
        std::ofstream{file} << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        cluster.emplace(private_cluster::options{.tcp = true, .configuration = "hba_file = '" + file + "'"});
        std::remove(file.c_str());
        cluster->plain().execute(std::string{"create role ada login superuser password '"} + canary + "-database'");
        cluster->plain().execute("create database engines");
        cluster->plain("engines").execute("create table bulk as select n, md5(n::text) || md5((n + 1)::text) as text "
                                          "from generate_series(1, 100000) n");
    }
    static void TearDownTestSuite() { cluster.reset(); }

    static std::string url(const std::string& password, const std::string& database = "engines")
    {
        return "postgresql://ada:" + password + "@127.0.0.1:" + std::to_string(cluster->port()) + '/' + database;
    }
    static std::map<std::string, std::string> planted(const std::string& database_url)
    {
        return {{"DATABASE_URL", database_url},
                {"DATABASE_URL_TEST", url(std::string{canary} + "-test")},
                {"LIGHTDASH_SECRET", std::string{canary} + "-service"},
                {"LIGHTDASH_SECRET_PREVIOUS", std::string{canary} + "-earlier," + canary + "-earliest"},
                {"PGPASSWORD", std::string{canary} + "-environment"},
                {"LIGHTDASH_LOG_LEVEL", "debug"}};
    }
    static std::string right_url() { return url(std::string{canary} + "-database"); }

    static void expect_silence(const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& with)
    {
        const auto done = run_backend(arguments, with);
        EXPECT_THAT(done.out + done.err, Not(HasSubstr(canary))) << arguments.front();
    }

    struct family {
        std::string titles;                // with their arguments
        std::set<std::string> core_limits; // of the core files of its descendants, in bytes
    };
    // Adds what is seen now of every process that descends from `ancestor`.
    static void look_below(pid_t ancestor, family& seen)
    {
        std::set<pid_t> members{ancestor};
        for (int generation = 0; generation < 3; ++generation)
            for (const auto& entry : fs::directory_iterator{"/proc"}) {
                std::ifstream stat{entry.path() / "stat"};
                pid_t pid = 0, parent = 0;
                std::string name, state;
                if (stat >> pid >> name >> state >> parent && (members.contains(parent) || pid == ancestor)) {
                    members.insert(pid);
                    std::ifstream line{entry.path() / "cmdline", std::ios::binary};
                    seen.titles += name + ' ' + std::string{std::istreambuf_iterator<char>{line}, {}} + '\n';
                    std::ifstream limits{entry.path() / "limits"};
                    const std::string core = "Max core file size ";
                    for (std::string one; std::getline(limits, one);)
                        if (pid != ancestor && one.starts_with(core)) { // which may not have begun
                            std::istringstream{one.substr(core.size())} >> one;
                            seen.core_limits.insert(one);
                        }
                }
            }
    }

    static inline std::optional<private_cluster> cluster;
};

TEST_F(Canary, NoCommandSaysASecret)
{
    for (const auto& command : app::make_program().commands) {
        if (!command.runs() || command.path == "serve")
            continue;
        SCOPED_TRACE(command.path);
        std::istringstream words{command.path};
        const std::vector<std::string> arguments{std::istream_iterator<std::string>{words}, {}};
        expect_silence(arguments, planted(right_url()));
    }
    expect_silence({"config", "show", "--json"}, planted(right_url()));
}

TEST_F(Canary, NoMistakeInTheUrlRepeatsThePassword)
{
    const std::string word{canary};
    for (const auto& wrong :
         {url(word), "postgresql://ada:" + word + "@x@127.0.0.1/engines",
          "postgresql://ada:" + word + "/x@127.0.0.1/engines", "postgresql://ada:" + word + "?x@127.0.0.1/engines",
          "ada:" + word + "@127.0.0.1/engines", "host=127.0.0.1 user=ada password=" + word + " " + word,
          "host=127.0.0.1 passwort=" + word, "postgresql://ada:" + word + "@127.0.0.1:1/engines",
          "mysql://ada:" + word + "@127.0.0.1/engines"}) {
        SCOPED_TRACE(wrong);
        expect_silence({"db", "check"}, planted(wrong));
        expect_silence({"config", "show"}, planted(wrong));
        expect_silence({"backup", "never.dump"}, planted(wrong));
        expect_silence({"serve"}, [&] {
            auto with = planted(wrong);
            with["PORT"] = "none"; // serve ends at once
            return with;
        }());
    }
}

TEST_F(Canary, AServerUnderFireLogsNoSecret)
{
    cluster->plain().execute("create database fire"); // of its own: every command was run on the other one
    const auto its_url = url(std::string{canary} + "-database", "fire");
    auto with = planted(its_url);
    auto server = backend_process::serve(its_url, {"--migrate", "--seed"}, with);
    for (const auto* target : {"/api/v1/org", "/api/v1/health", "/api/v1/dashboards/1", "/nowhere"})
        (void)testing::http_get(server.port(), target, {{"Authorization", std::string{"ApiKey "} + canary}});
    cluster->plain().execute("alter role ada password 'another'"); // new connections fail now
    cluster->plain().execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ada'");
    std::this_thread::sleep_for(std::chrono::seconds{1});
    (void)testing::http_get(server.port(), "/api/v1/org");
    family seen;
    look_below(server.pid(), seen);
    EXPECT_THAT(seen.titles, Not(HasSubstr(canary)));
    server.stop();
    cluster->plain().execute(std::string{"alter role ada password '"} + canary + "-database'");
    EXPECT_THAT(server.out() + server.err(), Not(HasSubstr(canary)));
    EXPECT_THAT(server.err(), HasSubstr("password")); // the failure itself was logged
}

TEST_F(Canary, ABackupShowsNoSecretInAnyProcessTitleOrCoreFile)
{
    backend_process process{{"backup", "a.dump"}, planted(right_url())};
    family seen;
    for (; process.running(); std::this_thread::sleep_for(std::chrono::milliseconds{5}))
        look_below(process.pid(), seen);
    EXPECT_EQ(process.wait(), 0) << process.err();
    EXPECT_THAT(seen.titles, HasSubstr("pg_dump"));
    EXPECT_THAT(seen.titles, Not(HasSubstr(canary)));
    // A core of pg_dump would hold the password.
    EXPECT_THAT(seen.core_limits, ::testing::ElementsAre(::testing::AnyOf("0", "1")));
    for (const auto& entry : fs::directory_iterator{process.folder()}) {
        std::ifstream in{entry.path(), std::ios::binary};
        EXPECT_THAT((std::string{std::istreambuf_iterator<char>{in}, {}}), Not(HasSubstr(canary))) << entry.path();
    }
}

} // namespace
} // namespace lightdash
