// Warehouse credentials: kept encrypted, told without what is secret, tried out against a real warehouse.
#include "api/api_server.hpp"
#include "support/private_cluster.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace lightdash {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string path = "/api/v1/org/warehouse-credentials";

std::string credentials(const std::string& more = R"(,"user":"reader","password":"s3cret-canary")",
                        const std::string& host = "warehouse.example.com")
{
    return R"({"type":"postgres","host":")" + host + R"(","port":5432,"dbname":"shop","schema":"public")" + more + "}";
}

class WarehouseCredentials : public testing::ApiTest {
protected:
    static std::string create(const std::string& name, const std::string& body = credentials())
    {
        const auto made =
            server().post("admin", path, R"({"name":")" + name + R"(","description":"d","credentials":)" + body + "}");
        EXPECT_EQ(made.status, 201) << made.raw.body;
        EXPECT_THAT(made.raw.body, Not(HasSubstr("s3cret")));
        return std::string{made.results().at("organizationWarehouseCredentialsUuid").as_string()};
    }
    static std::string sealed_of(const std::string& id)
    {
        return server().database().value(
            "select key_id || encode(encrypted_credentials, 'hex') from warehouse_connections where id = '" + id + "'");
    }
};

TEST_F(WarehouseCredentials, AreStoredToldListedChangedAndDeleted)
{
    const auto id = create("Life");
    const auto read = server().get("editor", path + "/" + id);
    ASSERT_EQ(read.status, 200) << read.raw.body;
    EXPECT_EQ(read.results().at("name").as_string(), "Life");
    EXPECT_EQ(read.results().at("description").as_string(), "d");
    EXPECT_EQ(read.results().at("warehouseType").as_string(), "postgres");
    EXPECT_EQ(
        read.results().at("credentials"),
        json::parse(
            R"({"type":"postgres","host":"warehouse.example.com","port":5432,"dbname":"shop","schema":"public"})"));
    bool listed = false;
    const auto list = server().get("editor", path);
    for (const auto& one : list.results().as_array())
        listed = listed || one == read.results();
    EXPECT_TRUE(listed);
    EXPECT_EQ(server().patch("admin", path + "/" + id, R"({"name":"Renamed","description":null})").status, 200);
    const auto changed = server().get("admin", path + "/" + id);
    EXPECT_EQ(changed.results().at("name").as_string(), "Renamed");
    EXPECT_TRUE(changed.results().at("description").is_null());
    EXPECT_EQ(server().remove("admin", path + "/" + id).status, 200);
    EXPECT_EQ(server().get("admin", path + "/" + id).status, 404);
    EXPECT_EQ(server().remove("admin", path + "/" + id).status, 404);
    EXPECT_EQ(server().database().value("select string_agg(action, ',' order by created_at) from audit_log where "
                                        "subject_id = '" +
                                        id + "'"),
              "create,update,delete");
}

TEST_F(WarehouseCredentials, AreNowhereInTheClear)
{
    create("Canary");
    EXPECT_EQ(server().database().value("select count(*) from warehouse_connections w where w::text like '%s3cret%' or "
                                        "position('s3cret'::bytea in encrypted_credentials) > 0"),
              "0");
    EXPECT_EQ(server().database().value("select count(*) from audit_log a where a::text like '%s3cret%'"), "0");
}

TEST_F(WarehouseCredentials, WhatIsLeftOutOfTheSecretsStays)
{
    const auto id = create("Kept");
    const auto before = sealed_of(id);
    const auto told = server().get("admin", path + "/" + id);
    const auto back = server().patch("admin", path + "/" + id, json::serialize(told.results()));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(back.results(), told.results());
    EXPECT_NE(sealed_of(id), before) << "sealed anew, with another nonce";
    EXPECT_EQ(server()
                  .patch("admin", path + "/" + id, R"({"credentials":)" + credentials(R"(,"user":"","role":"r")") + "}")
                  .status,
              200);
}

TEST_F(WarehouseCredentials, AStoredPasswordIsNotSentToAnotherHost)
{
    const auto id = create("Moved");
    const auto before = sealed_of(id);
    const auto moved =
        server().patch("admin", path + "/" + id, R"({"credentials":)" + credentials("", "evil.example.com") + "}");
    EXPECT_EQ(moved.status, 422);
    EXPECT_THAT(moved.raw.body, HasSubstr("/credentials/password"));
    EXPECT_EQ(sealed_of(id), before);
    EXPECT_EQ(server()
                  .patch("admin", path + "/" + id,
                         R"({"credentials":)" + credentials(R"(,"user":"u","password":"p")", "new.example.com") + "}")
                  .status,
              200);
}

