// db activity --watch as a person at a terminal sees it.
#include "support/backend_process.hpp"
#include "support/busy_session.hpp"
#include "support/on_terminal.hpp"
#include "support/private_cluster.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace lightdash {
namespace {

using ::testing::HasSubstr;
using testing::terminal_process;

constexpr auto enter = "\x1b[?1049h\x1b[?25l"; // the other screen, no cursor
constexpr auto leave = "\x1b[?25h\x1b[?1049l";
constexpr auto home = "\x1b[H";

const std::vector<std::string> watching{"db", "activity", "--watch", "--interval", "100ms", "--color=never"};

// The longest line of the last whole picture.
std::size_t width_of_last_picture(const std::string& shown)
{
    const auto end = shown.rfind(home);
    const auto begin = shown.rfind(home, end - 1) + std::string_view{home}.size();
    std::istringstream lines{shown.substr(begin, end - begin)};
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);)
        longest = std::max(longest, line.find("\x1b[")); // what follows erases the rest of the line
    return longest;
}

class Watch : public ::testing::Test {
protected:
    std::map<std::string, std::string> there() const { return {{"DATABASE_URL", db.conninfo()}}; }

    const testing::test_database db = testing::test_database::empty();
};

TEST_F(Watch, RedrawsInPlaceAsWideAsTheTerminalAndGivesItBackOnCtrlC)
{
    testing::busy_session session{db.conninfo()};
    session.start("select pg_sleep(60), '" + std::string(300, 'x') + "'");
    terminal_process process{watching, there()};
    process.wait_for(home, 4);
    EXPECT_THAT(process.shown(), HasSubstr(enter));
    EXPECT_THAT(process.shown(), HasSubstr(std::to_string(session.pid())));
    EXPECT_FALSE(process.takes_lines());
    EXPECT_EQ(width_of_last_picture(process.shown()), 80u);

    process.resize(25, 120);
    process.wait_for(home, 12);
    EXPECT_EQ(width_of_last_picture(process.shown()), 120u);

    process.type("\x03");
    EXPECT_EQ(process.wait(), 130);
    EXPECT_TRUE(process.takes_lines());
    const auto left = process.shown().rfind(leave);
    ASSERT_NE(left, std::string::npos) << process.shown();
    EXPECT_EQ(process.shown().find(home, left), std::string::npos);
}

TEST_F(Watch, EndsOnQWithoutAFailure)
{
    terminal_process process{watching, there()};
    process.wait_for(home, 2);
    process.type("q");
    EXPECT_EQ(process.wait(), 0);
    EXPECT_TRUE(process.takes_lines());
    EXPECT_TRUE(process.shown().ends_with(leave)) << process.shown();
}

TEST_F(Watch, GivesTheTerminalBackWhenTheServerGoesAway)
{
    testing::private_cluster cluster;
    terminal_process process{watching, {{"DATABASE_URL", cluster.conninfo()}}};
    process.wait_for(home, 2);
    cluster.stop();
    EXPECT_EQ(process.wait(), 7) << process.shown();
    EXPECT_TRUE(process.takes_lines());
    const auto left = process.shown().rfind(leave);
    ASSERT_NE(left, std::string::npos) << process.shown();
    EXPECT_THAT(process.shown().substr(left), HasSubstr("lightdash-backend: ")); // told where it can be read
}

} // namespace
} // namespace lightdash
