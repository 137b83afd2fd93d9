// The API's description: a linter has nothing to say against it, and every answer is as it says.
#include "api/api_routes.hpp"
#include "lightdash/api/openapi.hpp"
#include "support/npm_tools.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <set>

namespace lightdash {
namespace {

using testing::api_route;
using testing::request_for;

const std::string unknown_id = "00000000-0000-4000-8000-000000000000";

class OpenApi : public testing::ApiTest {
protected:
    static void SetUpTestSuite()
    {
        testing::ApiTest::SetUpTestSuite();
        tools = std::make_unique<testing::npm_tools>("tests/support/openapi");
        tools->write("openapi.json", server().get("", "/api/docs/openapi.json").raw.body);
    }
    static void TearDownTestSuite()
    {
        tools.reset();
        testing::ApiTest::TearDownTestSuite();
    }
    void SetUp() override { ASSERT_EQ(tools->refusal(), ""); }

    static inline std::unique_ptr<testing::npm_tools> tools;
};

TEST_F(OpenApi, TheLinterFindsNoError)
{
    EXPECT_TRUE(tools->run("npx --no-install redocly lint openapi.json", "REDOCLY_TELEMETRY=off ")) << tools->output();
}

// Asks, and keeps what was answered for the validator.
class recorder {
public:
    explicit recorder(testing::api_server& server) : server_(server) {}

    void ask(std::string_view as, const api_route& route, const std::string& target, const std::string& body,
             int expected, testing::http_headers more = {})
    {
        const auto answer = server_.send(as, route.method, target, body, std::move(more));
        EXPECT_EQ(answer.status, expected) << route.method << ' ' << target << ' ' << answer.raw.body;
        boost::json::object entry{
            {"method", route.method}, {"pattern", route.pattern}, {"status", answer.status}, {"answer", answer.body}};
        if (!body.empty() && answer.status < 300)
            entry["body"] = boost::json::parse(body);
        lines += boost::json::serialize(entry) + '\n';
    }