TEST_F(WarehouseCredentials, BadOnesAnswer4xxAndStoreNothing)
{
    const auto before = server().database().value("select count(*) from warehouse_connections");
    const auto with = [](const std::string& draft) { return R"({"name":"x","credentials":)" + draft + "}"; };
    const std::vector<std::pair<std::string, int>> bodies{
        {"{}", 422},
        {R"({"name":"x"})", 422},
        {R"({"name":" ","credentials":)" + credentials() + "}", 422},
        {R"({"name":"x","unknown":1,"credentials":)" + credentials() + "}", 422},
        {with("7"), 422},
        {with("{}"), 422},
        {with(R"({"type":"oracle"})"), 422},
        {with(R"({"type":"snowflake","account":"a","user":"u","password":"p"})"), 400},
        {with(R"({"type":"postgres"})"), 422},
        {with(credentials("")), 422},
        {with(credentials(R"(,"user":"u")")), 422},
        {with(credentials(R"(,"user":"u","password":"p","sslmode":"maybe")")), 422},
        {with(credentials(R"(,"user":"u","password":"p","useSshTunnel":true)")), 422},
        {with(credentials(R"(,"user":"u","password":"p","sslkey":"k")")), 422},
        {with(credentials(R"(,"user":"u","password":"p")", "/var/run/postgresql")), 422},
        {with(credentials(R"(,"user":"u","password":"p")", "a,b")), 422},
        {with(R"({"type":"postgres","host":"h","port":0,"dbname":"d","schema":"s","user":"u","password":"p"})"), 422},
    };
    for (const auto& [body, status] : bodies) {
        const auto answer = server().post("admin", path, body);
        EXPECT_EQ(answer.status, status) << body << answer.raw.body;
    }
    EXPECT_EQ(server().database().value("select count(*) from warehouse_connections"), before);
}

TEST_F(WarehouseCredentials, TwoOfOneNameAreRefused)
{
    create("Twin");
    const auto again = server().post("admin", path, R"({"name":"Twin","credentials":)" + credentials() + "}");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.error_name(), "AlreadyExistsError");
}

TEST_F(WarehouseCredentials, OthersGetNothing)
{
    const auto id = create("Ours");
    EXPECT_EQ(server().get("viewer", path).status, 403);
    EXPECT_EQ(server().post("developer", path, R"({"name":"x","credentials":)" + credentials() + "}").status, 403);
    EXPECT_EQ(server().get("stranger", path + "/" + id).status, 403);
    EXPECT_EQ(server().patch("stranger", path + "/" + id, R"({"name":"Theirs"})").status, 403);
    EXPECT_EQ(server().post("stranger", path + "/" + id + "/test", "").status, 403);
    EXPECT_EQ(server().remove("stranger", path + "/" + id).status, 403);
    EXPECT_EQ(server().get("admin", path + "/" + id).results().at("name").as_string(), "Ours");
    EXPECT_EQ(server().get("stranger", path).results().as_array().size(), 0U);
    EXPECT_EQ(server().get("", path).status, 401);
    EXPECT_EQ(server().get("admin", path + "/00000000-0000-4000-8000-000000000000").status, 404);
    EXPECT_EQ(server().get("admin", path + "/no-uuid").status, 400);
}

TEST_F(WarehouseCredentials, ATestConnectsAndSaysWhatCameOfIt)
{
    const testing::private_cluster warehouse{{.tcp = true}};
    warehouse.plain().execute("create role reader login");
    warehouse.plain().execute("create database shop");
    const auto at = [&](const std::string& schema, const std::string& database = "shop") {
        return R"({"type":"postgres","host":"127.0.0.1","port":)" + std::to_string(warehouse.port()) +
               R"(,"dbname":")" + database + R"(","schema":")" + schema +
               R"(","user":"reader","password":"pw-s3cret"})";
    };
    const auto test = [&](const std::string& name, const std::string& body) {
        const auto answer = server().post("admin", path + "/" + create(name, body) + "/test", "");
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        EXPECT_THAT(answer.raw.body, Not(HasSubstr("s3cret")));
        return answer.results();
    };
    const auto fine = test("Fine", at("public"));
    EXPECT_TRUE(fine.at("connected").as_bool()) << json::serialize(fine);
    EXPECT_FALSE(fine.at("serverVersion").as_string().empty());
    EXPECT_THAT(json::serialize(test("No schema", at("nowhere"))), HasSubstr("There is no schema nowhere"));
    const auto none = test("No database", at("public", "nowhere"));
    EXPECT_FALSE(none.at("connected").as_bool());
    EXPECT_THAT(std::string{none.at("message").as_string()}, HasSubstr("nowhere"));
}

TEST_F(WarehouseCredentials, ATestDoesNotReachLinkLocalAddresses)
{
    for (const std::string host : {"169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "2852039166"}) {
        const auto id = create("At " + host, credentials(R"(,"user":"u","password":"p")", host));
        const auto answer = server().post("admin", path + "/" + id + "/test", "");
        ASSERT_EQ(answer.status, 200) << answer.raw.body;
        EXPECT_FALSE(answer.results().at("connected").as_bool()) << host;
        EXPECT_THAT(answer.raw.body, HasSubstr("link-local")) << host;
    }
}

} // namespace
} // namespace lightdash
