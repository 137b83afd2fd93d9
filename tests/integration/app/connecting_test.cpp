// Each usual mistake in DATABASE_URL, made against a real server: the advice that mends it, and exit code 7, or 2 for a
// URL that cannot be read.
#include "support/backend_process.hpp"
#include "support/pgbouncer.hpp"
#include "support/private_cluster.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <unistd.h>

namespace lightdash {
namespace {

using ::testing::AllOf;
using testing::backend_result;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::private_cluster;
using testing::run_backend;

constexpr auto rules = "local all  all                trust\n"
                       "host  all  outsider 0.0.0.0/0 reject\n"
                       "host  all  ada      0.0.0.0/0 scram-sha-256\n"
                       "host  all  nobody   0.0.0.0/0 scram-sha-256\n";

class Connecting : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        const auto file = ::testing::TempDir() + "lightdash_hba_" + std::to_string(::getpid());
        std::ofstream{file} << rules;
        cluster.emplace(private_cluster::options{.tcp = true, .configuration = "hba_file = '" + file + "'"});
        std::remove(file.c_str());
        cluster->plain().execute("create role ada login password 'canary99'; create role outsider login; "
                                 "create role guest login");
        cluster->plain().execute("create database engines");
    }
    static void TearDownTestSuite() { cluster.reset(); }

    static std::string url(const std::string& user, const std::string& rest = "/engines", int port = 0)
    {
        return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port != 0 ? port : cluster->port()) + rest;
    }
    static backend_result check(const std::string& url)
    {
        return run_backend({"db", "check"}, {{"DATABASE_URL", url}});
    }
    static void expect_advice(const std::string& url, const std::string& what, const std::string& advice, int code = 7)
    {
        const auto begin = std::chrono::steady_clock::now();
        const auto done = check(url);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{4}); // at once, as psql
        EXPECT_EQ(done.exit_code, code) << done.err;
        EXPECT_THAT(done.err, AllOf(HasSubstr(what), HasSubstr(advice)));
        EXPECT_THAT(done.out, IsEmpty());
        EXPECT_THAT(done.err, Not(HasSubstr("canary99")));
    }

    static inline std::optional<private_cluster> cluster;
};

TEST_F(Connecting, TheRightUrlIsOneLineOfFacts)
{
    const auto done = check(url("ada:canary99"));
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, MatchesRegex("PostgreSQL [0-9]+\\.[^\n]*, [0-9.]+ ms, database engines, role ada, no TLS, "
                                       "read-write\n"));
    EXPECT_THAT(done.err, IsEmpty());

    const auto json = run_backend({"db", "check", "--json"}, {{"DATABASE_URL", url("ada:canary99")}});
    EXPECT_EQ(json.exit_code, 0) << json.err;
    const auto facts = boost::json::parse(json.out).as_object();
    EXPECT_EQ(facts.at("database").as_string(), "engines");
    EXPECT_EQ(facts.at("host").as_string(), "127.0.0.1");
    EXPECT_TRUE(facts.at("tls").is_null());
    EXPECT_FALSE(facts.at("readOnly").as_bool());
    EXPECT_GT(facts.at("latencyMs").to_number<double>(), 0);
}

TEST_F(Connecting, AReadOnlyDatabaseIsCalledSo)
{
    const auto done = check(cluster->conninfo() + " options='-c default_transaction_read_only=on'");
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("Unix socket"), HasSubstr("read-only")));
}

TEST_F(Connecting, AWrongPasswordIsSaidWithHowToWriteSpecialCharacters)
{
    expect_advice(url("ada:canary99x"), "refused the password", "@ is %40");
}

TEST_F(Connecting, AMissingDatabaseNamesTheCommandThatCreatesIt)
{
    expect_advice(url("ada:canary99", "/looms"), "does not exist on the server", "'lightdash-backend db create'");
}

TEST_F(Connecting, AMissingRuleInPgHbaIsShownAsALineToAdd)
{
    expect_advice(url("outsider:canary99"), "check pg_hba.conf", "scram-sha-256");
}

TEST_F(Connecting, TlsThatTheServerRequiresIsNamed)
{
    // A rule for TLS only, and no rule at all, look the same to a client without TLS: both are said.
    expect_advice(url("guest:canary99"), "over TLS only, or not at all", "sslmode=");
}

TEST_F(Connecting, TlsThatTheServerDoesNotOfferIsNamed)
{
    expect_advice(url("ada:canary99", "/engines?sslmode=require"), "does not offer TLS", "sslmode=prefer");
}

TEST_F(Connecting, ARefusedConnectionAsksWhetherItRuns)
{
    expect_advice(url("ada:canary99", "/engines", testing::free_port()), "cannot be reached",
                  "'lightdash-backend db wait'");
}

TEST_F(Connecting, AnAtInThePasswordIsShownHowToWrite)
{
    expect_advice("postgresql://ada:canary99@x@127.0.0.1/engines", "holds an @", "p%40ss", 2);
}

TEST_F(Connecting, ASlashInThePasswordIsABadUrl)
{
    expect_advice("postgresql://ada:canary99/x@127.0.0.1/engines", "DATABASE_URL", "/ is %2F", 2);
}

