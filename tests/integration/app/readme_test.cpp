// What the README promises: its session works as printed, its commands and settings are the program's.
#include "app/cli/markdown.hpp"
#include "app/cli/program.hpp"
#include "app/config/config.hpp"
#include "support/backend_process.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace lightdash {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path)
{
    std::ifstream in{path};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string between(const std::string& text, const std::string& first, const std::string& last)
{
    const auto begin = text.find(first);
    if (begin == std::string::npos)
        return {};
    const auto from = begin + first.size();
    const auto end = text.find(last, from);
    return end == std::string::npos ? std::string{} : text.substr(from, end - from);
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

std::string output_of(const fs::path& script)
{
    std::string out;
    FILE* pipe = ::popen(("bash " + script.string() + " 2>&1").c_str(), "r");
    std::array<char, 4096> chunk;
    while (const auto size = std::fread(chunk.data(), 1, chunk.size(), pipe))
        out.append(chunk.data(), size);
    ::pclose(pipe);
    return out;
}

const std::string readme = read_file("README.md");

TEST(Readme, SettingsAreTheProgramsOwn)
{
    const auto shown = between(readme, "readme_test.cpp compares -->\n", "<!-- /settings -->");
    EXPECT_EQ(shown, app::settings_markdown());
}

TEST(Readme, CommandsAreTheProgramsOwn)
{
    const auto shown = between(readme, "checks -->\n", "<!-- /commands -->");
    EXPECT_EQ(shown, app::commands_markdown(app::make_program().commands));
}

TEST(Readme, TheSessionWorksAsPrinted)
{
    const auto session = between(readme, "as printed -->\n```console\n", "```");
    ASSERT_FALSE(session.empty());
    auto database = testing::test_database::migrated();
    auto server = testing::backend_process::serve(database.conninfo(), {"--migrate", "--seed"});
    for (int i = 0; i < 200 && database.value("select count(*) from dashboards") == "0"; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{50});

    std::string script = "set -u\n", expected;
    std::istringstream lines{session};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("$ "))
            script += line.substr(2) + "\n";
        else
            expected += line + "\n";
        if (line.starts_with("$ curl -s http://127.0.0.1:8080/api/v1/readyz") || line.starts_with("$ ask -X DELETE"))
            script += "echo\n"; // these answers end without a newline
    }
    script = replaced(script, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(server.port()));
    script = replaced(script, "build/release/lightdash-backend", testing::backend_binary());
    const auto path = server.folder() / "session.sh";
    std::ofstream{path} << "export DATABASE_URL=\"" << database.conninfo() << "\"\n" << script;
    EXPECT_EQ(output_of(path), expected);
    EXPECT_EQ(server.stop(), 0);
}

} // namespace
} // namespace lightdash
