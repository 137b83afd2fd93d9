// A command's options are described once: what the parser, help, completion and the manual page make of that.
#include "app/cli/answer.hpp"
#include "app/cli/cli11.hpp"
#include "app/cli/completion.hpp"
#include "app/cli/help.hpp"
#include "app/cli/man_page.hpp"
#include "app/cli/refusals.hpp"
#include "app/commands/list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <tuple>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

enum class order : unsigned char { total, mean };
LIGHTDASH_DESCRIBE_ENUM(order, total, mean)

struct paint_options {
    std::string file = "wall", tool = "brush";
    std::vector<std::string> colours;
    std::vector<std::int32_t> layers;
    int depth = 3;
    unsigned coats = 2;
    order by = order::total;
    std::chrono::milliseconds dry{500};
    std::optional<std::chrono::milliseconds> at_most;
    std::optional<std::string> wait;
    bool quick = false, slow = false;

    void describe(option_list& are)
    {
        are.value("--tool,-t", tool, "What with").one_of({"brush", "roller"}).named("TOOL");
        are.value("--colour", colours, "Which").named("NAME");
        are.value("--layer", layers, "Where");
        are.value("--depth", depth, "How deep").between(-5, 5);
        are.value("--coats", coats, "How many");
        are.value("--by", by, "In which order");
        are.value("--dry", dry, "How long");
        are.value("--at-most", at_most, "No longer");
        are.optional_value("--wait", wait, "For the painter").named("TIME");
        are.flag("--quick,-q", quick, "In a hurry");
        are.flag("--slow", slow, "With care").excludes("--quick");
        are.json("{painted}");
        are.setting("PORT");
        are.value("FILE", file, "What");
    }
};

paint_options painted; // what the command was run with last

int paint(const invocation&, const paint_options& given)
{
    painted = given;
    return 5;
}

struct sign_options {
    std::string name;
    void describe(option_list& are) { are.value("NAME", name, "Whose").required(); }
};
int sign(const invocation&, const sign_options&)
{
    return 0;
}

class CommandLine : public ::testing::Test {
protected:
    parsed_line read(std::vector<const char*> words)
    {
        words.insert(words.begin(), "lightdash-backend");
        words.push_back(nullptr);
        return parse(all = sample(), static_cast<int>(words.size()) - 1, words.data());
    }
    // Of a line that is taken: what the command gets.
    paint_options taken(std::vector<const char*> words)
    {
        words.insert(words.begin(), {"house", "paint"});
        const auto line = read(words);
        EXPECT_EQ(line.what, parsed_as::command) << line.text;
        settings = line.settings;
        const loaded_settings none;
        EXPECT_EQ(line.of->run({.loaded = none, .program = all.commands, .out = {}, .err = {}}), 5);
        return painted;
    }
    std::string fault(std::vector<const char*> words)
    {
        words.insert(words.begin(), {"house", "paint"});
        const auto line = read(words);
        EXPECT_EQ(line.what, parsed_as::fault);
        return line.text;
    }
    static program sample()
    {
        return make_program(
            {family_of_commands({.path = "house", .meaning = "Keep a house"}),
             command_of<paint_options>({"house paint", "Paint a thing", "  lightdash-backend house paint door"}, paint),
             command_of<sign_options>({"house sign", "Sign it"}, sign)});
    }

    program all;
    std::map<std::string, std::string> settings;
};

TEST_F(CommandLine, MembersKeepWhatTheyHoldWhenNothingIsGiven)
{
    const auto got = taken({});
    EXPECT_EQ(got.file, "wall");
    EXPECT_EQ(got.tool, "brush");
    EXPECT_EQ(got.depth, 3);
    EXPECT_EQ(got.by, order::total);
    EXPECT_EQ(got.dry, 500ms);
    EXPECT_EQ(got.at_most, std::nullopt);
    EXPECT_EQ(got.wait, std::nullopt);
    EXPECT_THAT(got.colours, IsEmpty());
    EXPECT_FALSE(got.quick || *all.commands[2].json);
    EXPECT_THAT(settings, IsEmpty());
}

TEST_F(CommandLine, EachMemberTakesItsOwnKindOfValue)
{
    const auto got = taken({"--tool=roller", "--depth", "-2", "--coats=4", "--by", "mean", "--dry=2m", "--at-most",
                            "30s", "--quick", "--json", "door"});
    EXPECT_EQ(got.tool, "roller");
    EXPECT_EQ(got.depth, -2);
    EXPECT_EQ(got.coats, 4u);
    EXPECT_EQ(got.by, order::mean);
    EXPECT_EQ(got.dry, 2min);
    EXPECT_EQ(got.at_most, 30s);
    EXPECT_TRUE(got.quick && *all.commands[2].json);
    EXPECT_EQ(got.file, "door");
}

