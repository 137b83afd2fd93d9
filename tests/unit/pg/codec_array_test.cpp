#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class size_of_shirt : unsigned char { small, large };
LIGHTDASH_DESCRIBE_ENUM(size_of_shirt, small, large)

TEST(ArrayCodec, WritesDimensionsTypeAndElements)
{
    EXPECT_EQ(encoded(std::vector<std::int16_t>{5}),
              raw({0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5}));
    EXPECT_EQ(encoded(std::vector<std::int16_t>{}), raw({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21}));
}

TEST(ArrayCodec, MarksNullElements)
{
    const auto bytes = encoded(std::vector<std::optional<std::int16_t>>{std::nullopt});
    EXPECT_EQ(bytes, raw({0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 21, 0, 0, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff}));
    EXPECT_THAT(refusal<std::vector<std::int16_t>>(sent(oid::int2_array, bytes)).message(),
                HasSubstr("NULL of type int2"));
}

TEST(ArrayCodec, KeepsElementsOfEveryBinaryType)
{
    EXPECT_THAT(there_and_back(std::vector<bool>{true, false}), ElementsAre(true, false));
    EXPECT_THAT(there_and_back(std::vector<std::int64_t>{-1, 0, 1}), ElementsAre(-1, 0, 1));
    EXPECT_THAT(there_and_back(std::vector<double>{0.5}), ElementsAre(0.5));
    EXPECT_THAT(there_and_back(std::vector<std::string>{"", "a,\"b\"", "{}"}), ElementsAre("", "a,\"b\"", "{}"));
    EXPECT_THAT(there_and_back(std::vector<uuid>{uuid{}}), ElementsAre(uuid{}));
    EXPECT_THAT(there_and_back(std::vector<date>{date{}}), ElementsAre(date{}));
    EXPECT_THAT(there_and_back(std::vector<timestamptz>{timestamptz{}}), ElementsAre(timestamptz{}));
    EXPECT_THAT(there_and_back(std::vector<bytes>{{std::string(2, '\0')}}), ElementsAre(bytes{std::string(2, '\0')}));
    EXPECT_THAT(there_and_back(std::vector<int>{}), IsEmpty());
    EXPECT_THAT(there_and_back(std::vector<std::optional<std::string>>{"a", std::nullopt}),
                ElementsAre(std::optional<std::string>{"a"}, std::nullopt));
}

TEST(ArrayCodec, WritesLiteralsForTypesThatTravelAsText)
{
    EXPECT_EQ(encoded(std::vector<numeric>{{"1.50"}, {"NaN"}}), R"({"1.50","NaN"})");
    EXPECT_EQ(encoded(std::vector<std::optional<json_text>>{json_text{R"({"a":"\n"})"}, std::nullopt}),
              R"({"{\"a\":\"\\n\"}",NULL})");
    EXPECT_EQ(encoded(std::vector<size_of_shirt>{size_of_shirt::small, size_of_shirt::large}), R"({"small","large"})");
    EXPECT_EQ(encoded(std::vector<numeric>{}), "{}");
    EXPECT_EQ(codec<std::vector<numeric>>::type, oid::numeric_array);
}

TEST(ArrayCodec, ReadsElementsByTheTypeThatTheArrayNames)
{
    const auto shorts = encoded(std::vector<std::int16_t>{5});
    EXPECT_THAT(codec<std::vector<std::int64_t>>::decode(sent(oid::int2_array, shorts)), ElementsAre(5));
    EXPECT_THAT(refusal<std::vector<std::string>>(sent(oid::int2_array, shorts)).message(), HasSubstr("type int2"));
}

TEST(ArrayCodec, RefusesMoreThanOneDimension)
{
    const auto square =
        raw({0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5});
    EXPECT_THAT(refusal<std::vector<std::int16_t>>(sent(oid::int2_array, square)).message(), HasSubstr("2 dimensions"));
}

TEST(ArrayCodec, RefusesEveryCutOfAnArray)
{
    const auto whole = encoded(std::vector<std::string>{"ab", "cd"});
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(refusal<std::vector<std::string>>(sent(oid::text_array, whole.substr(0, size))).kind(),
                  error_kind::database_error)
            << "cut to " << size;
    EXPECT_EQ(refusal<std::vector<std::string>>(sent(oid::text, "abc")).kind(), error_kind::database_error);
}

TEST(ArrayCodec, DoesNotReserveForElementsThatAreNotThere)
{
    const auto lie = raw({0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1});
    EXPECT_EQ(refusal<std::vector<int>>(sent(oid::int4_array, lie)).kind(), error_kind::database_error);
}

} // namespace
} // namespace lightdash::pg
