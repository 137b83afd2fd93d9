#include "unit/pg/codec_support.hpp"

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;

struct sample {
    std::string bytes;
    std::string text;
};

std::string number(int count, int weight, int sign, int scale, std::initializer_list<int> groups)
{
    std::string made;
    const auto put = [&](int word) { made += raw({(word >> 8) & 0xff, word & 0xff}); };
    for (const int word : {count, weight, sign, scale})
        put(word);
    for (const int group : groups)
        put(group);
    return made;
}

constexpr int plus = 0, minus = 0x4000;

TEST(NumericCodec, KeepsEveryDigitAndTheZerosOfTheScale)
{
    const sample samples[] = {
        {number(0, 0, plus, 0, {}), "0"},
        {number(0, 0, plus, 3, {}), "0.000"},
        {number(1, 0, plus, 0, {7}), "7"},
        {number(1, 1, plus, 0, {1}), "10000"},
        {number(2, 1, plus, 0, {1, 2}), "10002"},
        {number(2, 0, minus, 3, {12, 3400}), "-12.340"},
        {number(1, -1, plus, 4, {1}), "0.0001"},
        {number(1, -2, plus, 6, {100}), "0.000001"},
        {number(3, 1, plus, 2, {1234, 5678, 9100}), "12345678.91"},
        {number(1, 4, plus, 1, {42}), "420000000000000000.0"},
        {number(1, 0, plus, 2, {5}), "5.00"},
    };
    for (const auto& each : samples)
        EXPECT_EQ(codec<numeric>::decode(sent(oid::numeric, each.bytes)).text, each.text);
}

TEST(NumericCodec, ReadsNotANumberAndTheInfinities)
{
    EXPECT_EQ(codec<numeric>::decode(sent(oid::numeric, number(0, 0, 0xC000, 0, {}))).text, "NaN");
    EXPECT_EQ(codec<numeric>::decode(sent(oid::numeric, number(0, 0, 0xD000, 0, {}))).text, "Infinity");
    EXPECT_EQ(codec<numeric>::decode(sent(oid::numeric, number(0, 0, 0xF000, 0, {}))).text, "-Infinity");
}

TEST(NumericCodec, RefusesDamagedNumbers)
{
    EXPECT_EQ(refusal<numeric>(sent(oid::numeric, "123")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<numeric>(sent(oid::numeric, number(2, 0, plus, 0, {1}))).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<numeric>(sent(oid::numeric, number(1, 0, 0x1234, 0, {1}))).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<numeric>(sent(oid::numeric, number(1, 0, plus, 0, {10000}))).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<numeric>(sent(oid::float8, "12345678")).kind(), error_kind::database_error);
}

TEST(NumericCodec, SendsItsTextAndNothingElse)
{
    for (const auto* text : {"-12.340", "1e6", "NaN", "-Infinity", "+.5"})
        EXPECT_EQ(encoded(numeric{text}), text);
    for (const auto& text : {std::string{}, std::string{"12,5"}, std::string{"1\0", 2}, std::string{"1; --"}})
        EXPECT_EQ(thrown_by([&] { (void)encoded(numeric{text}); }).kind(), error_kind::invalid_value);
    EXPECT_FALSE(codec<numeric>::binary);
}

} // namespace
} // namespace lightdash::pg
