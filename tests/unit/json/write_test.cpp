#include "lightdash/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <random>

namespace other_room {

struct stamp {
    int seconds = 0;
};
void write_json(std::string& out, const stamp& when)
{
    out += "\"at " + std::to_string(when.seconds) + "\"";
}

} // namespace other_room

namespace lightdash::json {
namespace {

using project_id = strong_id<struct project_tag>;

template <class T>
std::string written(const T& value)
{
    std::string out;
    write(out, value);
    return out;
}

enum class tile_type { saved_chart, markdown, delete_ };
LIGHTDASH_DESCRIBE_ENUM(tile_type, saved_chart, markdown, delete_)

struct tile {
    tile_type type = tile_type::saved_chart;
    int x = 0;
    std::optional<std::string> tile_title;
    omittable<int> tab_order;
    raw properties;
};
LIGHTDASH_DESCRIBE(tile, type, x, tile_title, tab_order, properties)

struct oddly_named {
    int first_name = 1, _hidden = 2, delete_ = 3, a_b_c = 4, position_x = 5, chart_2_id = 6, alreadyCamel = 7;
};
LIGHTDASH_DESCRIBE(oddly_named, first_name, _hidden, delete_, a_b_c, position_x, chart_2_id, alreadyCamel)

struct only_omittable {
    omittable<int> first, second, third;
};
LIGHTDASH_DESCRIBE(only_omittable, first, second, third)

struct changes {
    patch<std::string> name, description;
};
LIGHTDASH_DESCRIBE(changes, name, description)

TEST(JsonWrite, NamesMembersInCamelCase)
{
    EXPECT_EQ(written(oddly_named{}),
              R"({"firstName":1,"hidden":2,"delete":3,"aBC":4,"positionX":5,"chart2Id":6,"alreadyCamel":7})");
}

TEST(JsonWrite, WritesEmptyOptionalsAsNullAndLeavesOmittablesOut)
{
    tile t;
    EXPECT_EQ(written(t), R"({"type":"saved_chart","x":0,"tileTitle":null,"properties":null})");
    t.tile_title = "a";
    t.tab_order = 2;
    t.properties.text = R"({"k":[1, 2]})";
    EXPECT_EQ(written(t), R"({"type":"saved_chart","x":0,"tileTitle":"a","tabOrder":2,"properties":{"k":[1, 2]}})");
}

TEST(JsonWrite, PutsCommasRightWhereverMembersAreLeftOut)
{
    EXPECT_EQ(written(only_omittable{}), "{}");
    EXPECT_EQ(written(only_omittable{{}, 2, {}}), R"({"second":2})");
    EXPECT_EQ(written(only_omittable{1, {}, 3}), R"({"first":1,"third":3})");
}

TEST(JsonWrite, LeavesAbsentPatchesOut)
{
    EXPECT_EQ(written(changes{{true, std::nullopt}, {}}), R"({"name":null})");
    EXPECT_EQ(written(changes{{}, {true, "d"}}), R"({"description":"d"})");
}

TEST(JsonWrite, WritesContainers)
{
    EXPECT_EQ(written(std::vector<int>{}), "[]");
    EXPECT_EQ(written(std::vector<int>{1, 2}), "[1,2]");
    EXPECT_EQ(written(std::vector<bool>{true, false}), "[true,false]");
    EXPECT_EQ(written(std::vector<std::vector<std::string>>{{"a"}, {}}), R"([["a"],[]])");
    EXPECT_EQ(written(std::map<std::string, int>{}), "{}");
    EXPECT_EQ(written(std::map<std::string, std::vector<int>>{{"a\"", {1}}, {"b", {}}}), R"({"a\"":[1],"b":[]})");
    EXPECT_EQ(written(std::vector<std::optional<int>>{1, std::nullopt}), "[1,null]");
}

TEST(JsonWrite, WritesEnumeratorsByName)
{
    EXPECT_EQ(written(tile_type::markdown), R"("markdown")");
    EXPECT_EQ(written(tile_type::delete_), R"("delete")");
    EXPECT_THROW(written(static_cast<tile_type>(17)), error);
}

TEST(JsonWrite, KeepsEveryDigitOfIntegers)
{
    EXPECT_EQ(written(std::int64_t{9007199254740993}), "9007199254740993");
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(written(std::int8_t{-7}), "-7");
    EXPECT_EQ(written(std::uint8_t{200}), "200");
    EXPECT_EQ(written(true), "true");
}

TEST(JsonWrite, WritesDoublesShortestAndWithoutCapitalE)
{
    EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(written(0.3), "0.3");
    EXPECT_EQ(written(5.0), "5");
    EXPECT_EQ(written(-0.0), "-0");
    EXPECT_EQ(written(0.1F), "0.1");
    EXPECT_EQ(written(1e300), "1e+300");
    EXPECT_EQ(written(5e-324), "5e-324");
}

TEST(JsonWrite, DoublesReadBackTheSame)
{
    std::mt19937_64 bits{20261122};
    for (int i = 0; i < 20000; ++i) {
        double number = 0;
        const std::uint64_t pattern = bits();
        std::memcpy(&number, &pattern, sizeof number);
        if (!std::isfinite(number))
            continue;
        const auto text = written(number);
        EXPECT_EQ(text.find('E'), std::string::npos);
        EXPECT_EQ(read_body<double>(*value::parse(text)), number) << text;
    }
}

TEST(JsonWrite, RefusesNumbersThatAreNotFinite)
{
    for (const double number : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()}) {
        try {
            written(number);
            FAIL() << number;
        } catch (const error& refused) {
            EXPECT_EQ(refused.kind(), error_kind::internal);
        }
    }
    EXPECT_THROW(written(std::numeric_limits<float>::infinity()), error);
}

