// The page at /api/docs: all of it comes from this server, also in a real browser without a network.
#include "api/api_server.hpp"
#include "app/server/docs/docs_files.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string as_browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

class DocsPage : public testing::ApiTest {
protected:
    static testing::http_response get(const std::string& path, const std::string& accept)
    {
        return testing::http_get(server().port(), path, {{"Accept", accept}});
    }
};

TEST_F(DocsPage, ABrowserFindsItFromTheRoot)
{
    const auto away = get("/", as_browser);
    EXPECT_EQ(away.status, 302);
    EXPECT_EQ(away.header("Location"), "/api/docs");
    for (const auto* program : {"*/*", "application/json"}) {
        const auto nothing = get("/", program);
        EXPECT_EQ(nothing.status, 404) << program;
        EXPECT_THAT(nothing.body, HasSubstr(R"("name":"NotFoundError")"));
    }
}

TEST_F(DocsPage, LetsNoTextBecomeCodeAndNothingComeFromElsewhere)
{
    const auto page = get("/api/docs", as_browser);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    const auto policy = page.header("Content-Security-Policy");
    EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(page.body, Not(HasSubstr("http")));
    EXPECT_EQ(get("/api/docs", "application/json").status, 406);
}

TEST_F(DocsPage, ServesItsFilesWithTheirLicences)
{
    if (app::docs_files().empty())
        GTEST_SKIP() << "this build has no npm, which it says when it is configured";
    for (const auto& file : app::docs_files()) {
        const auto served = get("/api/docs/" + std::string{file.name}, "*/*");
        EXPECT_EQ(served.status, 200) << file.name;
        EXPECT_EQ(served.header("Content-Type"), file.media_type);
        EXPECT_TRUE(served.body == file.content) << file.name;
    }
    EXPECT_THAT(get("/api/docs/LICENSE", "*/*").body, HasSubstr("Apache License"));
    EXPECT_THAT(get("/api/docs/NOTICE", "*/*").body, HasSubstr("swagger-ui"));
}

TEST_F(DocsPage, ShowsEveryRouteInARealBrowserThatHasNoNetwork)
{
    if (app::docs_files().empty())
        GTEST_SKIP() << "this build has no npm, which it says when it is configured";
    if (std::system("command -v chromium > /dev/null 2>&1") != 0)
        GTEST_SKIP() << "there is no chromium here";
    std::string folder = (fs::temp_directory_path() / "lightdash-browser-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const auto command = "cd " + folder +
                         " && timeout 100 chromium --headless --no-sandbox --disable-gpu --user-data-dir=profile "
                         "--host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' --enable-logging=stderr "
                         "--virtual-time-budget=30000 --dump-dom http://127.0.0.1:" +
                         std::to_string(server().port()) + "/api/docs > page.html 2> log.txt";
    const bool ended = std::system(command.c_str()) == 0;
    const auto text_of = [&](const char* file) {
        std::ifstream in{fs::path{folder} / file};
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
    const auto page = text_of("page.html"), log = text_of("log.txt");
    fs::remove_all(folder);
    ASSERT_TRUE(ended) << log;
    for (const auto& route : server().routes().table())
        EXPECT_THAT(page, HasSubstr(std::string{route.summary}));
    EXPECT_THAT(log, Not(HasSubstr(":CONSOLE"))) << "the page's policy refused something, or a script failed";
}

} // namespace
} // namespace lightdash
