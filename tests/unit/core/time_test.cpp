// Times as ISO 8601 and HTTP dates, there and back.
#include "lightdash/core/time.hpp"

#include <gtest/gtest.h>

namespace lightdash {
namespace {

using namespace std::chrono;

utc_time at(year_month_day date, microseconds in_day)
{
    return sys_days{date} + in_day;
}

TEST(Time, WritesMillisecondsInUtc)
{
    EXPECT_EQ(to_iso8601(at(2026y / November / 22, 21h + 123'999us)), "2026-11-22T21:00:00.123Z");
    EXPECT_EQ(to_iso8601(utc_time{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(utc_time{-1us}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_iso8601(at(2000y / February / 29, 23h + 59min + 59s)), "2000-02-29T23:59:59.000Z");
}

TEST(Time, WritesMicrosecondsForTheLog)
{
    char text[iso8601_capacity];
    const auto size = write_iso8601(text, at(1999y / December / 31, 1us), 6);
    EXPECT_EQ(std::string_view(text, size), "1999-12-31T00:00:00.000001Z");
}

TEST(Time, AgreesWithTheStandardCalendarOnEveryDayOfFourCenturies)
{
    for (sys_days day = 1800y / January / 1; day < sys_days{2200y / January / 1}; day += days{1}) {
        const year_month_day date{day};
        char expected[32];
        std::snprintf(expected, sizeof expected, "%04d-%02u-%02uT00:00:00.000Z", int{date.year()},
                      unsigned{date.month()}, unsigned{date.day()});
        ASSERT_EQ(to_iso8601(day), expected);
    }
}

TEST(Time, WritesYearsOfMoreThanFourDigitsWithASign)
{
    EXPECT_EQ(to_iso8601(utc_time{microseconds{253402300800000000}}), "+010000-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(at(year{-1} / January / 1, 0us)), "-000001-01-01T00:00:00.000Z");
    char text[iso8601_capacity];
    EXPECT_LE(write_iso8601(text, utc_time::max(), 6), iso8601_capacity);
    EXPECT_LE(write_iso8601(text, utc_time::min(), 6), iso8601_capacity);
}

TEST(Time, ReadsWhatItWrites)
{
    for (const utc_time when :
         {utc_time{}, at(2024y / February / 29, 12h + 345'678us), at(year{1} / January / 1, 1ms)}) {
        char text[iso8601_capacity];
        EXPECT_EQ(parse_iso8601({text, write_iso8601(text, when, 6)}), when);
    }
}

TEST(Time, ReadsZonesAndFractions)
{
    const utc_time noon = at(2026y / March / 1, 12h);
    EXPECT_EQ(parse_iso8601("2026-03-01T12:00:00Z"), noon);
    EXPECT_EQ(parse_iso8601("2026-03-01t12:00:00z"), noon);
    EXPECT_EQ(parse_iso8601("2026-03-01 12:00:00.5+00:00"), noon + 500ms);
    EXPECT_EQ(parse_iso8601("2026-03-01T14:30:00+02:30"), noon);
    EXPECT_EQ(parse_iso8601("2026-02-28T23:00:00-13:00"), noon);
    EXPECT_EQ(parse_iso8601("2026-03-01T12:00:00.123456789Z"), noon + 123'456us);
}

TEST(Time, RefusesWhatIsNoTime)
{
    for (const char* text :
         {"", "2026", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z", "2026-12-31T23:59:60Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+24:00", "26-01-01T00:00:00Z",
          "2026-01-01T-1:00:00Z"})
        EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
}

TEST(Time, WritesTheHttpDateOfTheRfc)
{
    EXPECT_EQ(to_http_date(sys_seconds{784111777s}), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(to_http_date(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

} // namespace
} // namespace lightdash
