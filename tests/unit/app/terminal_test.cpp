#include "app/terminal/progress.hpp"
#include "app/terminal/table.hpp"
#include "app/terminal/terminal.hpp"
#include "lightdash/core/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace lightdash::app {
namespace {

using variables = std::map<std::string, std::string, std::less<>>;

terminal on(bool is_terminal, std::size_t columns, const variables& set,
            colour_choice wanted = colour_choice::automatic)
{
    return terminal::decide(is_terminal, columns, wanted, [&](std::string_view name) {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional{found->second};
    });
}

TEST(Terminal, ShowsColoursOnlyToAPersonWhoDidNotRefuseThem)
{
    EXPECT_TRUE(on(true, 80, {}).colour);
    EXPECT_FALSE(on(false, 0, {}).colour);
    EXPECT_FALSE(on(true, 80, {{"NO_COLOR", "1"}}).colour);
    EXPECT_TRUE(on(true, 80, {{"NO_COLOR", ""}}).colour); // an empty one does not count
    EXPECT_FALSE(on(true, 80, {{"TERM", "dumb"}}).colour);
    EXPECT_FALSE(on(true, 80, {}, colour_choice::never).colour);
    EXPECT_TRUE(on(false, 0, {{"NO_COLOR", "1"}}, colour_choice::always).colour);
}

TEST(Terminal, IsInteractiveUnlessItIsAPipeOrDumb)
{
    EXPECT_TRUE(on(true, 80, {}).interactive);
    EXPECT_FALSE(on(true, 80, {{"TERM", "dumb"}}).interactive);
    EXPECT_FALSE(on(false, 0, {}, colour_choice::always).interactive);
}

TEST(Terminal, HasTheWidthOfTheScreenElseOfColumnsElse80AndAPipeHasNone)
{
    EXPECT_EQ(on(true, 132, {{"COLUMNS", "60"}}).width, 132u);
    EXPECT_EQ(on(true, 0, {{"COLUMNS", "60"}}).width, 60u);
    EXPECT_EQ(on(true, 0, {}).width, 80u);
    EXPECT_EQ(on(false, 0, {{"COLUMNS", "60"}}).width, 0u);
}

TEST(Terminal, GoesBeyondAsciiOnlyInAUtf8Locale)
{
    EXPECT_TRUE(on(true, 80, {{"LANG", "en_GB.UTF-8"}}).unicode);
    EXPECT_TRUE(on(true, 80, {{"LC_ALL", "C.utf8"}}).unicode);
    EXPECT_FALSE(on(true, 80, {{"LANG", "en_GB.UTF-8"}, {"LC_ALL", "C"}}).unicode);
    EXPECT_FALSE(on(true, 80, {}).unicode);
}

TEST(Terminal, MeasuresAndCutsByWhatIsSeen)
{
    EXPECT_EQ(display_width("größe"), 5u);
    EXPECT_EQ(display_width("表格"), 4u);
    EXPECT_EQ(display_width("e\xCC\x81"), 1u); // e and a combining accent
    EXPECT_EQ(cut_to_width("größe", 5, true), "größe");
    EXPECT_EQ(cut_to_width("größer", 5, true), "größ…");
    EXPECT_EQ(cut_to_width("larger", 5, false), "larg~");
    EXPECT_EQ(cut_to_width("表格表格", 4, false), "表~");
}

TEST(Terminal, TextsOfTheDatabaseCannotSteerIt)
{
    EXPECT_EQ(printable("select 1\n\tfrom\x1b[31m x\x7f\xC2\x9B"), "select 1  from?[31m x??");
    EXPECT_EQ(printable("Grüße"), "Grüße");
}

TEST(Table, AlignsTextLeftAndNumbersRightWithoutTrailingBlanks)
{
    table shown{{{"table"}, {"rows", column_kind::number}, {"note"}}};
    shown.add({"users", "7", ""});
    shown.add({"größen", "12345", "big"});
    EXPECT_EQ(shown.text({}), "table    rows  note\n"
                              "users       7\n"
                              "größen  12345  big\n");
}

TEST(Table, CutsTheFlexibleColumnToTheWidthOfTheTerminalAndNothingElsewhere)
{
    table shown{{{"pid", column_kind::number}, {"query", column_kind::flexible}, {"state"}}};
    shown.add({"1234", "select a, b, c from somewhere", "active"});
    EXPECT_EQ(shown.text({.width = 30}), " pid  query             state\n"
                                         "1234  select a, b, c ~  active\n");
    EXPECT_EQ(shown.text({}), " pid  query                          state\n"
                              "1234  select a, b, c from somewhere  active\n");
}

TEST(Table, KeepsSomethingToReadOfTheFlexibleColumnAndLeavesOutEmptyOnes)
{
    table shown{{{"user"}, {"database"}, {"blocked by"}, {"query", column_kind::flexible}}};
    shown.add({"administrator", "lightdash_production", "", "select a, b, c from somewhere where true"});
    EXPECT_EQ(shown.text({.width = 46}), "user       database   query\n"
                                         "administ~  lightdas~  select a, b, c from som~\n");
    EXPECT_EQ(shown.text({.width = 30}), "user      database  query\n"
                                         "adminis~  lightda~  select a,~\n");
}

TEST(Table, LeavesOutWhatIsExpendableFromTheEndBeforeItCutsAName)
{
    table shown{{{"name"}, {"state"}, {"at", column_kind::text, true}, {"from", column_kind::flexible, true}}};
    shown.add({"012_a_name_that_is_not_short", "applied", "2026-01-01", "a host with a long name (process 1)"});
    EXPECT_EQ(shown.text({.width = 50}), "name                          state    at\n"
                                         "012_a_name_that_is_not_short  applied  2026-01-01\n");
    EXPECT_EQ(shown.text({.width = 40}), "name                          state\n"
                                         "012_a_name_that_is_not_short  applied\n");
    EXPECT_EQ(shown.text({.width = 30}), "name                   state\n"
                                         "012_a_name_that_is_n~  applied\n");
    EXPECT_EQ(shown.text({}),
              "name                          state    at          from\n"
              "012_a_name_that_is_not_short  applied  2026-01-01  a host with a long name (process 1)\n");
}

TEST(Table, ColoursTitlesAndCellsOnlyWhereColoursAre)
{
    table shown{{{"check"}}};
    shown.add({cell{"bad", style::bad}});
    EXPECT_EQ(shown.text({}), "check\nbad\n");
    EXPECT_EQ(shown.text({.colour = true}), "\x1b[1mcheck\x1b[0m\n\x1b[31mbad\x1b[0m\n");
}

struct fake_progress {
    std::chrono::steady_clock::time_point now{};
    std::vector<std::string> written;

