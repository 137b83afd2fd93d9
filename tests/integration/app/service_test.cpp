// Which database is meant, where a service file says it: every command means the one that libpq resolves.
#include "ops/child/child_process.hpp"
#include "support/backend_process.hpp"
#include "support/private_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// The service names shop_live; the role that it logs in with has a database of its own name, which no command may
// touch.
class Service : public ::testing::TestWithParam<bool> {
protected:
    static void SetUpTestSuite()
    {
        cluster.emplace();
        cluster->plain().execute("create role shopkeeper login superuser");
    }
    static void TearDownTestSuite() { cluster.reset(); }

    Service()
    {
        cluster->plain().execute("create database shopkeeper");
        cluster->plain("shopkeeper").execute("create table precious (a int)");
        std::string name = ::testing::TempDir() + "lightdash_service_XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot create " + name);
        folder = name;
        fs::create_directory(folder / "migrations");
        std::ofstream{folder / "migrations/1_a.sql"} << "-- migrate:up\ncreate table t (a int);\n"
                                                        "insert into t select generate_series(1, 3);\n"
                                                        "-- migrate:down\ndrop table t;\n";
        std::ofstream{folder / "services.conf"} << "[shop]\n"
                                                << lines_of(cluster->conninfo("shop_live"))
                                                << "user=shopkeeper\noptions=-c search_path=app,public\n";
        if (GetParam())
            std::ofstream{folder / ".env"} << "OTHERS\nPGSERVICE=shop\nPGSERVICEFILE=services.conf\n";
    }
    ~Service() override
    {
        for (const auto* database : {"shop_live", "shop_copy", "shopkeeper"})
            cluster->plain().execute(std::string{"drop database if exists "} + database + " with (force)");
        fs::remove_all(folder);
    }

    ops::outcome run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), testing::backend_binary());
        ops::command what{.argv = std::move(arguments), .folder = folder};
        if (!GetParam())
            what.environment = {"DATABASE_URL=service=shop", "PGSERVICEFILE=services.conf"};
        return ops::run(std::move(what), std::chrono::seconds{60});
    }
    void expect_done(std::vector<std::string> arguments) const
    {
        SCOPED_TRACE(arguments.front());
        const auto done = run(std::move(arguments));
        EXPECT_TRUE(done.ok()) << done.output;
    }
    static std::string value(const std::string& sql, const std::string& database)
    {
        return cluster->plain(database).value(sql);
    }
    static bool exists(const std::string& database)
    {
        return value("select count(*) from pg_database where datname = '" + database + "'", "postgres") == "1";
    }
    std::vector<std::string> files_in(const std::string& name) const
    {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator{folder / name})
            found.push_back(entry.path().filename().string());
        return found;
    }

    static inline std::optional<testing::private_cluster> cluster;
    fs::path folder;

private:
    // "host=/tmp/x port=1 user=postgres dbname='d'" as a service file has it, without the user.
    static std::string lines_of(const std::string& conninfo)
    {
        std::istringstream words{conninfo};
        std::string lines;
        for (std::string word; words >> word;)
            if (!word.starts_with("user=")) {
                std::erase(word, '\'');
                lines += word + '\n';
            }
        return lines;
    }
};

TEST_P(Service, IsTheDatabaseThatIsCreatedFilledAndDropped)
{
    expect_done({"db", "create"});
    ASSERT_TRUE(exists("shop_live"));
    cluster->plain("shop_live").execute("create schema app");
    expect_done({"migrate", "--dir", "migrations"});
    EXPECT_EQ(value("select count(*) from app.t", "shop_live"), "3") << "the service's options hold too";
    EXPECT_THAT(run({"db", "check"}).output, HasSubstr("database shop_live, role shopkeeper"));

    const auto refused = run({"db", "drop", "--confirm=shopkeeper"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.output, HasSubstr("shop_live"));
    expect_done({"db", "drop", "--confirm=shop_live"});
    EXPECT_FALSE(exists("shop_live"));
    EXPECT_TRUE(exists("shopkeeper"));
}

TEST_P(Service, IsTheDatabaseThatIsBackedUpAndRestored)
{
    expect_done({"db", "create"});
    cluster->plain("shop_live").execute("create schema app; create table app.t as select 1 as a");
    fs::create_directory(folder / "backups");
    for (int i = 0; i < 3; ++i)
        expect_done({"backup", "backups/first-" + std::to_string(i) + ".dump"});
    expect_done({"backup", "backups/", "--keep", "1"});
    std::string newest;
    for (const auto& name : files_in("backups"))
        if (name.starts_with("shop_live-") && name.ends_with(".dump"))
            newest = "backups/" + name;
    ASSERT_FALSE(newest.empty()) << ::testing::PrintToString(files_in("backups"));
    EXPECT_THAT(run({"backup", "--schedule"}).output, HasSubstr("shop_live"));

    expect_done({"restore", newest, "--to", "shop_copy"});
    EXPECT_EQ(value("select a from app.t", "shop_copy"), "1");
    cluster->plain("shop_live").execute("delete from app.t");
    expect_done({"restore", newest, "--confirm=shop_live"});
    EXPECT_EQ(value("select a from app.t", "shop_live"), "1");
    EXPECT_EQ(value("select count(*) from precious", "shopkeeper"), "0") << "as it was";
}

TEST_P(Service, ThatIsNotThereIsNamedWithWhereItShouldStand)
{
    std::ofstream{folder / "services.conf"} << "[other]\nhost=/nowhere\n";
    const auto done = run({"db", "check"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.output, HasSubstr("\"shop\""));
    EXPECT_THAT(done.output, HasSubstr("pg_service.conf"));
}

INSTANTIATE_TEST_SUITE_P(Named, Service, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "InAnEnvFile" : "InTheUrl"; });

} // namespace
} // namespace lightdash
