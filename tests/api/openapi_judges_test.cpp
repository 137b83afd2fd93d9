// The API's description before other judges: Spectral's rules, and a client that is generated from it.
#include "api/api_server.hpp"
#include "support/npm_tools.hpp"

namespace lightdash {
namespace {

class OpenApiJudges : public testing::ApiTest {
protected:
    static void SetUpTestSuite()
    {
        testing::ApiTest::SetUpTestSuite();
        tools = std::make_unique<testing::npm_tools>("tests/support/openapi_judges");
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

TEST_F(OpenApiJudges, SpectralFindsNoError)
{
    EXPECT_TRUE(tools->run("npx --no-install spectral lint openapi.json --ruleset spectral.yaml")) << tools->output();
}

TEST_F(OpenApiJudges, AGeneratedClientCompilesInStrictModeAndPerformsTheReadmesSession)
{
    ASSERT_TRUE(tools->run("npx --no-install openapi-typescript openapi.json -o api.ts")) << tools->output();
    ASSERT_TRUE(tools->run("npx --no-install tsc --strict --target es2022 --module nodenext --skipLibCheck "
                           "--outDir made session.mts"))
        << tools->output();
    EXPECT_TRUE(
        tools->run("timeout 60 node made/session.mjs", "API_URL=http://127.0.0.1:" + std::to_string(server().port()) +
                                                           " API_TOKEN=" + server().token("admin") + " "))
        << tools->output();
}

} // namespace
} // namespace lightdash