    progress_line on(const terminal& where)
    {
        return progress_line{where,
                             "copying",
                             1'000'000'000,
                             true,
                             [this] { return now; },
                             [this](std::string_view text) { written.emplace_back(text); }};
    }
};

TEST(Progress, SaysNothingInTheFirstSecondThenShowsRateAndTimeLeftAndWipesTheLine)
{
    fake_progress fake;
    {
        auto line = fake.on({.interactive = true, .width = 80});
        fake.now += std::chrono::milliseconds{900};
        line.update(10);
        EXPECT_TRUE(fake.written.empty());
        fake.now += std::chrono::milliseconds{1100};
        line.update(500'000'000);
        ASSERT_EQ(fake.written.size(), 1u);
        EXPECT_EQ(fake.written[0], "\r\x1b[K"
                                   "copying: 500 MB of 1.0 GB (50 %), 250 MB/s, 3 s left");
        line.update(510'000'000); // too soon for the eye
        EXPECT_EQ(fake.written.size(), 1u);
    }
    EXPECT_EQ(fake.written.back(), "\r\x1b[K");
}

TEST(Progress, IsAPlainLineEveryTenSecondsOffATerminal)
{
    fake_progress fake;
    {
        auto line = fake.on({});
        fake.now += std::chrono::seconds{5};
        line.update(1);
        EXPECT_TRUE(fake.written.empty());
        fake.now += std::chrono::seconds{5};
        line.update(500'000'000);
    }
    EXPECT_THAT(fake.written, ::testing::ElementsAre("copying: 500 MB of 1.0 GB (50 %), 50 MB/s, 11 s left\n"));
}

TEST(Progress, DurationsAndSizesAreRounded)
{
    EXPECT_EQ(rough_duration(std::chrono::seconds{59}), "59 s");
    EXPECT_EQ(rough_duration(std::chrono::seconds{250}), "4 min 10 s");
    EXPECT_EQ(rough_duration(std::chrono::seconds{7500}), "2 h 5 min");
    EXPECT_EQ(rough_size(999), "999 B");
    EXPECT_EQ(rough_size(1'250'000), "1.2 MB");
    EXPECT_EQ(rough_size(58'400'000), "58 MB");
    EXPECT_EQ(rough_size(999'900), "1.0 MB");
}

} // namespace
} // namespace lightdash::app
