// Lightdash's own types judge the shapes: what every route answers is compiled against @lightdash/common, strictly.
#include "api/api_routes.hpp"
#include "support/npm_tools.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

class LightdashCommon : public testing::ApiTest {
protected:
    static void SetUpTestSuite()
    {
        testing::ApiTest::SetUpTestSuite();
        tools = std::make_unique<testing::npm_tools>("tests/support/lightdash_common");
    }
    static void TearDownTestSuite()
    {
        tools.reset();
        testing::ApiTest::TearDownTestSuite();
    }
    void SetUp() override { ASSERT_EQ(tools->refusal(), ""); }

    // Each answer a constant of its type: TypeScript writes values as JSON does. More members than the type has do not
    // disturb.
    class recorder {
    public:
        void success(const std::string& method, const std::string& pattern, const testing::api_answer& answer)
        {
            EXPECT_LT(answer.status, 300) << method << ' ' << pattern << answer.raw.body;
            add("Answers['" + method + ' ' + pattern + "']", answer);
        }
        void refusal(int status, const testing::api_answer& answer)
        {
            EXPECT_EQ(answer.status, status) << answer.raw.body;
            add("Refusal", answer);
        }
        void add(const std::string& type, const testing::api_answer& answer)
        {
            const auto name = "answer" + std::to_string(++count_);
            text_ += "const " + name + " = " + answer.raw.body + " as const;\nexport const typed_" + name + ": " +
                     type + " = " + name + ";\n";
        }
        const std::string& text() const { return text_; }

    private:
        std::string text_ = "import type {Answers, Refusal} from './answers.mjs';\n";
        int count_ = 0;
    };

    static bool compiles(const std::string& file, const std::string& text)
    {
        tools->write(file, text);
        return tools->run("npx --no-install tsc --strict --noEmit --target es2022 --module nodenext --skipLibCheck " +
                          file);
    }

    static inline std::unique_ptr<testing::npm_tools> tools;
};

TEST_F(LightdashCommon, TypesEveryAnswerOfEveryRoute)
{
    recorder record;
    for (const auto& route : testing::described_routes(server())) {
        const auto asked = request_for(server(), route);
        record.success(route.method, route.pattern, server().send("admin", route.method, asked.target, asked.body));
        if (route.has_pages)
            record.success(route.method, route.pattern, server().get("admin", asked.target + "?page=1&pageSize=2"));
    }
    // what the demo data has of everything, each kind of tile with it
    const auto in_project = "/api/v1/projects/" + server().project();
    for (const auto& [list, pattern, of] :
         {std::tuple{"/dashboards", "/api/v1/dashboards/{dashboard}", std::string{"/api/v1/dashboards/"}},
          {"/charts", "/api/v1/saved/{chart}", "/api/v1/saved/"},
          {"/spaces", "/api/v1/projects/{project}/spaces/{space}", in_project + "/spaces/"}}) {
        const auto things = server().get("admin", in_project + list);
        for (const auto& one : things.results().as_array())
            record.success("GET", pattern, server().get("admin", of + std::string{one.at("uuid").as_string()}));
    }
    EXPECT_TRUE(compiles("all.mts", record.text())) << tools->output();
}

TEST_F(LightdashCommon, TypesRefusalsOfEveryKind)
{
    recorder record;
    const auto dashboards = "/api/v1/projects/" + server().project() + "/dashboards";
    record.refusal(400, server().get("admin", "/api/v1/saved/xyz"));
    record.refusal(401, server().get("", "/api/v1/user"));
    record.refusal(403, server().get("stranger", "/api/v1/projects/" + server().project()));
    record.refusal(404, server().get("admin", "/api/v1/nowhere"));
    record.refusal(405, server().send("admin", "PUT", "/api/v1/org", ""));
    const std::string group = R"({"name":"Twice"})";
    ASSERT_EQ(server().post("admin", "/api/v1/org/groups", group).status, 201);
    record.refusal(409, server().post("admin", "/api/v1/org/groups", group));
    record.refusal(422, server().post("admin", dashboards, R"({"name":7})"));
    EXPECT_TRUE(compiles("refusals.mts", record.text())) << tools->output();
}

TEST_F(LightdashCommon, SeesWhatDoesNotFit)
{
    recorder record;
    testing::api_answer wrong;
    wrong.raw.body = R"({"status":"ok","results":{"organizationUuid":7,"name":"Ours"}})";
    record.add("Answers['GET /api/v1/org']", wrong);
    record.add("Answers['GET /api/v1/nowhere']", wrong);
    EXPECT_FALSE(compiles("wrong.mts", record.text()));
    const auto told = tools->output();
    EXPECT_NE(told.find("'number' is not assignable to type 'string'"), std::string::npos) << told;
    EXPECT_NE(told.find("Property 'GET /api/v1/nowhere' does not exist"), std::string::npos) << told;
}

} // namespace
} // namespace lightdash