    std::string lines;

private:
    testing::api_server& server_;
};

void ask_with_success(recorder& record, testing::api_server& server, const api_route& route)
{
    const auto asked = request_for(server, route);
    record.ask("admin", route, asked.target, asked.body, route.success);
    if (route.has_pages)
        record.ask("admin", route, asked.target + "?page=1&pageSize=2", "", 200);
}

void ask_as_somebody_else(recorder& record, testing::api_server& server, const api_route& route)
{
    const auto asked = request_for(server, route);
    record.ask("", route, asked.target, asked.body, 401);
    if (asked.target != route.pattern)
        record.ask("stranger", route, asked.target, asked.body, 403);
    else if (route.right.ends_with(":Project"))
        // a list of what the caller may see is empty for who sees nothing
        record.ask("member", route, asked.target, asked.body, route.method == "GET" ? 200 : 403);
}

void ask_for_what_is_not_there(recorder& record, const api_route& route, const std::string& body)
{
    if (route.pattern.find('{') == std::string::npos)
        return;
    record.ask("admin", route, target_with_id(route, unknown_id), body, 404);
    // A dashboard is named by its slug, too, a person by their e-mail: every text may be one. A deleted one is not.
    const auto has = [&](std::string_view part) { return route.pattern.find(part) != std::string::npos; };
    const bool by_uuid = has("{version}") || has("/api/v2/projects/{project}/") || has("/restore") ||
                         !(has("{dashboard}") || has("{email}") || has("{code}"));
    record.ask("admin", route, target_with_id(route, "xyz"), body, by_uuid ? 400 : 404);
}

void ask_with_wrong_input(recorder& record, testing::api_server& server, const api_route& route)
{
    const auto asked = request_for(server, route);
    record.ask("admin", route, asked.target + "?nonsense=1", asked.body, 422);
    record.ask("admin", route, asked.target, asked.body, 406, {{"Accept", "text/html"}});
    if (!route.has_body)
        return;
    record.ask("admin", route, asked.target, "{", 400);
    record.ask("admin", route, asked.target, R"({"name":7})", 422);
    record.ask("admin", route, asked.target, asked.body, 415, {{"Content-Encoding", "gzip"}});
}

TEST_F(OpenApi, EveryRouteAnswersAsItIsDescribed)
{
    recorder record{server()};
    for (const auto& route : testing::described_routes(server())) {
        ask_with_success(record, server(), route);
        if (route.right.empty())
            continue;
        ask_as_somebody_else(record, server(), route);
        ask_for_what_is_not_there(record, route, route.has_body ? request_for(server(), route).body : "");
        ask_with_wrong_input(record, server(), route);
    }
    tools->write("answers.jsonl", record.lines);
    EXPECT_TRUE(tools->run("node check.mjs openapi.json answers.jsonl")) << tools->output();

    // Each kind of tile, and what the demo data has of everything.
    recorder all{server()};
    for (const auto& [pattern, list] :
         {std::pair{"/api/v1/dashboards/", "/dashboards"}, {"/api/v1/saved/", "/charts"}}) {
        const auto things = server().get("admin", "/api/v1/projects/" + server().project() + list);
        for (const auto& one : things.results().as_array()) {
            const api_route route{"GET", pattern + std::string{list[1] == 'd' ? "{dashboard}" : "{chart}"}, "view", 200,
                                  false};
            all.ask("admin", route, pattern + std::string{one.at("uuid").as_string()}, "", 200);
        }
    }
    tools->write("demo.jsonl", all.lines);
    EXPECT_TRUE(tools->run("node check.mjs openapi.json demo.jsonl")) << tools->output();
}

TEST_F(OpenApi, TheValidatorSeesWhatIsNotDescribed)
{
    tools->write("wrong.jsonl",
                 R"({"method":"GET","pattern":"/api/v1/org","status":200,"answer":{"status":"ok","results":)"
                 R"({"organizationUuid":"3fa85f64-5717-4562-b3fc-2c963f66afa6","name":7,"needsProject":false,)"
                 R"("createdAt":"2026-11-22T21:00:00.000Z","chartColors":[],"defaultProjectUuid":null}}})"
                 "\n"
                 R"({"method":"GET","pattern":"/api/v1/livez","status":200,"answer":{"status":"ok","more":1}})"
                 "\n"
                 R"({"method":"GET","pattern":"/api/v1/org","status":409,"answer":{}})"
                 "\n"
                 R"({"method":"PUT","pattern":"/api/v1/org","status":200,"answer":{"status":"ok"}})"
                 "\n");
    EXPECT_FALSE(tools->run("node check.mjs openapi.json wrong.jsonl"));
    const auto told = tools->output();
    for (const auto* part : {"/name must be string", "must NOT have additional properties",
                             "this status is not described", "is not described"})
        EXPECT_NE(told.find(part), std::string::npos) << part << " in " << told;
}

TEST_F(OpenApi, DescribesWhatTheServerServes)
{
    std::set<std::string> described;
    for (const auto& route : testing::described_routes(server()))
        described.insert(route.method + ' ' + route.pattern);
    for (const auto* probe : {"GET /api/v1/livez", "GET /api/v1/readyz", "GET /api/v1/health",
                              "GET /api/docs/openapi.json", "POST /api/v1/projects/{project}/saved"})
        EXPECT_TRUE(described.contains(probe)) << probe;
    EXPECT_GE(described.size(), 90U);
}

TEST_F(OpenApi, TheReadmeListsTheSameRoutes)
{
    std::ifstream in{"README.md"};
    const std::string readme{std::istreambuf_iterator<char>{in}, {}};
    const auto table = api::routes_markdown(server().routes());
    EXPECT_NE(readme.find(table), std::string::npos) << "README.md must have, below \"What it answers\":\n" << table;
}

} // namespace
} // namespace lightdash
