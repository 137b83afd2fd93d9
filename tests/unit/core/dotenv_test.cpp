// The grammar of .env files.
#include "core/dotenv.hpp"

#include <gtest/gtest.h>

#include <utility>

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
        {"B=1\nA=${B}2", "A=12"},
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

TEST(Dotenv, KeepsTheLastOfTwoValues)
{
    const dotenv_file file = parse_dotenv("A=1\nB=2\nA=3", two_names);
    EXPECT_EQ(file.find("A")->value, "3");
    EXPECT_EQ(file.find("A")->line, 3);
    EXPECT_EQ(file.find("C"), nullptr);
}

} // namespace
} // namespace lightdash
