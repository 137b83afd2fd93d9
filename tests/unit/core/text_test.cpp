// Near matches, durations and sizes.
#include "lightdash/core/near_match.hpp"
#include "lightdash/core/units.hpp"

#include <gmock/gmock.h>

#include <array>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<std::string_view, 5> names{"PORT", "HOST", "LIGHTDASH_POOL_QUEUE", "LIGHTDASH_POOL_LANES",
                                                "LIGHTDASH_SECRET"};

TEST(NearMatch, CountsInsertionsDropsReplacementsAndSwaps)
{
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("abcd", "abdc"), 1U);
    EXPECT_EQ(edit_distance("Port", "PORT"), 0U);
    EXPECT_EQ(edit_distance("ca", "abc"), 3U);
}

TEST(NearMatch, ListsTheNearestFirstAndNothingFar)
{
    EXPECT_THAT(near_matches("PROT", names), ElementsAre("PORT"));
    EXPECT_THAT(near_matches("LIGHTDASH_POOL_LANE", names), ElementsAre("LIGHTDASH_POOL_LANES"));
    EXPECT_THAT(near_matches("HORT", names), ElementsAre("PORT", "HOST"));
    EXPECT_THAT(near_matches("HORT", names, 1), ElementsAre("PORT"));
    EXPECT_THAT(near_matches("something_else", names), IsEmpty());
}

TEST(NearMatch, AsksInOneClause)
{
    EXPECT_EQ(did_you_mean("PROT", names), "; did you mean PORT?");
    EXPECT_EQ(did_you_mean("HORT", names), "; did you mean PORT or HOST?");
    EXPECT_EQ(did_you_mean("unknown", names), "");
}

TEST(Units, ReadDurations)
{
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("3s"), 3s);
    EXPECT_EQ(parse_duration("10m"), 10min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    EXPECT_EQ(parse_duration("0"), 0ms);
    for (const char* text :
         {"", "3", "s", "-3s", "+3s", "3 s", " 3s", "1.5s", "3sec", "3S ", "99999999999999999999s", "9999999999999h"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Units, WriteDurationsInTheLargestUnit)
{
    EXPECT_EQ(to_text(0ms), "0s");
    EXPECT_EQ(to_text(250ms), "250ms");
    EXPECT_EQ(to_text(90s), "90s");
    EXPECT_EQ(to_text(10min), "10m");
    EXPECT_EQ(to_text(2h), "2h");
}

TEST(Units, ReadAndWriteSizes)
{
    EXPECT_EQ(parse_size("5mb"), 5'000'000U);
    EXPECT_EQ(parse_size("512KB"), 512'000U);
    EXPECT_EQ(parse_size("2MiB"), 2'097'152U);
    EXPECT_EQ(parse_size("17"), 17U);
    EXPECT_EQ(parse_size("17b"), 17U);
    for (const char* text : {"", "mb", "-1", "1.5mb", "5 mb", "5m", "99999999999gb"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
    EXPECT_EQ(size_to_text(5'000'000), "5mb");
    EXPECT_EQ(size_to_text(512'000), "512kb");
    EXPECT_EQ(size_to_text(1), "1b");
    EXPECT_EQ(size_to_text(0), "0b");
}

} // namespace
} // namespace lightdash
