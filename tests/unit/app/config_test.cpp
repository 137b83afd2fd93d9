// Settings: precedence, every kind of value, every fault at once, and what is shown of them.
#include "app/config/config.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A folder with .env files and an environment, both empty at first.
class Config : public testing::Test {
protected:
    Config()
    {
        std::string name = testing::TempDir() + "lightdash_config_XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("mkdtemp failed for " + name);
        folder = name;
    }
    ~Config() override
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    void file(const std::string& name, std::string_view text) const { std::ofstream{folder / name} << text; }

    loaded_settings load() const
    {
        std::vector<std::string> names;
        for (const auto& [name, value] : environment)
            names.push_back(name);
        return load_settings(
            flags,
            [&](std::string_view name) -> std::optional<std::string> {
                const auto found = environment.find(std::string{name});
                return found == environment.end() ? std::nullopt : std::optional{found->second};
            },
            folder, names);
    }

    error failure() const
    {
        try {
            load();
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), error_kind::configuration);
            return e;
        }
        ADD_FAILURE() << "the settings were accepted";
        return {error_kind::internal, ""};
    }

    setting_origin origin(std::string_view name) const
    {
        const auto loaded = load();
        return *std::ranges::find(loaded.origins, name, &setting_origin::name);
    }

    std::filesystem::path folder;
    std::map<std::string, std::string> flags, environment;
};

TEST_F(Config, HasTheDefaultsOfTheTable)
{
    const settings s = load().values;
    EXPECT_TRUE(s.database_url.empty());
    EXPECT_EQ(s.pool_min, 2U);
    EXPECT_EQ(s.pool_max, 10U);
    EXPECT_EQ(s.pool_lanes, 2U);
    EXPECT_EQ(s.pool_acquire_timeout, 3s);
    EXPECT_EQ(s.pool_queue, 200U);
    EXPECT_EQ(s.pool_idle_timeout, 10min);
    EXPECT_EQ(s.pool_max_lifetime, 30min);
    EXPECT_FALSE(s.transaction_pooler);
    EXPECT_EQ(s.host, "127.0.0.1");
    EXPECT_EQ(s.port, 8080);
    EXPECT_EQ(s.workers, 1);
    EXPECT_EQ(s.env, environment::development);
    EXPECT_EQ(s.log_level, "info");
    EXPECT_EQ(s.log_format, "");
    EXPECT_EQ(s.prometheus_port, 9090);
    EXPECT_EQ(s.metrics_host, "127.0.0.1");
    EXPECT_EQ(s.request_timeout, 30s);
    EXPECT_EQ(s.drain_delay, 0s);
    EXPECT_EQ(s.drain_timeout, 20s);
    EXPECT_EQ(s.max_payload, 5'000'000U);
    EXPECT_EQ(s.data_dir, ".lightdash");
}

TEST_F(Config, TakesTheFlagThenTheEnvironmentThenTheFilesThenTheDefault)
{
    EXPECT_EQ(origin("PORT").origin, "default");
    file(".env", "\n\nPORT=1\n");
    EXPECT_EQ(origin("PORT").origin, ".env:3");
    file(".env.local", "PORT=2\n");
    EXPECT_EQ(origin("PORT").origin, ".env.local:1");
    environment["PORT"] = "3";
    EXPECT_EQ(origin("PORT").origin, "environment");
    EXPECT_EQ(load().values.port, 3);
    flags["PORT"] = "4";
    EXPECT_EQ(origin("PORT").origin, "flag --port");
    EXPECT_EQ(origin("PORT").shown, "4");
    EXPECT_EQ(load().values.port, 4);
}

TEST_F(Config, TakesAnEmptyTextAsNotGiven)
{
    environment["PORT"] = "";
    file(".env.local", "PORT=");
    file(".env", "PORT=5");
    EXPECT_EQ(load().values.port, 5);
}

