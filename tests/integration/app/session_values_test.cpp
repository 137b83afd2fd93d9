// What the API says does not depend on what the environment, a role, a database or a pooler's server say of times,
// texts and numbers: directly, and through a real PgBouncer in transaction mode.
#include "integration/app/live_server.hpp"
#include "support/pgbouncer.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace lightdash {
namespace {

using testing::backend_process;
using testing::run_backend;

// Where somebody said something else.
struct voice {
    const char* name;
    std::string sql; // run as superuser; {} is the database
    std::map<std::string, std::string> environment;
};
void PrintTo(const voice& one, std::ostream* out)
{
    *out << one.name;
}

std::string each(const std::string& whose)
{
    std::string text;
    for (const auto* setting :
         {"timezone = 'Asia/Tokyo'", "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'",
          "client_encoding = 'LATIN1'", "standard_conforming_strings = off", "bytea_output = 'escape'",
          "extra_float_digits = -15", "transform_null_equals = on", "array_nulls = off"})
        text += "alter " + whose + " set " + setting + ";";
    return text;
}

class SessionValues : public ::testing::TestWithParam<std::tuple<voice, bool>> {
protected:
    static void SetUpTestSuite()
    {
        cluster.emplace();
        cluster->plain().execute("create database ready");
        for (const auto* command : {"migrate", "seed"}) {
            const auto done = run_backend({command}, {{"DATABASE_URL", cluster->conninfo("ready")}});
            ASSERT_EQ(done.exit_code, 0) << done.err;
        }
        const auto made = run_backend({"token", "create", "--email", "demo@lightdash.com"},
                                      {{"DATABASE_URL", cluster->conninfo("ready")}});
        ASSERT_EQ(made.exit_code, 0) << made.err;
        token = made.out.substr(0, made.out.find('\n'));
    }
    static void TearDownTestSuite() { cluster.reset(); }

    SessionValues()
    {
        cluster->plain().execute("create database " + database + " template ready");
        cluster->plain().execute(said().sql);
        if (through_pooler())
            pooler.emplace(*cluster, 2); // whose server sessions begin with what was said
    }
    ~SessionValues() override
    {
        pooler.reset();
        cluster->plain().execute("alter role postgres reset all; alter role postgres in database " + database +
                                 " reset all");
        cluster->plain().execute("drop database " + database + " with (force)");
    }

    static const voice& said() { return std::get<0>(GetParam()); }
    static bool through_pooler() { return std::get<1>(GetParam()); }

    backend_process serve() const
    {
        auto environment = said().environment;
        if (through_pooler())
            environment["LIGHTDASH_POOLER"] = "transaction";
        return backend_process::serve(through_pooler() ? pooler->conninfo(database) : cluster->conninfo(database), {},
                                      environment);
    }
    static testing::http_headers headers()
    {
        return {{"Authorization", "ApiKey " + token}, {"Content-Type", "application/json"}};
    }
    static boost::json::object results_of(const testing::http_response& answer)
    {
        EXPECT_LT(answer.status, 300) << answer.body;
        auto body = boost::json::parse(answer.body).as_object();
        EXPECT_TRUE(body.contains("results")) << answer.body;
        return body["results"].is_object() ? body["results"].as_object() : boost::json::object{};
    }
    // ISO 8601 with milliseconds, as PostgreSQL reads it.
    static double age_of(const boost::json::value& time)
    {
        return std::stod(cluster->plain().value("select extract(epoch from now() - '" + std::string{time.as_string()} +
                                                "'::timestamptz)"));
    }

    static inline std::optional<testing::private_cluster> cluster;
    static inline std::string token;
    static inline const std::string database = "values_live";
    std::optional<testing::pgbouncer> pooler;
};

TEST_P(SessionValues, AreWhatTheyAreElsewhere)
{
    const auto server = serve();
    testing::http_client client{server.port()};
    const auto project = cluster->plain(database).value("select id from projects order by created_at limit 1");
    const std::string name = R"(C:\\new \"É 値\" it's \\u0041)"; // as JSON
    for (int round = 0; round < 3; ++round) {                    // on several of the sessions
        const auto made = results_of(client.request("POST", "/api/v1/projects/" + project + "/dashboards", headers(),
                                                    R"({"name":")" + name + R"(","description":"1.1","tiles":[]})"));
        const auto target = "/api/v1/dashboards/" + std::string{made.at("uuid").as_string()};
        EXPECT_EQ(made.at("name").as_string(), R"(C:\new "É 値" it's \u0041)");
        const auto before = made.at("updatedAt").as_string();
        EXPECT_NEAR(age_of(made.at("updatedAt")), 30, 30) << before;
        const auto changed = results_of(client.request("PATCH", target, headers(), R"({"description":"a\\b"})"));
        EXPECT_EQ(changed.at("description").as_string(), "a\\b");
        EXPECT_NEAR(age_of(changed.at("updatedAt")), 30, 30) << changed.at("updatedAt").as_string();
        EXPECT_NE(changed.at("updatedAt").as_string(), before);
        const auto read = results_of(client.request("GET", target, headers()));
        EXPECT_EQ(read.at("updatedAt"), changed.at("updatedAt"));
        EXPECT_EQ(cluster->plain(database).value("select extract(epoch from created_at - now() at time zone 'utc') "
                                                 "between -60 and 0 from dashboards where id = '" +
                                                 std::string{made.at("uuid").as_string()} + "'"),
                  "t");
    }
}

INSTANTIATE_TEST_SUITE_P(
    Under, SessionValues,
    ::testing::Combine(
        ::testing::Values(voice{"NothingSaid", "select 1", {}}, voice{"TheRole", each("role postgres"), {}},
                          voice{"TheDatabase", each("database values_live"), {}},
                          voice{"TheRoleInTheDatabase", each("role postgres in database values_live"), {}},
                          voice{"Pgtz", "select 1", {{"PGTZ", "Asia/Tokyo"}}},
                          voice{"Pgdatestyle", "select 1", {{"PGDATESTYLE", "German"}}},
                          voice{"Pgclientencoding", "select 1", {{"PGCLIENTENCODING", "LATIN1"}}}),
        ::testing::Bool()),
    [](const auto& one) {
        return std::string{std::get<0>(one.param).name} + (std::get<1>(one.param) ? "ThroughAPooler" : "Directly");
    });

INSTANTIATE_TEST_SUITE_P(
    UnderOptions, SessionValues,
    ::testing::Combine(::testing::Values(voice{
                           "Pgoptions", "select 1", {{"PGOPTIONS", "-c timezone=Asia/Tokyo -c datestyle=German"}}}),
                       ::testing::Values(false)), // a pooler takes no options
    [](const auto& one) { return std::string{std::get<0>(one.param).name}; });

} // namespace
} // namespace lightdash
