#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using namespace std::chrono;
using ::testing::HasSubstr;

constexpr sys_time<microseconds> noon = sys_days{2024y / February / 29} + 12h + 1us;

template <class T>
T read_as(const field_view& field)
{
    return codec<T>::decode(field);
}

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

TEST(TimeCodec, TakesTheEndsOfTheClockForInfinity)
{
    const auto later = raw({0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    const auto earlier = raw({0x80, 0, 0, 0, 0, 0, 0, 0});
    EXPECT_EQ(read_as<timestamptz>(sent(oid::timestamptz, later)), timestamptz::max());
    EXPECT_EQ(read_as<timestamptz>(sent(oid::timestamptz, earlier)), timestamptz::min());
    EXPECT_EQ(read_as<sys_time<nanoseconds>>(sent(oid::timestamptz, later)), sys_time<nanoseconds>::max());
    EXPECT_EQ(read_as<sys_time<nanoseconds>>(sent(oid::timestamptz, earlier)), sys_time<nanoseconds>::min());
    EXPECT_EQ(read_as<date>(sent(oid::date, earlier.substr(0, 4))), date::min());
    EXPECT_EQ(read_as<date>(sent(oid::date, raw({0x7f, 0xff, 0xff, 0xff}))), date::max());
    for (const auto end : {timestamptz::max(), timestamptz::min()}) {
        EXPECT_EQ(there_and_back(end), end);
        EXPECT_EQ(there_and_back(timestamp{end}), timestamp{end});
    }
    for (const auto end : {date::max(), date::min()})
        EXPECT_EQ(there_and_back(end), end);
    EXPECT_EQ(encoded(timestamptz::max()), later);
    EXPECT_EQ(encoded(timestamptz::min()), earlier);
}

TEST(TimeCodec, RefusesWhatPostgreSqlWouldReadAsInfinityOrNotAtAll)
{
    EXPECT_EQ(thrown_by([] { (void)encoded(timestamptz::min() + 1us); }).kind(), error_kind::invalid_value);
    EXPECT_EQ(thrown_by([] { (void)encoded(date::max() - days{1}); }).kind(), error_kind::invalid_value);
    EXPECT_EQ(thrown_by([] { (void)encoded(sys_days{2000y / 1 / 1} + days{2147483647}); }).kind(),
              error_kind::invalid_value);
    EXPECT_THAT(thrown_by([] { (void)encoded(year_month_day{2023y / February / 29}); }).message(),
                HasSubstr("2023-02-29"));
}

TEST(TimeCodec, TakesPostgreSqlTimesBeyondTheClockForItsLast)
{
    // 294276-12-31 23:59:59.999999, PostgreSQL's last.
    const auto last = raw({0x7f, 0xff, 0xfe, 0xd5, 0xb3, 0xb7, 0xff, 0xff});
    EXPECT_EQ(read_as<timestamptz>(sent(oid::timestamptz, last)), timestamptz::max() - 1us);
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
