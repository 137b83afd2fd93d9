#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using namespace std::chrono;
using ::testing::HasSubstr;

constexpr sys_time<microseconds> noon = sys_days{2024y / February / 29} + 12h + 1us;

TEST(TimeCodec, CountsMicrosecondsFromTheYear2000)
{
    EXPECT_EQ(encoded(timestamptz{sys_days{2000y / 1 / 1}}), raw({0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(encoded(timestamptz{sys_days{2000y / 1 / 1} + 1us}), raw({0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(encoded(timestamptz{sys_days{2000y / 1 / 1} - 1us}), std::string(8, '\xff'));
}

TEST(TimeCodec, KeepsEveryMicrosecond)
{
    for (const auto time :
         {noon, timestamptz{}, timestamptz{sys_days{1969y / 12 / 31} + 23h + 1us}, timestamptz{sys_days{1y / 1 / 1}}}) {
        EXPECT_EQ(there_and_back(time), time);
        EXPECT_EQ(there_and_back(timestamp{time}), timestamp{time});
    }
}

TEST(TimeCodec, DoesNotMixUpTheTwoTimestamps)
{
    EXPECT_THAT(refusal<timestamptz>(sent(oid::timestamp, encoded(noon))).message(), HasSubstr("timestamp"));
    EXPECT_EQ(refusal<timestamp>(sent(oid::timestamptz, encoded(noon))).kind(), error_kind::database_error);
}

TEST(TimeCodec, CutsTheSystemClockToMicroseconds)
{
    const sys_time<nanoseconds> precise = noon + 999ns;
    EXPECT_EQ(there_and_back(precise), sys_time<nanoseconds>{noon});
    EXPECT_EQ(there_and_back(sys_time<nanoseconds>{-1ns}), sys_time<nanoseconds>{-1us});
    const auto far = encoded(timestamptz{sys_days{3000y / 1 / 1}});
    EXPECT_THAT(refusal<sys_time<nanoseconds>>(sent(oid::timestamptz, far)).message(), HasSubstr("lies outside"));
}

TEST(TimeCodec, RefusesInfinityWithASentence)
{
    const auto later = raw({0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    const auto earlier = raw({0x80, 0, 0, 0, 0, 0, 0, 0});
    for (const auto& bytes : {later, earlier}) {
        EXPECT_THAT(refusal<timestamptz>(sent(oid::timestamptz, bytes)).message(), HasSubstr("is infinite"));
        EXPECT_THAT(refusal<timestamp>(sent(oid::timestamp, bytes)).message(), HasSubstr("is infinite"));
    }
    EXPECT_THAT(refusal<date>(sent(oid::date, later.substr(0, 4))).message(), HasSubstr("is infinite"));
    EXPECT_THAT(refusal<date>(sent(oid::date, earlier.substr(0, 4))).message(), HasSubstr("is infinite"));
}

TEST(TimeCodec, RefusesWhatPostgreSqlWouldReadAsInfinityOrNotAtAll)
{
    EXPECT_EQ(thrown_by([] { (void)encoded(timestamptz::min()); }).kind(), error_kind::invalid_value);
    EXPECT_EQ(thrown_by([] { (void)encoded(date::max()); }).kind(), error_kind::invalid_value);
    EXPECT_EQ(thrown_by([] { (void)encoded(sys_days{2000y / 1 / 1} + days{2147483647}); }).kind(),
              error_kind::invalid_value);
    EXPECT_THAT(thrown_by([] { (void)encoded(year_month_day{2023y / February / 29}); }).message(),
                HasSubstr("2023-02-29"));
}

TEST(TimeCodec, RefusesPostgreSqlTimesBeyondTheClock)
{
    // 294276-12-31 23:59:59.999999, PostgreSQL's last.
    const auto last = raw({0x7f, 0xff, 0xfe, 0xd5, 0xb3, 0xb7, 0xff, 0xff});
    EXPECT_THAT(refusal<timestamptz>(sent(oid::timestamptz, last)).message(), HasSubstr("lies outside"));
}

TEST(TimeCodec, KeepsDates)
{
    for (const auto day :
         {sys_days{2024y / February / 29}, sys_days{1970y / 1 / 1}, sys_days{1y / 1 / 1}, sys_days{9999y / 12 / 31}}) {
        EXPECT_EQ(there_and_back(day), day);
        EXPECT_EQ(there_and_back(year_month_day{day}), year_month_day{day});
    }
    const auto far = encoded(sys_days{2000y / 1 / 1} + days{2000000000});
    EXPECT_EQ(refusal<year_month_day>(sent(oid::date, far)).kind(), error_kind::database_error);
}

} // namespace
} // namespace lightdash::pg
