// The grammar of .env files.
#include "lightdash/core/dotenv.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lightdash {
namespace {

std::optional<std::string> two_names(std::string_view name)
{
    if (name == "HOME")
        return "/home/ada";
    return name == "EMPTY" ? std::optional<std::string>{""} : std::nullopt;
}

std::string value_of(std::string_view line)
{
    const dotenv_file file = parse_dotenv(line, two_names);
    if (!file.faults.empty())
        return "fault in line " + std::to_string(file.faults.front().line) + ": " + file.faults.front().message;
    return file.entries.empty() ? "nothing" : file.entries.back().name + "=" + file.entries.back().value;
}

TEST(Dotenv, ReadsEachFormOfAValue)
{
    const std::pair<const char*, const char*> cases[] = {
        {"A=b", "A=b"},
        {"  A = b c  ", "A=b c"},
        {"export A=b", "A=b"},
        {"export=b", "export=b"},
        {"A=", "A="},
        {"A=b # comment", "A=b"},
        {"A=b#c", "A=b#c"},
        {"A=#c", "A="},
        {"A='b # \"$x ${HOME}' # comment", "A=b # \"$x ${HOME}"},
        {"A=\"b # 'c'\" # comment", "A=b # 'c'"},
        {R"(A="a\nb\t\"\\\$\q")", "A=a\nb\t\"\\$\\q"},
        {R"(A=C:\new)", R"(A=C:\new)"},
        {"A=it's", "A=it's"},
        {"A=$HOME", "A=$HOME"},
        {"A=${HOME}/x", "A=/home/ada/x"},
        {"A=\"${HOME} x\"", "A=/home/ada x"},
        {"A=${EMPTY:-b}${MISSING:-}${HOME:-c}", "A=b/home/ada"},
        {"A=postgresql://u@h/${DB:-${N:-dev}_db}", "A=postgresql://u@h/dev_db"},
        {"DB=live\nA=${DB:-${N:-dev}_db}!", "A=live!"},
        {"A=\"${DB:-${N:-\\\"d e\\\"}}\"", "A=\"d e\""},
        {"A=${HOME:-${MISSING}}", "A=/home/ada"},
        {"A=${EMPTY-b}${MISSING-c}${MISSING-}", "A=c"},
        {"A=${EMPTY:-a}b}", "A=ab}"},
        {"B=1\nA=${B}2", "A=12"},
        {"A=\"b\nc # d\ne\" # comment", "A=b\nc # d\ne"},
        {"A='b\r\nc'\r\n", "A=b\nc"},
        {"A=\"b\n\"\nB=c", "B=c"},
        {"HOME=x\nA=${HOME}", "A=/home/ada"},
        {"A=b\r\n", "A=b"},
        {"\xEF\xBB\xBF"
         "A=b",
         "A=b"},
        {"# comment", "nothing"},
        {"\n  \n", "nothing"},
        {"A=postgresql://u:p%23@h/d?x=y#z", "A=postgresql://u:p%23@h/d?x=y#z"},
    };
    for (const auto& [line, expected] : cases)
        EXPECT_EQ(value_of(line), expected) << line;
}

TEST(Dotenv, NamesTheLineOfEveryFaultAndNoValue)
{
    const dotenv_file file = parse_dotenv("A=1\nsecret\n1A=secret\nB='secret\nC=\"secret\nD=\"x\" "
                                          "secret\nE=${secret\nF=${}\nG=${MISSING}\nH=2\nA-B=secret",
                                          two_names);
    ASSERT_EQ(file.faults.size(), 9U);
    for (std::size_t i = 0; i < 8; ++i)
        EXPECT_EQ(file.faults[i].line, static_cast<int>(i) + 2);
    EXPECT_EQ(file.faults[0].message, "expected NAME=value");
    EXPECT_EQ(file.faults[7].message, "${MISSING} is not set; write ${MISSING:-} where it may be missing");
    for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 5U})
        EXPECT_EQ(file.faults[i].message.find("secret"), std::string::npos) << file.faults[i].message;
    EXPECT_EQ(file.find("H")->value, "2");
}

TEST(Dotenv, NamesWhoseValueCannotBeReadAndReadsTheNextLine)
{
    const dotenv_file file =
        parse_dotenv("FOO\nexport BAR\nA-B=1\nKEY: text\nQ=\"open\nD=\"x\"\n=1\nE=${A:?gone}\nF=${A", two_names);
    std::vector<std::string> names;
    for (const auto& one : file.faults)
        names.push_back(std::to_string(one.line) + " " + one.name);
    EXPECT_EQ(names, (std::vector<std::string>{"1 FOO", "2 BAR", "3 A-B", "4 KEY", "5 Q", "7 ", "8 E", "9 F"}));
    EXPECT_EQ(file.find("D")->value, "x");
}

TEST(Dotenv, CountsTheLinesOfAValueThatGoesOver)
{
    const dotenv_file file = parse_dotenv("A=\"1\n2\n3\"\nB=4\nC", two_names);
    EXPECT_EQ(file.find("A")->line, 1);
    EXPECT_EQ(file.find("B")->line, 4);
    ASSERT_EQ(file.faults.size(), 1U);
    EXPECT_EQ(file.faults.front().line, 5);
}

TEST(Dotenv, RefusesExpansionsThatAreNestedTooDeeply)
{
    std::string deep = "A=";
    for (int i = 0; i < 100'000; ++i)
        deep += "${B:-";
    EXPECT_EQ(value_of(deep + std::string(100'000, '}')), "fault in line 1: more than 16 ${ stand in each other");
}

TEST(Dotenv, KeepsTheLastOfTwoValues)
{
    const dotenv_file file = parse_dotenv("A=1\nB=2\nA=3", two_names);
    EXPECT_EQ(file.find("A")->value, "3");
    EXPECT_EQ(file.find("A")->line, 3);
    EXPECT_EQ(file.find("C"), nullptr);
}

} // namespace
} // namespace lightdash
