// rotate-secret: a secret is replaced while what it encrypted is in use.
#include "support/backend_process.hpp"
#include "support/http_client.hpp"
#include "support/test_database.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace lightdash {
namespace {

namespace json = boost::json;
using testing::backend_process;
using ::testing::HasSubstr;
using testing::http_client;
using ::testing::Not;
using testing::run_backend;
using testing::test_database;

constexpr auto old_secret = "the secret of the old days", new_secret = "the secret of the new days";

class RotateSecret : public ::testing::Test {
protected:
    RotateSecret()
    {
        EXPECT_EQ(run({"seed"}).exit_code, 0);
        token_ = run({"token", "create", "--email", "demo@lightdash.com"}).out;
        token_.pop_back();
    }

    testing::backend_result run(std::vector<std::string> arguments, std::map<std::string, std::string> with = {}) const
    {
        with.emplace("DATABASE_URL", db_.conninfo());
        return run_backend(std::move(arguments), with);
    }
    testing::http_response ask(const backend_process& server, const std::string& method, const std::string& target,
                               const std::string& body = {}) const
    {
        http_client client{server.port()};
        return client.request(method, target,
                              {{"Authorization", "ApiKey " + token_}, {"Content-Type", "application/json"}}, body);
    }
    // Of so many organization's credentials and one project with a dbt token; returns the last credentials' id.
    std::string fill(const backend_process& server, int credentials) const
    {
        std::string id;
        for (int i = 0; i < credentials; ++i) {
            const auto made = ask(server, "POST", "/api/v1/org/warehouse-credentials",
                                  R"({"name":"c)" + std::to_string(i) +
                                      R"(","credentials":{"type":"postgres","host":"127.0.0.1","port":1,"dbname":"d",)"
                                      R"("schema":"s","user":"u","password":"canary4711"}})");
            EXPECT_EQ(made.status, 201) << made.body;
            id = json::parse(made.body).at("results").at("organizationWarehouseCredentialsUuid").as_string();
        }
        const auto project =
            ask(server, "POST", "/api/v1/org/projects",
                R"({"name":"P","dbtConnection":{"type":"github","personal_access_token":"canary4711"}})");
        EXPECT_EQ(project.status, 200) << project.body;
        return id;
    }
    std::string keys() const
    {
        return db_.value("select string_agg(distinct k, ',') from (select key_id from warehouse_connections union all "
                         "select dbt_key_id from projects) all_keys(k)");
    }

    test_database db_ = test_database::migrated();
    std::string token_;
};

TEST_F(RotateSecret, WhatTheOldSecretEncryptedIsReadAllTheTimeAndUnderTheNewOneAfterwards)
{
    std::string id;
    {
        auto server = backend_process::serve(db_.conninfo(), {}, {{"LIGHTDASH_SECRET", old_secret}});
        id = fill(server, 3);
        server.stop();
    }
    const auto before = keys();
    const std::map<std::string, std::string> both{{"LIGHTDASH_SECRET", new_secret},
                                                  {"LIGHTDASH_SECRET_PREVIOUS", old_secret}};
    auto server = backend_process::serve(db_.conninfo(), {}, both);
    const auto test = "/api/v1/org/warehouse-credentials/" + id + "/test";
    EXPECT_EQ(ask(server, "POST", test).status, 200);

    const auto dry = run({"rotate-secret", "--dry-run", "--json"}, both);
    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_EQ(json::parse(dry.out).at("changed").as_int64(), 4);
    EXPECT_EQ(keys(), before);

    const auto done = run({"rotate-secret", "--json"}, both);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(json::parse(done.out).at("changed").as_int64(), 4);
    EXPECT_THAT(done.err, HasSubstr("4 rows were encrypted anew."));
    EXPECT_NE(keys(), before);
    EXPECT_THAT(keys(), Not(HasSubstr(",")));
    EXPECT_EQ(ask(server, "POST", test).status, 200);
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.err() + done.out + done.err, Not(HasSubstr("canary4711")));

    const auto again = run({"rotate-secret"}, {{"LIGHTDASH_SECRET", new_secret}});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.err, HasSubstr("0 rows were encrypted anew."));
}

TEST_F(RotateSecret, RowsThatNoSecretOpensAreToldAndLeftAlone)
{
    {
        auto server = backend_process::serve(db_.conninfo(), {}, {{"LIGHTDASH_SECRET", old_secret}});
        fill(server, 1);
        server.stop();
    }
    const auto before = keys();
    const std::map<std::string, std::string> only_new{{"LIGHTDASH_SECRET", new_secret}};
    const auto done = run({"rotate-secret"}, only_new);
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, HasSubstr("2 rows cannot be read with any secret that is given"));
    EXPECT_THAT(done.out, HasSubstr("unknown"));
    EXPECT_EQ(keys(), before);
    const auto doctor = run({"doctor"}, only_new);
    EXPECT_EQ(doctor.exit_code, 1);
    EXPECT_THAT(doctor.out, HasSubstr("LIGHTDASH_SECRET_PREVIOUS"));
}

TEST_F(RotateSecret, WithoutASecretThereIsNothingToRotateTo)
{
    const auto done = run({"rotate-secret"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("LIGHTDASH_SECRET is not set"));
    auto server = backend_process::serve(db_.conninfo());
    const auto refused = ask(server, "POST", "/api/v1/org/projects",
                             R"({"name":"P","dbtConnection":{"type":"github","personal_access_token":"canary4711"}})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("LIGHTDASH_SECRET"));
}

TEST_F(RotateSecret, ABackupIsNotRestoredWhereItsSecretsCouldNotBeRead)
{
    {
        auto server = backend_process::serve(db_.conninfo(), {}, {{"LIGHTDASH_SECRET", old_secret}});
        fill(server, 1);
        server.stop();
    }
    const auto folder = std::filesystem::path{::testing::TempDir()} / ("lightdash-secret-" + db_.name());
    std::filesystem::create_directories(folder);
    const auto file = (folder / "b.dump").string(), copy = db_.name() + "_copy";
    const auto made = json::parse(run({"backup", file, "--json"}).out);
    ASSERT_EQ(made.at("secretKeys").as_array().size(), 1U);
    EXPECT_EQ(made.at("secretKeys").at(0).as_string(), keys());

    const std::vector<std::string> restore{"restore", file, "--to", copy};
    const auto there = [&] { return db_.value("select count(*) from pg_database where datname = '" + copy + "'"); };
    const auto without = run(restore);
    EXPECT_EQ(without.exit_code, 2);
    EXPECT_THAT(without.err, HasSubstr("LIGHTDASH_SECRET is not set"));
    const auto other = run(restore, {{"LIGHTDASH_SECRET", new_secret}});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_THAT(other.err, HasSubstr(keys()));
    EXPECT_THAT(other.err, HasSubstr("--any-secret"));
    EXPECT_EQ(there(), "0");
    const auto drop = [&] { db_.execute("drop database if exists " + copy + " with (force)"); };
    for (const auto& [secret, previous] : {std::pair{old_secret, ""}, std::pair{new_secret, old_secret}}) {
        const auto right = run(restore, {{"LIGHTDASH_SECRET", secret}, {"LIGHTDASH_SECRET_PREVIOUS", previous}});
        EXPECT_EQ(right.exit_code, 0) << right.err;
        EXPECT_EQ(there(), "1");
        drop();
    }
    auto all_the_same = restore;
    all_the_same.emplace_back("--any-secret");
    EXPECT_EQ(run(all_the_same).exit_code, 0);
    drop();
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace lightdash
