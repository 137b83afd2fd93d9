// to_string() against a server: each literal is the value that the parameter is.
#include "lightdash/sql/select.hpp"
#include "support/knex_fixture.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <optional>
#include <random>

namespace lightdash::sql {
namespace {

using namespace std::chrono_literals;

class Literals : public ::testing::Test {
protected:
    static inline std::optional<testing::knex_fixture> server;
    static void SetUpTestSuite() { server.emplace(); }
    static void TearDownTestSuite() { server.reset(); }

    template <class T>
    static void same(const T& of)
    {
        const auto literal = select(value(of)).to_string().substr(sizeof "select " - 1);
        const auto type = pg::type_name(pg::parameter_type<T>);
        const auto answer = server->run({testing::sql_statement{
            "select cast(" + literal + " as " + type + ") is not distinct from $1", pg::params::of(of)}});
        EXPECT_EQ(answer.shown(), "t") << literal;
    }
};

TEST_F(Literals, Texts)
{
    same(std::string{"O'Neil"});
    same(std::string{R"(c:\temp\'; drop table users; --)"});
    same(std::string{"\t\r\n\x01 \xc3\xa9 \xf0\x9f\x98\x80 $1 ? $$"});
    same(std::string{});
}

TEST_F(Literals, Numbers)
{
    for (const auto number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                              std::numeric_limits<std::int64_t>::max()})
        same(number);
    for (const auto number :
         {std::numeric_limits<std::int32_t>::min(), -1, 0, std::numeric_limits<std::int32_t>::max()})
        same(number);
    same(std::int16_t{-32768});
    for (const double number : {0.1, -1.5, 1e300, 5e-324, 1e15, 123456789012345680.0, -1e300,
                                std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        same(number);
    same(0.1F);
    same(std::numeric_limits<float>::quiet_NaN());
    same(pg::numeric{"-12345678901234567890.000000000000000000012345"});
    same(pg::numeric{"NaN"});
}

TEST_F(Literals, Times)
{
    const auto day = [](int year) { return std::chrono::sys_days{std::chrono::year{year} / 2 / 28}; };
    for (const int year : {-4712, -1, 0, 1, 1999, 2024, 9999, 30000}) {
        same(pg::timestamptz{day(year) + 3h + 4min + 5s + 678901us});
        same(pg::timestamp{pg::timestamptz{day(year) + 23h + 59min + 59s}});
        same(std::chrono::year_month_day{day(year)});
    }
}

TEST_F(Literals, OtherTypes)
{
    same(true);
    same(uuid::random());
    same(pg::json_text{R"({"a": "it's \\ \" ?", "b": [1, null]})"});
    same(pg::bytes{std::string("\x00\xff'\\\n", 5)});
    same(pg::bytes{});
}

TEST_F(Literals, Arrays)
{
    same(std::vector<int>{});
    same(std::vector<int>{1, -2, 3});
    same(std::vector<std::string>{"", "null", "a,b", "{\"x\"}", "it's", "\\"});
    same(std::vector<std::optional<std::string>>{"a", std::nullopt});
    same(std::vector<std::optional<std::int64_t>>{std::nullopt});
    same(std::vector<double>{0.1, -std::numeric_limits<double>::infinity()});
    same(std::vector{pg::numeric{"1.50"}, pg::numeric{"NaN"}});
    same(std::vector<uuid>{uuid::random(), uuid::random()});
    same(std::vector<pg::timestamptz>{pg::timestamptz{1us}});
    same(std::vector<pg::json_text>{{"{}"}, {"[1]"}});
}

TEST_F(Literals, RandomNumbersAndTexts)
{
    std::mt19937_64 random{1};
    for (int i = 0; i < 200; ++i) {
        same(static_cast<std::int64_t>(random()));
        same(std::bit_cast<double>(random() & ~(std::uint64_t{1} << 62U)));
        std::string text;
        for (auto length = random() % 20; length > 0; --length)
            text += static_cast<char>(1 + random() % 127);
        same(text);
    }
}

} // namespace
} // namespace lightdash::sql
