// What holds for every command of the program, walked over its own tree.
#include "app/cli/program.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/backend_process.hpp"
#include "support/on_terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

namespace lightdash {
namespace {

using app::command;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::run_backend;

// They make, change or wait for something, or print a text that is no data.
const std::set<std::string> without_data{
    "serve", "seed",        "db create",    "db drop",      "db reset",         "db wait",          "completion",
    "man",   "user create", "token create", "token rotate", "create-migration", "migrate:baseline", "seed:make"};

std::vector<command> every_command()
{
    return app::make_program().commands;
}

std::vector<std::string> words_in(const std::string& text)
{
    std::istringstream in{text};
    return {std::istream_iterator<std::string>{in}, {}};
}

TEST(CommandTree, EveryCommandHelpsWithExamplesBeforeOptionsInPlainText)
{
    for (const auto& command : every_command()) {
        if (!command.runs())
            continue;
        SCOPED_TRACE(command.path);
        EXPECT_TRUE(command.examples.starts_with("  ")) << "no examples";
        EXPECT_THAT(command.examples, HasSubstr("lightdash-backend " + command.path));
        auto arguments = words_in(command.path);
        arguments.emplace_back("--help");
        const auto help = run_backend(arguments);
        EXPECT_EQ(help.exit_code, 0);
        EXPECT_THAT(help.err, IsEmpty());
        EXPECT_LT(help.out.find("Examples:"), help.out.find("Options:"));
        EXPECT_THAT(help.out, Not(HasSubstr("\x1b")));
        for (const auto& option : command.options)
            EXPECT_FALSE(option.meaning.empty()) << option.names.front();
    }
}

TEST(CommandTree, EveryCommandThatPrintsDataHasJsonWithItsShapeInTheHelp)
{
    for (const auto& command : every_command()) {
        if (!command.runs() || without_data.contains(command.path))
            continue;
        SCOPED_TRACE(command.path);
        const auto json =
            std::ranges::find_if(command.options, [](const auto& one) { return one.names.front() == "--json"; });
        ASSERT_NE(json, command.options.end()) << "no --json";
        EXPECT_THAT(json->meaning, AllOf(HasSubstr("Print"), HasSubstr("{"))) << "its shape is not documented";
    }
}

TEST(CommandTree, EveryCommandStandsInTheReadme)
{
    const auto readme = ops::read_from("README.md", 0);
    for (const auto& command : every_command())
        if (command.runs())
            EXPECT_THAT(readme, HasSubstr("`" + command.path)) << "README.md does not list it";
}

TEST(CommandTree, AParentWithoutItsSecondWordShowsItsCommandsAsAUsageError)
{
    for (const auto& command : every_command()) {
        if (command.runs() || command.path.empty())
            continue;
        const auto done = run_backend(words_in(command.path));
        EXPECT_EQ(done.exit_code, 2);
        EXPECT_THAT(done.out, IsEmpty());
        for (const auto& nested : command.nested)
            EXPECT_THAT(done.err, HasSubstr("\n  " + std::string{app::last_word(nested)}));
    }
}

TEST(CommandTree, AnUnknownNestedCommandNamesTheNearest)
{
    const auto done = run_backend({"db", "chek"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(done.err, "lightdash-backend: there is no command 'db chek'; did you mean check?\n"
                        "'lightdash-backend db --help' lists the commands.\n");
}

TEST(CommandTree, ColoursAndCutLinesAppearOnATerminalOnly)
{
    const std::map<std::string, std::string> with{{"SITE_URL", "https://" + std::string(200, 'x') + ".example"}};
    const auto piped = run_backend({"config", "show"}, with);
    EXPECT_THAT(piped.out, AllOf(Not(HasSubstr("\x1b")), HasSubstr(with.at("SITE_URL"))));
    EXPECT_THAT(run_backend({"config", "show", "--color=always"}, with).out, HasSubstr("\x1b[1m"));

    const auto seen = testing::run_on_terminal({"config", "show"}, with);
    EXPECT_EQ(seen.exit_code, 0);
    EXPECT_THAT(seen.shown, HasSubstr("\x1b[1m"));
    for (const auto& variables : {std::pair{"NO_COLOR", "1"}, std::pair{"TERM", "dumb"}}) {
        auto plain = with;
        plain.insert(variables);
        EXPECT_THAT(testing::run_on_terminal({"config", "show"}, plain).shown, Not(HasSubstr("\x1b")));
    }
    std::istringstream lines{testing::run_on_terminal({"config", "show", "--color=never"}, with).shown};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 81u) << line; // with the terminal's own \r
}

class Shells : public ::testing::Test {
protected:
    // Made once, and read by the shell from a file.
    static std::string script(const std::string& shell)
    {
        const auto file = ::testing::TempDir() + "lightdash_completion_" + shell + std::to_string(::getpid());
        if (static std::set<std::string> ready; ready.insert(shell).second) {
            const auto made = run_backend({"completion", shell});
            EXPECT_EQ(made.exit_code, 0) << made.err;
            std::ofstream{file} << made.out;
        }
        return file;
    }
    static void TearDownTestSuite()
    {
        for (const auto* shell : {"bash", "zsh", "fish"})
            std::remove(script(shell).c_str());
    }
    static std::string answer(std::vector<std::string> argv)
    {
        const auto done = ops::run({.argv = std::move(argv)}, std::chrono::seconds{20});
        EXPECT_TRUE(done.ok()) << done.output;
        return done.output;
    }
    static std::vector<std::string> bash(const std::string& line)
    {
        return words_in(answer({"/bin/bash", "--norc", "-c",
                                "source " + script("bash") + "; COMP_LINE='" + line +
                                    "'; COMP_POINT=${#COMP_LINE}; _lightdash_backend; printf '%s\\n' "
                                    "\"${COMPREPLY[@]}\"; complete -p lightdash-backend >/dev/null"}));
    }
    // The words before the cursor; prints the candidates that the function offers.
    static std::string zsh(const std::string& words)
    {
        return answer({"/usr/bin/zsh", "-fc",
                       "compdef() { [[ $* == '_lightdash_backend lightdash-backend' ]] || print wrong }; source " +
                           script("zsh") +
                           "; _describe() { print -rl -- \"${(@P)2}\" }; _files() { print files }; words=(" + words +
                           " ''); CURRENT=$#words; PREFIX=''; _lightdash_backend"});
    }
    static std::vector<std::string> fish(const std::string& line)
    {
        return words_in(answer(
            {"/usr/bin/fish", "--no-config", "-c", "source " + script("fish") + "; complete -C '" + line + "'"}));
    }
};

TEST_F(Shells, BashCompletesCommandsOptionsAndValues)
{
    EXPECT_THAT(bash("lightdash-backend "), AllOf(Contains("serve"), Contains("db"), Contains("migrate:status")));
    EXPECT_THAT(bash("lightdash-backend db c"), AllOf(Contains("check"), Contains("create"), Not(Contains("drop"))));
    EXPECT_THAT(bash("lightdash-backend migrate:st"), ::testing::ElementsAre("status")); // behind the colon
    EXPECT_THAT(bash("lightdash-backend backup --pl"), ::testing::ElementsAre("--plain"));
    EXPECT_THAT(bash("lightdash-backend --color "), ::testing::ElementsAre("auto", "never", "always"));
    EXPECT_THAT(bash("lightdash-backend restore --to "), IsEmpty());
    EXPECT_THAT(bash("lightdash-backend completion "), AllOf(Contains("bash"), Contains("zsh"), Contains("fish")));
}

TEST_F(Shells, ZshCompletesCommandsOptionsAndValues)
{
    EXPECT_THAT(zsh("lightdash-backend"), AllOf(HasSubstr("serve:Serve"), HasSubstr("migrate\\:status:")));
    EXPECT_THAT(zsh("lightdash-backend db"), AllOf(HasSubstr("check:"), HasSubstr("drop:"), Not(HasSubstr("serve:"))));
    EXPECT_THAT(zsh("lightdash-backend user create --role"), HasSubstr("viewer:"));
}

TEST_F(Shells, FishCompletesCommandsOptionsAndValues)
{
    EXPECT_THAT(fish("lightdash-backend "), AllOf(Contains("serve"), Contains("migrate:status")));
    EXPECT_THAT(fish("lightdash-backend db "), AllOf(Contains("check"), Contains("drop"), Not(Contains("serve"))));
    EXPECT_THAT(fish("lightdash-backend backup --pl"), Contains("--plain"));
    EXPECT_THAT(fish("lightdash-backend user create --role v"), Contains("viewer"));
}

TEST_F(Shells, EachCompletesTheNamesOfMigrationsWhereACommandTakesOne)
{
    const auto* name = "005_create_dashboards_table";
    for (const std::string command : {"migrate --to", "rollback-last --to", "migrate:baseline --to", "migrate:lint"}) {
        SCOPED_TRACE(command);
        EXPECT_THAT(bash("lightdash-backend " + command + " 005"), ::testing::ElementsAre(name));
        EXPECT_THAT(zsh("lightdash-backend " + command), HasSubstr(std::string{name} + ":"));
        EXPECT_THAT(fish("lightdash-backend " + command + " 005"), Contains(name));
    }
    EXPECT_THAT(bash("lightdash-backend create-migration 005"), IsEmpty());
}

TEST_F(Shells, TheManualPageIsFaultlessRoffAndHoldsEveryCommand)
{
    const auto page = run_backend({"man"});
    ASSERT_EQ(page.exit_code, 0) << page.err;
    const auto file = ::testing::TempDir() + "lightdash-backend.1";
    std::ofstream{file} << page.out;
    EXPECT_EQ(answer({"/usr/bin/mandoc", "-T", "lint", "-W", "warning", file}), "");
    const auto text = answer({"/usr/bin/mandoc", "-T", "ascii", "-O", "width=200", file});
    std::string plain; // without the overstruck letters of bold
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i + 1 < text.size() && text[i + 1] == '\b')
            ++i;
        else
            plain += text[i];
    for (const auto& command : every_command())
        if (command.runs())
            EXPECT_THAT(plain, HasSubstr("lightdash-backend " + command.path));
    EXPECT_THAT(plain, AllOf(HasSubstr("EXIT STATUS"), HasSubstr("DATABASE_URL"), HasSubstr("--confirm")));
}

} // namespace
} // namespace lightdash