TEST_F(CommandLine, ShortNamesAndAnEmptyValueAreTaken)
{
    EXPECT_EQ(taken({"-troller"}).tool, "roller");
    EXPECT_TRUE(taken({"-q"}).quick);
    EXPECT_EQ(taken({""}).file, "");
}

TEST_F(CommandLine, WhatMayBeRepeatedKeepsItsOrder)
{
    const auto got = taken({"--colour", "red", "blue", "--layer=1", "--colour=green", "--layer", "-2"});
    EXPECT_THAT(got.colours, ElementsAre("red", "blue", "green"));
    EXPECT_THAT(got.layers, ElementsAre(1, -2));
}

TEST_F(CommandLine, WhatMayNotBeRepeatedIsRefused)
{
    EXPECT_THAT(fault({"--tool=brush", "--tool=roller"}), HasSubstr("--tool: At Most 1 required but received 2"));
}

TEST_F(CommandLine, AnOptionalValueMayBeLeftOut)
{
    EXPECT_EQ(taken({"--wait"}).wait, "");
    EXPECT_EQ(taken({"--wait=60s"}).wait, "60s");
}

TEST_F(CommandLine, BehindTwoDashesEverythingIsAnArgument)
{
    EXPECT_EQ(taken({"--quick", "--", "--slow"}).file, "--slow");
}

TEST_F(CommandLine, ASettingIsGivenByItsName)
{
    taken({"--port", "8081"});
    EXPECT_THAT(settings, ElementsAre(std::pair{"PORT", "8081"}));
    const auto port = std::ranges::find(all.commands[2].options, "PORT", &option::setting);
    EXPECT_THAT(port->meaning, AllOf(HasSubstr("(PORT; default 8080)")));
}

TEST_F(CommandLine, WrongValuesAreNamedWithWhatIsAllowed)
{
    EXPECT_EQ(fault({"--tool", "spoon"}), "--tool: spoon not in {brush,roller}");
    EXPECT_EQ(fault({"--by=Mean"}), "--by: Mean not in {total,mean}");
    EXPECT_EQ(fault({"--depth", "6"}), "--depth: Value 6 not in range -5 to 5");
    EXPECT_EQ(fault({"--depth", "deep"}), "--depth: Value deep not in range -5 to 5");
    EXPECT_EQ(fault({"--coats=-1"}), "Could not convert: --coats = -1");
    EXPECT_EQ(fault({"--coats=4294967296"}), "Could not convert: --coats = 4294967296");
    EXPECT_EQ(fault({"--dry", "soon"}),
              "--dry: 'soon' is no duration: a whole number and ms, s, m or h, as 250ms or 1h");
    EXPECT_EQ(fault({"--tool"}), "--tool: 1 required TOOL:{brush,roller} missing");
}

TEST_F(CommandLine, OptionsThatExcludeEachOtherAndMissingArgumentsAreRefused)
{
    EXPECT_THAT(fault({"--quick", "--slow"}), AllOf(HasSubstr("excludes"), HasSubstr("--quick")));
    const auto line = read({"house", "sign"});
    EXPECT_EQ(line.what, parsed_as::fault);
    EXPECT_EQ(line.text, "NAME is required");
}

TEST_F(CommandLine, WhatTheProgramTakesMayStandBeforeOrBehindTheCommand)
{
    taken({"--no-input"});
    EXPECT_TRUE(all.given->no_input);
    EXPECT_EQ(read({"--color=never", "house", "paint"}).what, parsed_as::command);
    EXPECT_EQ(all.given->colour, "never");
}

TEST_F(CommandLine, HelpAndVersionAreTold)
{
    EXPECT_EQ(read({"house", "paint", "--help"}).of->path, "house paint");
    EXPECT_EQ(read({"house", "-h"}).of->path, "house");
    EXPECT_EQ(read({"--version"}).what, parsed_as::version);
    EXPECT_EQ(read({}).of->path, "");
}

TEST_F(CommandLine, AnUnknownOptionNamesTheNearest)
{
    const auto line = read({"house", "paint", "--colur=red"});
    ASSERT_EQ(line.what, parsed_as::unexpected_word);
    EXPECT_EQ(line.text, "--colur");
    ::testing::internal::CaptureStderr();
    print_unexpected(all.commands, *line.of, line.text);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "lightdash-backend: 'lightdash-backend house paint' has no option --colur; did you mean --color or "
              "--colour?\n'lightdash-backend house paint --help' shows what it takes.\n");
}

