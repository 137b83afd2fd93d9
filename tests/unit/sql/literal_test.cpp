#include "lightdash/sql/builder.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace lightdash::sql {
namespace {

template <class T>
std::string literal(const T& of)
{
    return value(of).to_string();
}

TEST(to_string, writes_texts_so_that_nothing_ends_them)
{
    EXPECT_EQ(literal("O'Neil"), "'O''Neil'");
    EXPECT_EQ(literal(R"(a\b'c)"), R"(E'a\\b''c')");
    EXPECT_EQ(literal(untyped{"1 day"}), "'1 day'");
}

TEST(to_string, writes_numbers_so_that_signs_stay_apart)
{
    EXPECT_EQ(literal(5), "5");
    EXPECT_EQ(literal(std::int16_t{-5}), "(-5)");
    EXPECT_EQ(literal(std::numeric_limits<std::int64_t>::min()), "(-9223372036854775808)");
    EXPECT_EQ(literal(1.5), "1.5");
    EXPECT_EQ(literal(std::numeric_limits<double>::quiet_NaN()), "'NaN'::float8");
    EXPECT_EQ(literal(-std::numeric_limits<float>::infinity()), "'-Infinity'::float4");
    EXPECT_EQ(literal(pg::numeric{"-12.340"}), "(-12.340)");
    EXPECT_EQ(literal(pg::numeric{"NaN"}), "'NaN'::numeric");
}

TEST(to_string, writes_every_other_type_with_its_name)
{
    EXPECT_EQ(literal(true), "true");
    EXPECT_EQ(literal(std::nullopt), "null");
    EXPECT_EQ(literal(std::optional<int>{}), "null");
    EXPECT_EQ(literal(uuid{}), "'00000000-0000-0000-0000-000000000000'::uuid");
    EXPECT_EQ(literal(pg::bytes{{'\xde', '\x00', '\x27'}}), R"(E'\\xde0027'::bytea)");
    EXPECT_EQ(literal(pg::json_text{R"({"a":"'"})"}), R"('{"a":"''"}'::jsonb)");
    EXPECT_EQ(literal('x'), R"('x'::"char")");
}

TEST(to_string, writes_times_with_their_zone)
{
    using namespace std::chrono;
    const pg::timestamptz when = sys_days{2024y / May / 2} + 3h + 4min + 5s + 678ms;
    EXPECT_EQ(literal(when), "'2024-05-02 03:04:05.678+00'::timestamptz");
    EXPECT_EQ(literal(pg::timestamp{when}), "'2024-05-02 03:04:05.678'::timestamp");
    EXPECT_EQ(literal(pg::date{2024y / May / 2}), "'2024-05-02'::date");
    EXPECT_EQ(literal(pg::date{year{0} / March / 1}), "'0001-03-01 BC'::date");
    EXPECT_EQ(literal(pg::timestamptz{sys_days{year{-1} / March / 1}}), "'0002-03-01 00:00:00+00 BC'::timestamptz");
}

TEST(to_string, writes_arrays)
{
    EXPECT_EQ(literal(std::vector{1, -2}), "array[1, (-2)]::int4[]");
    EXPECT_EQ(literal(std::vector<std::string>{}), "'{}'::text[]");
    EXPECT_EQ(literal(std::vector<std::optional<std::string>>{"a'b", std::nullopt}), "array['a''b', null]::text[]");
    EXPECT_EQ(literal(std::vector{pg::numeric{"1.5"}}), R"('{"1.5"}'::numeric[])");
}

TEST(to_string, shows_open_parameters_as_placeholders)
{
    EXPECT_EQ(select().from("t").where("a", 1).where("b", param<int>()).to_string(),
              R"(select * from "t" where "a" = 1 and "b" = $1)");
}

} // namespace
} // namespace lightdash::sql