TEST(JsonWrite, EscapesWhatMustBeEscaped)
{
    EXPECT_EQ(written(std::string{"a\"b\\c/d"}), R"("a\"b\\c/d")");
    EXPECT_EQ(written(std::string{"\b\f\n\r\t"}), R"("\b\f\n\r\t")");
    EXPECT_EQ(written(std::string("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
    EXPECT_EQ(written("literal"), R"("literal")");
    EXPECT_EQ(written(std::string_view{}), R"("")");
}

TEST(JsonWrite, FindsASpecialCharacterAtEveryPlaceOfALongText)
{
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const auto& [special, escaped] :
                 {std::pair{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\x1f', "\\u001f"}}) {
                std::string text(size, 'x');
                text[at] = special;
                const auto expected = '"' + std::string(at, 'x') + escaped + std::string(size - at - 1, 'x') + '"';
                ASSERT_EQ(written(text), expected);
            }
        }
    }
}

TEST(JsonWrite, KeepsUtf8)
{
    const std::string text = "ä€𝄞 \xC2\x80 \xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80";
    EXPECT_EQ(written(text), '"' + text + '"');
}

TEST(JsonWrite, ReplacesWhatIsNotUtf8OncePerMaximalPart)
{
    const std::string r = "\xEF\xBF\xBD";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"\x80", r},                            // a continuation alone
        {"\xFF", r},                            //
        {"a\xC3", "a" + r},                     // cut at the end
        {"\xC0\xAF", r + r},                    // overlong
        {"\xE0\x80\xAF", r + r + r},            //
        {"\xED\xA0\x80", r + r + r},            // a surrogate
        {"\xF0\x9F\x92", r},                    // three of four: one maximal part
        {"\xF0\x9F\x92z", r + "z"},             //
        {"\xF4\x90\x80\x80", r + r + r + r},    // beyond U+10FFFF
        {"\xE2\x82\"", r + "\\\""},             // the quote is not swallowed
        {"\xC3\xA4\x80\xC3\xA4", "ä" + r + "ä"} //
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(written(text), '"' + expected + '"');
}

TEST(JsonWrite, WhateverBytesATextHasItsJsonIsReadAgain)
{
    std::mt19937 bytes{7};
    for (int i = 0; i < 2000; ++i) {
        std::string text(bytes() % 40, '\0');
        for (char& c : text)
            c = static_cast<char>(bytes() % 255 + 1);
        EXPECT_NO_THROW(value::parse(written(text))) << i;
    }
}

TEST(JsonWrite, WritesIdsAsText)
{
    const auto id = uuid::parse("3FA85F64-5717-4562-b3fc-2c963f66afa6");
    EXPECT_EQ(written(*id), R"("3fa85f64-5717-4562-b3fc-2c963f66afa6")");
    EXPECT_EQ(written(project_id{*id}), R"("3fa85f64-5717-4562-b3fc-2c963f66afa6")");
}

TEST(JsonWrite, WritesTimesInUtcWithMilliseconds)
{
    using namespace std::chrono;
    const auto day = sys_days{2026y / November / 22};
    EXPECT_EQ(written(sys_time<microseconds>{day + 21h + 123999us}), R"("2026-11-22T21:00:00.123Z")");
    EXPECT_EQ(written(sys_seconds{day + 1h + 2min + 3s}), R"("2026-11-22T01:02:03.000Z")");
    EXPECT_EQ(written(day), R"("2026-11-22")");
    EXPECT_EQ(written(sys_time<microseconds>{-1us}), R"("1969-12-31T23:59:59.999Z")");
    EXPECT_EQ(written(sys_time<microseconds>{sys_days{2024y / February / 29}}), R"("2024-02-29T00:00:00.000Z")");
    EXPECT_EQ(written(sys_days{0y / January / 1}), R"("0000-01-01")");
    EXPECT_EQ(written(sys_days{10000y / January / 1}), R"("+010000-01-01")");
    EXPECT_EQ(written(sys_days{-1y / March / 1}), R"("-000001-03-01")");
}

// A list is not refused for one such row, and no client gets what it cannot read.
TEST(JsonWrite, WritesWhatClientsCannotReadAsTheLastTimeThatTheyCan)
{
    using std::chrono::microseconds, std::chrono::sys_time, std::chrono::sys_days;
    EXPECT_EQ(written(sys_time<microseconds>::max()), R"("+275760-09-13T00:00:00.000Z")");
    EXPECT_EQ(written(sys_time<microseconds>::min()), R"("-271821-04-20T00:00:00.000Z")");
    EXPECT_EQ(written(sys_days::max()), R"("+275760-09-13")");
    EXPECT_EQ(written(sys_days::min()), R"("-271821-04-20")");
}

TEST(JsonWrite, AgreesWithTheCalendarOnEveryDayOfFourCenturies)
{
    using namespace std::chrono;
    for (sys_days day = 1800y / January / 1; day < sys_days{2201y / January / 1}; day += days{1}) {
        const year_month_day named{day};
        char expected[16];
        std::snprintf(expected, sizeof expected, "\"%04d-%02u-%02u\"", int{named.year()}, unsigned{named.month()},
                      unsigned{named.day()});
        ASSERT_EQ(written(day), expected);
    }
}

TEST(JsonWrite, AsksTheTypesOwnRoomFirst)
{
    EXPECT_EQ(written(std::vector<std::optional<other_room::stamp>>{other_room::stamp{3}, std::nullopt}),
              R"(["at 3",null])");
}

TEST(JsonWrite, AppendsToWhatIsThere)
{
    std::string out = "before ";
    write(out, 1);
    EXPECT_EQ(out, "before 1");
}

} // namespace
} // namespace lightdash::json