TEST_F(CommandLine, UnknownCommandsAndFamiliesAloneAreRefusedBeforeTheParserSeesThem)
{
    all = sample();
    ::testing::internal::CaptureStderr();
    EXPECT_TRUE(refuse_command_words(all.commands, {"house", "pant"}));
    EXPECT_TRUE(refuse_command_words(all.commands, {"house"}));
    EXPECT_FALSE(refuse_command_words(all.commands, {"house", "--help"}));
    EXPECT_FALSE(refuse_command_words(all.commands, {"--color", "never", "house", "paint", "anything"}));
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                AllOf(HasSubstr("there is no command 'house pant'; did you mean paint?"),
                      HasSubstr("'lightdash-backend house' needs one more word.")));
}

TEST_F(CommandLine, HelpShowsTheDescription)
{
    all = sample();
    EXPECT_EQ(help_text(*find_command(all.commands, "house sign"), all.commands),
              "Sign it\nUsage: lightdash-backend house sign [OPTIONS] NAME\n\nPositionals:\n"
              "  NAME TEXT REQUIRED            Whose\n\nOptions:\n"
              "  -h,--help                     Show this help\n");
    EXPECT_THAT(help_text(*find_command(all.commands, "house paint"), all.commands),
                AllOf(HasSubstr("[OPTIONS] [FILE]\n\nExamples:\n  lightdash-backend house paint door\n"),
                      HasSubstr("\n  -t,--tool TOOL:{brush,roller} What with\n"),
                      HasSubstr("\n  --colour NAME ...             Which\n"),
                      HasSubstr("\n  --depth INT:INT in [-5 - 5]   How deep\n"),
                      HasSubstr("\n  --slow Excludes: --quick      With care\n")));
}

TEST_F(CommandLine, ACommandThatIsListedIsKnownToHelpShellsAndTheManualPage)
{
    all = sample();
    EXPECT_THAT(help_text(*find_command(all.commands, "house"), all.commands), HasSubstr("\n  paint "));
    for (const auto* shell : {"bash", "zsh", "fish"})
        EXPECT_THAT(completion_script(shell, all.commands, {}), AllOf(HasSubstr("paint"), HasSubstr("roller")));
    EXPECT_THAT(man_page(all.commands),
                AllOf(HasSubstr(".SS house paint\n"), HasSubstr("\\-\\-tool"), HasSubstr("(brush, roller)")));
}

struct area {
    int square_metres;
};
LIGHTDASH_DESCRIBE(area, square_metres)

answer<area> measure(const invocation& call, const no_options&)
{
    return call.may_ask ? answer<area>{area{12}, 3} : answer<area>{std::nullopt, 130};
}
void show(const area& found, const invocation&)
{
    std::printf("%d m2", found.square_metres);
}
void tell(const area&, const invocation&)
{
    std::fputs("measured", stderr);
}

TEST(Answers, AreShownToAPersonOrPrintedAsTheyAreAndNotAtAllAfterASignal)
{
    const auto one = answering<no_options>({"measure", "Measure it"}, measure, show, tell);
    const loaded_settings none;
    const auto run = [&](bool json, bool may_ask) {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        const int code =
            one.run({.loaded = none, .program = {}, .out = {}, .err = {}, .may_ask = may_ask, .json = json});
        std::fflush(stdout);
        return std::tuple{code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
    };
    EXPECT_EQ(run(false, true), std::tuple(3, "12 m2", "measured"));
    EXPECT_EQ(run(true, true), std::tuple(3, "{\"squareMetres\":12}\n", "measured"));
    EXPECT_EQ(run(true, false), std::tuple(130, "", ""));
}

TEST(Commands, AreEachAFileAndALineOfTheListWithTheNameOfTheCommand)
{
    std::set<std::string> files;
    for (const auto& file : std::filesystem::recursive_directory_iterator{"src/app/commands"})
        files.insert(file.path().stem().string());
    const auto all = make_program().commands;
    std::size_t at = 0;
    const auto look_at = [&](std::string name) {
        ASSERT_LT(++at, all.size());
        EXPECT_TRUE(files.contains(name)) << "there is no file src/app/commands/**/" << name << ".cpp";
        auto path = all[at].path;
        std::ranges::replace_if(path, [](char c) { return c == ' ' || c == ':' || c == '-'; }, '_');
        EXPECT_EQ(path, name);
    };
#define LIGHTDASH_LOOK_AT(name) look_at(#name);
    LIGHTDASH_COMMANDS(LIGHTDASH_LOOK_AT)
#undef LIGHTDASH_LOOK_AT
    EXPECT_EQ(at + 1, all.size());
}

TEST(Commands, HaveAFamilyInFrontOfThemWhenTheirNameHasTwoWords)
{
    const auto all = make_program().commands;
    for (const auto& one : all) {
        EXPECT_EQ(one.run == nullptr, one.path.empty() || !one.nested.empty()) << one.path;
        if (const auto blank = one.path.find(' '); blank != std::string::npos)
            EXPECT_NE(find_command(all, one.path.substr(0, blank)), nullptr) << one.path;
    }
}

} // namespace
} // namespace lightdash::app
