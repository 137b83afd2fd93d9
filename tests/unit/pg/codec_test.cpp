#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace lightdash::pg {
namespace {

using project_id = strong_id<struct project_tag>;

using namespace lightdash::testing;
using ::testing::HasSubstr;

enum class colour : unsigned char { red, green, blue };
LIGHTDASH_DESCRIBE_ENUM(colour, red, green, blue)

TEST(Codec, SendsIntegersInNetworkOrder)
{
    EXPECT_EQ(encoded(std::int16_t{0x0102}), raw({1, 2}));
    EXPECT_EQ(encoded(std::int32_t{-2}), raw({0xff, 0xff, 0xff, 0xfe}));
    EXPECT_EQ(encoded(std::int64_t{0x0102030405060708}), raw({1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(encoded(7LL), raw({0, 0, 0, 0, 0, 0, 0, 7}));
}

TEST(Codec, KeepsTheEndsOfEveryInteger)
{
    for (const auto value : {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()})
        EXPECT_EQ(there_and_back(value), value);
    for (const auto value : {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()})
        EXPECT_EQ(there_and_back(value), value);
    for (const auto value : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        EXPECT_EQ(there_and_back(value), value);
}

TEST(Codec, WidensIntegers)
{
    EXPECT_EQ(codec<std::int32_t>::decode(sent(oid::int2, raw({0xff, 0xff}))), -1);
    EXPECT_EQ(codec<std::int64_t>::decode(sent(oid::int4, raw({0x7f, 0xff, 0xff, 0xff}))), 2147483647);
    EXPECT_EQ(codec<std::int64_t>::decode(sent(oid::object_id, raw({0xff, 0xff, 0xff, 0xff}))), 4294967295);
}

TEST(Codec, NarrowsIntegersOnlyWhenTheValueFits)
{
    EXPECT_EQ(codec<std::int16_t>::decode(sent(oid::int8, raw({0, 0, 0, 0, 0, 0, 0x7f, 0xff}))), 32767);
    const auto failure = refusal<std::int16_t>(sent(oid::int4, raw({0, 0, 0x80, 0})));
    EXPECT_EQ(failure.kind(), error_kind::database_error);
    EXPECT_EQ(failure.message(), "The value 32768 does not fit into std::int16_t.");
}

TEST(Codec, NamesBothTypesWhenTheyDoNotFit)
{
    const auto failure = refusal<std::int32_t>(sent(oid::text, "12"));
    EXPECT_EQ(failure.kind(), error_kind::database_error);
    EXPECT_THAT(failure.message(), HasSubstr("type text"));
    EXPECT_THAT(failure.message(), HasSubstr("std::int32_t"));
    EXPECT_THAT(refusal<std::string>(sent(oid::int4, raw({0, 0, 0, 1}))).message(), HasSubstr("type int4"));
    EXPECT_THAT(refusal<bool>(sent(oid::int4, raw({0, 0, 0, 1}))).message(), HasSubstr("bool"));
    EXPECT_THAT(refusal<uuid>(sent(oid::text, "x")).message(), HasSubstr("uuid"));
    EXPECT_THAT(refusal<std::string>(sent(static_cast<oid>(600), std::string(16, '\0'))).message(),
                HasSubstr("with oid 600"));
}

TEST(Codec, RefusesBytesOfAnotherLength)
{
    EXPECT_EQ(refusal<std::int32_t>(sent(oid::int4, raw({0, 0, 1}))).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<bool>(sent(oid::boolean, "")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<uuid>(sent(oid::uuid, "short")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<double>(sent(oid::float8, "1234")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<date>(sent(oid::date, "12")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<timestamptz>(sent(oid::timestamptz, "12")).kind(), error_kind::database_error);
}

TEST(Codec, RefusesNullWhereNoNullCanBe)
{
    EXPECT_THAT(refusal<std::string>(sent_null(oid::text)).message(), HasSubstr("NULL of type text"));
    EXPECT_THAT(refusal<std::int32_t>(sent_null(oid::int4)).message(), HasSubstr("std::optional"));
    EXPECT_EQ(refusal<double>(sent_null(oid::float4)).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<std::vector<int>>(sent_null(oid::int4_array)).kind(), error_kind::database_error);
    EXPECT_EQ(codec<std::optional<int>>::decode(sent_null(oid::int4)), std::nullopt);
    EXPECT_EQ(codec<std::optional<int>>::decode(sent(oid::int4, raw({0, 0, 0, 5}))), 5);
}

TEST(Codec, KeepsEveryKindOfFloatingPointValue)
{
    for (const double value : {0.0, -0.0, 0.1, 5e-324, 1.7976931348623157e308, double{INFINITY}, -double{INFINITY}}) {
        EXPECT_EQ(there_and_back(value), value);
        EXPECT_EQ(std::signbit(there_and_back(value)), std::signbit(value));
    }
    EXPECT_TRUE(std::isnan(there_and_back(std::nan(""))));
    EXPECT_EQ(there_and_back(1.5F), 1.5F);
    EXPECT_EQ(codec<double>::decode(sent(oid::float4, encoded(1.5F))), 1.5);
    EXPECT_EQ(refusal<float>(sent(oid::float8, encoded(1.5))).kind(), error_kind::database_error);
}

TEST(Codec, ReadsTextsOfEveryTextLikeType)
{
    for (const auto type : {oid::text, oid::varchar, oid::bpchar, oid::name, oid::untyped, oid::json})
        EXPECT_EQ(codec<std::string>::decode(sent(type, "Grüße")), "Grüße");
    EXPECT_EQ(codec<std::string>::decode(sent(oid::single_char, "r")), "r");
    EXPECT_EQ(codec<std::string>::decode(sent(oid::single_char, raw({0}))), "");
    EXPECT_EQ(codec<std::string>::decode(sent(oid::text, "")), "");
}

TEST(Codec, ReadsTextFormatForTextLikeTypesOnly)
{
    EXPECT_EQ(codec<std::string>::decode(sent_as_text(oid::text, "on")), "on");
    EXPECT_EQ(codec<json_text>::decode(sent_as_text(oid::jsonb, "{}")).text, "{}");
    EXPECT_EQ(codec<numeric>::decode(sent_as_text(oid::numeric, "1.50")).text, "1.50");
    EXPECT_EQ(codec<colour>::decode(sent_as_text(oid::text, "blue")), colour::blue);
    EXPECT_THAT(refusal<std::int32_t>(sent_as_text(oid::int4, "1234")).message(), HasSubstr("text format"));
    EXPECT_EQ(refusal<bool>(sent_as_text(oid::boolean, "t")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<bytes>(sent_as_text(oid::bytea, "\\x00")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<timestamptz>(sent_as_text(oid::timestamptz, "12345678")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<std::vector<int>>(sent_as_text(oid::int4_array, "{1,2,3,4,5,6}")).kind(),
              error_kind::database_error);
}

TEST(Codec, ReadsEnumsAndCitextButNotCompositesOfUserTypes)
{
    const auto user_type = static_cast<oid>(16500);
    EXPECT_EQ(codec<std::string>::decode(sent(user_type, "green")), "green");
    EXPECT_EQ(codec<colour>::decode(sent(user_type, "green")), colour::green);
    EXPECT_EQ(refusal<std::string>(sent(user_type, raw({0, 0, 0, 1, 0, 0, 0, 25}))).kind(), error_kind::database_error);
}

TEST(Codec, RefusesNulInEveryText)
{
    const std::string cut{"ab\0cd", 5};
    for (const auto& failure :
         {thrown_by([&] { (void)encoded(cut); }), thrown_by([&] { (void)encoded(std::string_view{cut}); }),
          thrown_by([&] { (void)encoded(json_text{cut}); }),
          thrown_by([&] { (void)encoded(std::vector<std::string>{cut}); }),
          thrown_by([&] { (void)encoded(std::vector<json_text>{{cut}}); })})
        EXPECT_EQ(failure.kind(), error_kind::invalid_text);
    EXPECT_THAT(thrown_by([&] { (void)encoded(cut); }).message(), HasSubstr("position 3"));
    EXPECT_EQ(encoded(bytes{cut}), cut);
}

TEST(Codec, StripsTheVersionOfJsonb)
{
    EXPECT_EQ(codec<json_text>::decode(sent(oid::jsonb, "\1{\"a\": 1}")).text, "{\"a\": 1}");
    EXPECT_EQ(codec<json_text>::decode(sent(oid::json, "{\"a\":1}")).text, "{\"a\":1}");
    EXPECT_EQ(refusal<json_text>(sent(oid::jsonb, "\2{}")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<json_text>(sent(oid::jsonb, "")).kind(), error_kind::database_error);
    EXPECT_EQ(refusal<json_text>(sent(oid::text, "{}")).kind(), error_kind::database_error);
}

TEST(Codec, ReadsEnumsByName)
{
    EXPECT_EQ(encoded(colour::green), "green");
    EXPECT_EQ(codec<colour>::decode(sent(oid::varchar, "red")), colour::red);
    const auto failure = refusal<colour>(sent(oid::text, "mauve"));
    EXPECT_EQ(failure.message(), "A value of type text is none of: red, green, blue.");
    EXPECT_THAT(failure.detail(), HasSubstr("mauve"));
    EXPECT_EQ(thrown_by([] { (void)encoded(static_cast<colour>(9)); }).kind(), error_kind::internal);
}

TEST(Codec, LeavesTheTypeOfAnEnumToTheServer)
{
    EXPECT_EQ(parameter_type<colour>, oid::unknown);
    EXPECT_FALSE(parameter_binary<colour>);
    EXPECT_EQ(parameter_type<std::vector<colour>>, oid::unknown);
    EXPECT_FALSE(parameter_binary<std::vector<colour>>);
    EXPECT_EQ(parameter_type<std::optional<project_id>>, oid::uuid);
    EXPECT_EQ(parameter_type<char[4]>, oid::text);
}

TEST(Codec, KeepsUuidsAndStrongIds)
{
    const auto id = project_id{*uuid::parse("0192d3a8-7b1c-4f00-8000-0123456789ab")};
    EXPECT_EQ(there_and_back(id), id);
    EXPECT_EQ(encoded(id.value).size(), 16U);
    EXPECT_EQ(static_cast<unsigned char>(encoded(id.value)[1]), 0x92);
}

TEST(Codec, KeepsTheCharOfOneByte)
{
    EXPECT_EQ(there_and_back('x'), 'x');
    EXPECT_EQ(codec<char>::decode(sent_as_text(oid::single_char, "")), '\0');
    EXPECT_EQ(refusal<char>(sent(oid::text, "x")).kind(), error_kind::database_error);
}

} // namespace
} // namespace lightdash::pg