TEST_F(Config, ReadsEveryKindOfValue)
{
    environment = {{"PGMINCONNECTIONS", "0"},
                   {"PGMAXCONNECTIONS", "20"},
                   {"LIGHTDASH_POOL_LANES", "4"},
                   {"LIGHTDASH_POOL_ACQUIRE_TIMEOUT", "250ms"},
                   {"LIGHTDASH_POOL_QUEUE", "7"},
                   {"LIGHTDASH_POOL_IDLE_TIMEOUT", "1m"},
                   {"LIGHTDASH_POOL_MAX_LIFETIME", "1h"},
                   {"LIGHTDASH_POOLER", "transaction"},
                   {"HOST", "::"},
                   {"LIGHTDASH_WORKERS", "2"},
                   {"LIGHTDASH_ENV", "test"},
                   {"LIGHTDASH_LOG_LEVEL", "debug"},
                   {"LIGHTDASH_LOG_FORMAT", "json"},
                   {"LIGHTDASH_PROMETHEUS_PORT", "0"},
                   {"LIGHTDASH_METRICS_HOST", "::"},
                   {"LIGHTDASH_SECRET", "s3cret"},
                   {"LIGHTDASH_REQUEST_TIMEOUT", "10s"},
                   {"LIGHTDASH_DRAIN_DELAY", "1s"},
                   {"LIGHTDASH_DRAIN_TIMEOUT", "2s"},
                   {"LIGHTDASH_MAX_PAYLOAD", "512kb"},
                   {"LIGHTDASH_DATA_DIR", "/var/lib/lightdash"},
                   {"SITE_URL", "https://charts.example.com/"}};
    const settings s = load().values;
    EXPECT_EQ(s.pool_min, 0U);
    EXPECT_EQ(s.pool_max, 20U);
    EXPECT_EQ(s.pool_lanes, 4U);
    EXPECT_EQ(s.pool_acquire_timeout, 250ms);
    EXPECT_EQ(s.pool_queue, 7U);
    EXPECT_EQ(s.pool_idle_timeout, 1min);
    EXPECT_EQ(s.pool_max_lifetime, 1h);
    EXPECT_TRUE(s.transaction_pooler);
    EXPECT_EQ(s.host, "::");
    EXPECT_EQ(s.workers, 2);
    EXPECT_EQ(s.env, environment::test);
    EXPECT_EQ(s.log_level, "debug");
    EXPECT_EQ(s.log_format, "json");
    EXPECT_EQ(s.prometheus_port, 0);
    EXPECT_EQ(s.metrics_host, "::");
    EXPECT_TRUE(s.service_secret.equals("s3cret"));
    EXPECT_EQ(s.request_timeout, 10s);
    EXPECT_EQ(s.drain_delay, 1s);
    EXPECT_EQ(s.drain_timeout, 2s);
    EXPECT_EQ(s.max_payload, 512'000U);
    EXPECT_EQ(s.data_dir, "/var/lib/lightdash");
    EXPECT_EQ(s.site_url, "https://charts.example.com");
}

TEST_F(Config, NamesEveryBadValueAtOnce)
{
    environment = {
        {"PORT", "65536"}, {"PGMAXCONNECTIONS", "0"}, {"LIGHTDASH_DRAIN_TIMEOUT", "soon"}, {"DATABASE_URL", "hunter2"}};
    file(".env",
         "LIGHTDASH_ENV=prod\nLIGHTDASH_WORKERS 3\nHOST=two words\nSITE_URL=ftp://x\nLIGHTDASH_MAX_PAYLOAD=5\n");
    const error e = failure();
    EXPECT_EQ(e.fields().size(), 9U) << e.message();
    for (const char* part :
         {"9 settings are not valid",
          "PORT: environment: \"65536\" is not allowed; give a whole number from 0 to 65535",
          "PGMAXCONNECTIONS: environment: \"0\"",
          "LIGHTDASH_DRAIN_TIMEOUT: environment: \"soon\" is not allowed; give a duration from 0s to 24h, written as "
          "250ms",
          "DATABASE_URL: environment: the value is not allowed",
          "LIGHTDASH_ENV: .env:1: \"prod\" is not allowed; give development, test or production",
          ".env:2: expected NAME=value", "HOST: .env:3", "SITE_URL: .env:4", "LIGHTDASH_MAX_PAYLOAD: .env:5"})
        EXPECT_THAT(e.message(), HasSubstr(part));
    EXPECT_THAT(e.message(), Not(HasSubstr("hunter2")));
}

TEST_F(Config, RefusesWhatIsNoNumber)
{
    for (const char* text : {"x", "-1", "+1", "1.5", "0x10", " 1", "1 ", "99999999999999999999999"}) {
        environment["PORT"] = text;
        EXPECT_THAT(failure().message(), HasSubstr("PORT")) << text;
    }
}

TEST_F(Config, TakesTheDatabaseFromItsUrlThenTheGuidesNameThenLibpqs)
{
    file(".env", "PGHOST=db.local\nPGPASSWORD=\"it's\\\\\"\n");
    environment = {{"PGPORT", "5433"}};
    EXPECT_EQ(load().values.database_url.reveal(), R"(host='db.local' port='5433' password='it\'s\\')");
    EXPECT_EQ(origin("DATABASE_URL").origin, "PGHOST, PGPORT, PGPASSWORD");
    EXPECT_EQ(origin("DATABASE_URL").shown, "host='db.local' port='5433' password=***");

    environment["PGCONNECTIONURI"] = "postgresql://ada:one@a/x";
    EXPECT_EQ(load().values.database_url.reveal(), "postgresql://ada:one@a/x");
    EXPECT_EQ(origin("DATABASE_URL").origin, "PGCONNECTIONURI, environment");
    EXPECT_EQ(origin("DATABASE_URL").shown, "postgresql://ada:***@a/x");

    file(".env", "DATABASE_URL=postgresql://ada:two@b/x\n");
    EXPECT_EQ(load().values.database_url.reveal(), "postgresql://ada:two@b/x");
    EXPECT_EQ(origin("DATABASE_URL").origin, ".env:1");
}

TEST_F(Config, LeavesWhatStandsBesideAServiceToLibpqWhichKnowsWhatGoesFirst)
{
    file(".env", "PGSERVICE=shop\nPGSERVICEFILE=/etc/services.conf\nPGPORT=1\nPGPASSWORD=hunter2\n");
    environment = {{"PGPORT", "5433"}};
    const auto loaded = load();
    EXPECT_EQ(loaded.values.database_url.reveal(), "service='shop'");
    EXPECT_EQ(origin("DATABASE_URL").origin, "PGSERVICE");
    std::map<std::string, std::string> handed_on;
    for (const auto& [name, value] : loaded.libpq_variables)
        handed_on[name] = value.reveal();
    EXPECT_EQ(handed_on,
              (std::map<std::string, std::string>{
                  {"PGSERVICE", "shop"}, {"PGSERVICEFILE", "/etc/services.conf"}, {"PGPASSWORD", "hunter2"}}));
}

TEST_F(Config, HandsOnLibpqsVariablesOfAFileBesideAUrlToo)
{
    file(".env", "DATABASE_URL=service=shop\nPGSERVICEFILE=/etc/services.conf\n");
    ASSERT_EQ(load().libpq_variables.size(), 1U);
    EXPECT_EQ(load().libpq_variables.front().first, "PGSERVICEFILE");
}

TEST_F(Config, SkipsLinesOfOtherProgramsAndRefusesItsOwn)
{
    file(".env", "FOO\nA-B=1\nKEY=\"never closed\nCERT=\"-----BEGIN\nline\n-----END\"\nX=${MISSING}\nPORT=7\n");
    EXPECT_EQ(load().values.port, 7);
    for (const char* line : {"PORT", "export PORT", "PORT: 8", "LIGHTDASH_POOL-LANES=3", "PORT=\"8", "PORT=${MISSING}",
                             "PGHOST='x", "LIGHTDASH_SECRET_FILE", "PGCONNECTIONURI=${X"}) {
        file(".env", std::string{"FOO\n"} + line + "\n");
        EXPECT_THAT(failure().message(), HasSubstr(".env:2: ")) << line;
    }
}

TEST_F(Config, RefusesAFileThatIsNoText)
{
    file(".env", {"\xFF\xFEP\0O\0", 6});
    EXPECT_THAT(failure().message(), HasSubstr("UTF-16"));
    file(".env", {"PORT=1\0", 7});
    EXPECT_THAT(failure().message(), HasSubstr("byte 7 is NUL"));
    std::filesystem::remove(folder / ".env");
    ASSERT_EQ(::mkfifo((folder / ".env").c_str(), 0600), 0);
    EXPECT_THAT(failure().message(), HasSubstr("it is a pipe"));
}

TEST_F(Config, TakesNoCarriageReturnOfAnEnvironmentFileForAPartOfAValue)
{
    environment = {{"DATABASE_URL", "postgresql://ada@db/app\r"}, {"PORT", "5\r"}};
    EXPECT_EQ(load().values.database_url.reveal(), "postgresql://ada@db/app");
    EXPECT_EQ(load().values.port, 5);
}

TEST_F(Config, NamesQuotesAndLineEndsInAUrl)
{
    for (const char* url : {"\"postgresql://ada:hunter2@db/app\"", "'postgresql://ada:hunter2@db/app'"}) {
        environment = {{"DATABASE_URL", url}};
        EXPECT_THAT(failure().message(), HasSubstr("without the quotes around it")) << url;
        EXPECT_THAT(failure().message(), Not(HasSubstr("hunter2")));
    }
    environment = {{"DATABASE_URL", "  postgresql://ada:hunter2@db/app \n"}};
    EXPECT_EQ(load().values.database_url.reveal(), "postgresql://ada:hunter2@db/app");
    environment = {{"DATABASE_URL", "jdbc:postgresql://db/app?user=ada"}};
    EXPECT_THAT(failure().message(), HasSubstr("without jdbc:"));
    environment = {{"DATABASE_URL", "postgresql+asyncpg://ada@db/app"}};
    EXPECT_THAT(failure().message(), HasSubstr("without the + and the driver"));
    environment = {{"DATABASE_URL", "postgresql://ada:hunter2@db/app\nx"}};
    EXPECT_THAT(failure().message(), HasSubstr("line ends"));
}

TEST_F(Config, DoesNotTakeLibpqsUserAloneForADatabase)
{
    environment = {{"PGUSER", "postgres"}, {"PGPASSWORD", "x"}};
    EXPECT_TRUE(load().values.database_url.empty());
}

TEST_F(Config, ReadsASecretFromItsFile)
{
    file("url", "postgresql://ada:hunter2@db/app\n");
    environment["DATABASE_URL_FILE"] = "url";
    EXPECT_EQ(load().values.database_url.reveal(), "postgresql://ada:hunter2@db/app");
    EXPECT_EQ(origin("DATABASE_URL").origin, "DATABASE_URL_FILE");
    EXPECT_EQ(origin("DATABASE_URL").shown, "postgresql://ada:***@db/app");
}

TEST_F(Config, SaysWhySecretFileCannotBeUsed)
{
    file("empty", "\n");
    environment = {
        {"DATABASE_URL_FILE", "missing"}, {"LIGHTDASH_SECRET_FILE", "empty"}, {"DATABASE_URL_TEST_FILE", "."}};
    const error e = failure();
    EXPECT_EQ(e.fields().size(), 3U);
    EXPECT_THAT(e.message(), HasSubstr("missing: No such file or directory"));
    EXPECT_THAT(e.message(), HasSubstr("LIGHTDASH_SECRET_FILE: environment: empty is empty"));
    EXPECT_THAT(e.message(), HasSubstr("is a folder"));

    environment = {{"LIGHTDASH_SECRET_FILE", "empty"}, {"LIGHTDASH_SECRET", "x"}};
    EXPECT_THAT(failure().message(), HasSubstr("both LIGHTDASH_SECRET and LIGHTDASH_SECRET_FILE are given"));
}

TEST_F(Config, NeedsADatabaseAndASecretInProduction)
{
    environment = {{"LIGHTDASH_ENV", "production"}};
    const error e = failure();
    EXPECT_THAT(e.message(), HasSubstr("DATABASE_URL: is required in production"));
    EXPECT_THAT(e.message(), HasSubstr("LIGHTDASH_SECRET: is required in production"));
    environment["PGHOST"] = "db";
    environment["LIGHTDASH_SECRET"] = "a long random text";
    EXPECT_EQ(load().values.drain_delay, 5s);
    EXPECT_EQ(origin("LIGHTDASH_DRAIN_DELAY").shown, "5s");
    environment["LIGHTDASH_DRAIN_DELAY"] = "0";
    EXPECT_EQ(load().values.drain_delay, 0s);
}

TEST_F(Config, TakesOnlyAddressesThatCanBeListenedOn)
{
    for (const auto* good : {"127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost"}) {
        environment = {{"HOST", good}, {"LIGHTDASH_METRICS_HOST", good}};
        EXPECT_EQ(load().values.host, good);
        EXPECT_EQ(load().values.metrics_host, good);
    }
    for (const auto* wrong : {"256.1.1.1", "1.2.3", "example.com", "[::1]", "127.0.0.1:80", "127.0.0.1%lo", "*"}) {
        environment = {{"HOST", wrong}, {"LIGHTDASH_METRICS_HOST", wrong}};
        EXPECT_THAT(failure().message(),
                    AllOf(HasSubstr("HOST: environment: \"" + std::string{wrong}),
                          HasSubstr("LIGHTDASH_METRICS_HOST: environment"), HasSubstr("127.0.0.1, 0.0.0.0, ::")));
    }
}

TEST_F(Config, RefusesASecretThatCanBeGuessedInProductionAlone)
{
    environment = {{"PGHOST", "db"}, {"LIGHTDASH_SECRET", "123456789012345"}};
    EXPECT_EQ(load().values.service_secret.reveal().size(), 15U);
    environment["LIGHTDASH_ENV"] = "production";
    EXPECT_THAT(failure().message(), AllOf(HasSubstr("LIGHTDASH_SECRET: has 15 bytes"), HasSubstr("16 or more"),
                                           HasSubstr("openssl rand"), Not(HasSubstr("123456789012345"))));
    environment["LIGHTDASH_SECRET"] += "6";
    EXPECT_EQ(load().values.service_secret.reveal().size(), 16U);
    file("secret", "short\n");
    environment.erase("LIGHTDASH_SECRET");
    environment["LIGHTDASH_SECRET_FILE"] = "secret";
    EXPECT_THAT(failure().message(), HasSubstr("LIGHTDASH_SECRET: has 5 bytes"));
}

TEST_F(Config, KeepsMinimumAndLanesWithinTheMaximum)
{
    environment = {{"PGMAXCONNECTIONS", "1"}};
    EXPECT_EQ(load().values.pool_min, 1U);
    EXPECT_EQ(load().values.pool_lanes, 1U);
    EXPECT_EQ(origin("PGMINCONNECTIONS").shown, "1");
    environment = {{"PGMAXCONNECTIONS", "3"}, {"PGMINCONNECTIONS", "4"}, {"LIGHTDASH_POOL_LANES", "5"}};
    const error e = failure();
    EXPECT_THAT(e.message(), HasSubstr("PGMINCONNECTIONS: 4 is more than PGMAXCONNECTIONS, which is 3"));
    EXPECT_THAT(e.message(), HasSubstr("LIGHTDASH_POOL_LANES: 5 is more than PGMAXCONNECTIONS, which is 3"));
}

TEST_F(Config, WarnsOfNamesNobodyKnows)
{
    environment = {
        {"LIGHTDASH_POOL_QEUE", "1"}, {"PATH", "/bin"}, {"LIGHTDASH_SECRET_FILE", ""}, {"LIGHTDASH_POOL_QUEUE", "5"}};
    file(".env", "LIGHTDASH_SOMETHING_ELSE=1\nOTHER=2\n");
    EXPECT_THAT(load().warnings,
                ElementsAre("LIGHTDASH_POOL_QEUE (environment) is no setting; did you mean LIGHTDASH_POOL_QUEUE?",
                            "LIGHTDASH_SOMETHING_ELSE (.env:1) is no setting"));
}

TEST_F(Config, NamesTheSettingThatDiffersByThePrefixOnly)
{
    environment = {{"LIGHTDASH_PORT", "1"}, {"LIGHTDASH_HOSTS", "x"}, {"LIGHTDASH_PGMAXCONNECTIONS", "1"}};
    EXPECT_THAT(load().warnings,
                ElementsAre("LIGHTDASH_HOSTS (environment) is no setting; did you mean HOST?",
                            "LIGHTDASH_PGMAXCONNECTIONS (environment) is no setting; did you mean PGMAXCONNECTIONS?",
                            "LIGHTDASH_PORT (environment) is no setting; did you mean PORT?"));
}

TEST_F(Config, ShowsNoSecret)
{
    environment = {{"LIGHTDASH_SECRET", "hunter2"}, {"DATABASE_URL_TEST", "host=x password=hunter2"}};
    for (const setting_origin& o : load().origins)
        EXPECT_THAT(o.shown, Not(HasSubstr("hunter2"))) << o.name;
    EXPECT_EQ(origin("LIGHTDASH_SECRET").shown, "***");
}

TEST_F(Config, ListsEverySettingOnceInTheOrderOfTheTable)
{
    const auto loaded = load();
    ASSERT_EQ(loaded.origins.size(), setting_table().size());
    for (std::size_t i = 0; i < loaded.origins.size(); ++i)
        EXPECT_EQ(loaded.origins[i].name, setting_table()[i].name);
}

// Tests run in the project's folder.
TEST(ConfigTexts, DotEnvExampleIsWhatTheTableSays)
{
    if (const auto target = process_environment("LIGHTDASH_WRITE_ENV_EXAMPLE"))
        std::ofstream{*target, std::ios::binary} << env_example();
    std::ifstream example{".env.example", std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{example}, {}};
    EXPECT_EQ(text, env_example()) << "write it anew: scripts/check --fix";
}

TEST_F(Config, AcceptsTheExampleWithEveryLineMadeValid)
{
    std::string text = env_example();
    for (std::size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1)) {
        if (text[at + 2] != ' ')
            text.erase(at + 1, 1);
    }
    file(".env", text);
    const auto loaded = load();
    EXPECT_THAT(loaded.warnings, IsEmpty());
    EXPECT_EQ(loaded.values.pool_idle_timeout, 10min);
    EXPECT_EQ(loaded.values.site_url, "https://lightdash.example.com");
    for (const setting_origin& o : loaded.origins)
        EXPECT_THAT(o.origin, HasSubstr(".env:")) << o.name;
}

TEST(ConfigTexts, ReadmeTableHasOneRowPerSetting)
{
    const std::string table = settings_markdown();
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(table, '\n')), setting_table().size() + 2);
    EXPECT_THAT(table, HasSubstr("| `PORT` | `--port` | 8080 | The port to listen on; 0: any free one |\n"));
}

TEST(ConfigTexts, ProcessEnvironmentListsItsNames)
{
    ::setenv("LIGHTDASH_TEST_OF_NAMES", "a=b", 1);
    EXPECT_EQ(process_environment("LIGHTDASH_TEST_OF_NAMES"), "a=b");
    EXPECT_THAT(process_environment_names(), testing::Contains("LIGHTDASH_TEST_OF_NAMES"));
    ::unsetenv("LIGHTDASH_TEST_OF_NAMES");
    EXPECT_EQ(process_environment("LIGHTDASH_TEST_OF_NAMES"), std::nullopt);
}

} // namespace
} // namespace lightdash::app