TEST_F(Connecting, AnUnknownParameterOfTheUrlIsNamed)
{
    expect_advice(url("ada:canary99", "/engines?sslmod=require"), "\"sslmod\"; did you mean sslmode?", "libpq knows",
                  2);
    expect_advice(url("ada:canary99", "/engines?schema=public"), "\"schema\"", "libpq knows", 2);
}

TEST_F(Connecting, AnAtInTheUserIsShownHowToWrite)
{
    expect_advice("postgresql://ada@example.com:canary99@127.0.0.1/engines", "the user or the password", "%40", 2);
}

TEST_F(Connecting, ASettingThatTheServerDoesNotTakeIsNamed)
{
    const auto with = [](const std::string& options) {
        return url("ada:canary99", "/engines?options=-c%20" + options);
    };
    expect_advice(with("work_mem%3Dmuch"), "does not take a setting", "invalid value for parameter \"work_mem\"");
    expect_advice(with("no_such_thing%3D1"), "does not take a setting", "\"no_such_thing\"");
    expect_advice(with("wal_level%3Dlogical"), "does not take a setting", "\"wal_level\"");
    expect_advice(with("log_statement%3Dall"), "may not make a setting", "GRANT SET ON PARAMETER");
}

TEST_F(Connecting, ADatabaseThatTakesNoConnectionsIsCalledSo)
{
    cluster->plain().execute("create database closed allow_connections false");
    expect_advice(url("ada:canary99", "/closed"), "accepts no connections", "ALLOW_CONNECTIONS true");
}

TEST_F(Connecting, ARoleWithoutConnectIsToldTheGrant)
{
    cluster->plain().execute("create database private");
    cluster->plain().execute("revoke connect on database private from public");
    expect_advice(url("ada:canary99", "/private"), "may not connect", "GRANT CONNECT ON DATABASE");
}

TEST_F(Connecting, APoolerThatTakesNoOptionsIsCalledSo)
{
    const testing::pgbouncer pooler{*cluster};
    expect_advice(pooler.conninfo("engines"), "connection pooler", "LIGHTDASH_POOLER=transaction");
    const auto done = run_backend({"db", "check"}, {{"DATABASE_URL", pooler.conninfo("engines")},
                                                    {"LIGHTDASH_POOLER", "transaction"},
                                                    {"PGOPTIONS", "-c search_path=app"}});
    EXPECT_EQ(done.exit_code, 7);
    EXPECT_THAT(done.err, AllOf(HasSubstr("unsupported startup parameter: options"), HasSubstr("PGOPTIONS")));
}

TEST_F(Connecting, ServeDoesNotRunWithAUrlThatCannotBeRead)
{
    for (const auto* text :
         {"postgresql://ada:canary99@x@127.0.0.1/engines", "service=missing", "host=h passwort=canary99"}) {
        const auto done =
            run_backend({"serve", "--port", "0"}, {{"DATABASE_URL", text}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}});
        EXPECT_EQ(done.exit_code, 2) << done.err;
        EXPECT_THAT(done.err, Not(HasSubstr("canary99")));
    }
}

TEST_F(Connecting, AnOutageIsLoggedWithWhereAndWithTheServersWords)
{
    testing::backend_process serving{{"serve", "--port", "0"},
                                     {{"DATABASE_URL", url("ada:wrong")}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    serving.wait_for_line("engines on 127.0.0.1:" + std::to_string(cluster->port()) + " is not available");
    serving.wait_for_line("password authentication failed for user");
    EXPECT_EQ(serving.stop(), 0);
    EXPECT_THAT(serving.err(), Not(HasSubstr("wrong@")));
}

TEST_F(Connecting, AnUnknownHostIsNamedAsThat)
{
    expect_advice("postgresql://ada:canary99@no-such-host.invalid/engines", "No host of DATABASE_URL has an address",
                  "getent hosts");
}

TEST_F(Connecting, AMissingRoleIsNamed)
{
    expect_advice(cluster->conninfo() + " user=absent", "does not exist or may not log in", "CREATE ROLE");
}

TEST_F(Connecting, AMissingSchemeIsRefusedBeforeConnectingWithTheRightForm)
{
    expect_advice("ada:canary99@127.0.0.1/engines", "DATABASE_URL", "postgresql://user:password@host:5432/database", 2);
}

TEST_F(Connecting, WaitEndsWhenTheServerHasStarted)
{
    private_cluster late{private_cluster::options{}};
    const std::map<std::string, std::string> there{{"DATABASE_URL", late.conninfo()}};
    late.stop();
    EXPECT_EQ(run_backend({"db", "wait", "300ms"}, there).exit_code, 7);

    auto waiting = std::async(std::launch::async, [&] { return run_backend({"db", "wait", "30s"}, there); });
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    late.start();
    const auto done = waiting.get();
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("PostgreSQL answers, after "));
}

TEST_F(Connecting, WaitDoesNotWaitForWhatWaitingCannotMend)
{
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(run_backend({"db", "wait", "30s"}, {{"DATABASE_URL", url("ada:wrong")}}).exit_code, 7);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{10});
    EXPECT_EQ(run_backend({"db", "wait", "soon"}, {{"DATABASE_URL", url("ada:wrong")}}).exit_code, 2);
}

} // namespace
} // namespace lightdash
