// What is JSON and what is not (RFC 8259), and what this program refuses beyond it (promises J1–J9, J14).
#include "lightdash/json/json.hpp"
#include "json/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace lightdash::json {
namespace {

using namespace std::string_literals;

// What was refused, "" when it was not.
struct refusal {
    error_kind kind = error_kind::usage;
    std::string message;
    std::vector<field_error> fields;
};

std::optional<refusal> refused(std::string_view text, std::size_t depth = 32)
{
    try {
        (void)value::parse(text, depth);
        return std::nullopt;
    } catch (const error& failure) {
        return refusal{failure.kind(), failure.message(), failure.fields()};
    }
}

std::string kept(std::string_view text)
{
    return read_body<raw>(*value::parse(text)).text;
}

std::string nested(std::size_t levels)
{
    return std::string(levels, '[') + std::string(levels, ']');
}

TEST(JsonParse, AcceptsEverythingThatIsJson)
{
    const std::vector<std::string> accepted{
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"a\":{}}",
        " [] ",
        "\t\n\r []\n",
        "[[]   ]",
        "[\"\"]",
        "[\"a\"]",
        "\"only a text\"",
        "\"\"",
        "42",
        "-0",
        "-0.1",
        "true",
        "false",
        "null",
        "[true,false,null]",
        "[1,null,null,2]",
        "[ 1]",
        "[1 ]",
        "[1 , 2]",
        "[-1]",
        "[0]",
        "[-0]",
        "[0.5]",
        "[123.456789]",
        "[1e1]",
        "[1E1]",
        "[1e+1]",
        "[1e-1]",
        "[0e1]",
        "[0e+1]",
        "[-1.5E-3]",
        "[1e-400]",
        "[20e1]",
        "[9223372036854775807]",
        "[-9223372036854775808]",
        "[18446744073709551615]",
        "[18446744073709551616]",
        "[123456789012345678901234567890]",
        "[-123456789012345678901234567890]",
        "[9007199254740993]",
        "[0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000001]",
        "[1.7976931348623157e308]",
        "{\"\":0}",
        "{\"a\":\"b\"}",
        "{\"a\":1,\"b\":2}",
        "{\"a\":1,\"A\":2}",
        "{ \"a\" : [ 1 , { \"b\" : null } ] }",
        "{\"a\":{\"a\":1},\"b\":{\"a\":1}}",
        "[{\"a\":1},{\"a\":1}]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
        "[\"\\u0061\\u30af\\u00e9\"]",
        "[\"\\uD834\\uDd1e\"]",
        "[\"\\u0001\"]",
        "[\"\\uFFFF\\uFDD0\"]",
        "[\"\\u2028\\u2029\"]",
        "[\"\x7f\"]",
        "[\"ä€𝄞\"]",
        "[\"\xEF\xBF\xBF\"]",
        "[\"\xF4\x8F\xBF\xBF\"]",
        "[\"a/*b*/c\"]",
        "[\"new\\u000Aline\"]",
        "{\"ключ\":\"значение\"}",
        "[\"\\\\u0000\"]",
        "[\"\xE2\x80\xA8\"]",
        "{\"asd\":\"sdf\"}"};
    for (const auto& text : accepted) {
        const auto failure = refused(text);
        EXPECT_FALSE(failure.has_value()) << text << ": " << (failure ? failure->message : "");
    }
}

TEST(JsonParse, RefusesEverythingThatIsNot)
{
    const std::vector<std::string> not_json{"",
                                            " ",
                                            "\n",
                                            "[",
                                            "]",
                                            "{",
                                            "}",
                                            "[]]",
                                            "[][]",
                                            "{}}",
                                            "[1,]",
                                            "[,1]",
                                            "[,]",
                                            "[1,,2]",
                                            "[1 2]",
                                            "[1;2]",
                                            "[\"a\",",
                                            "[\"a\"",
                                            "[\"",
                                            "[\"a",
                                            "{\"a\"}",
                                            "{\"a\":}",
                                            "{\"a\":1,}",
                                            "{,}",
                                            "{\"a\" 1}",
                                            "{\"a\":1 \"b\":2}",
                                            "{a:1}",
                                            "{'a':1}",
                                            "{1:1}",
                                            "{null:1}",
                                            "{\"a\":1,,\"b\":2}",
                                            "{\"a\"::1}",
                                            "{[]:1}",
                                            "{\"a\":1",
                                            "{\"a\"",
                                            "{\"a\":",
                                            "['a']",
                                            "'a'",
                                            "[tru]",
                                            "[True]",
                                            "[nul]",
                                            "[fals]",
                                            "[nulll]",
                                            "[truefalse]",
                                            "tru",
                                            "nan",
                                            "NaN",
                                            "[NaN]",
                                            "[-NaN]",
                                            "[Infinity]",
                                            "[-Infinity]",
                                            "[+1]",
                                            "[01]",
                                            "[-01]",
                                            "[00]",
                                            "[0x1]",
                                            "[1.]",
                                            "[.5]",
                                            "[-.5]",
                                            "[-]",
                                            "-",
                                            "[--1]",
                                            "[1e]",
                                            "[1e+]",
                                            "[1E-]",
                                            "[0.e1]",
                                            "[1.e1]",
                                            "[1eE2]",
                                            "[1_000]",
                                            "[1 000]",
                                            "[1e1.5]",
                                            "[1.2.3]",
                                            "[1a]",
                                            "[-a]",
                                            "[ 1.]",
                                            "[0.]",
                                            "2.",
                                            "1e",
                                            "[\xEF\xBC\x91]",
                                            "[1]x",
                                            "[1] 2",
                                            "{} // c",
                                            "/* c */ []",
                                            "[1/* c */]",
                                            "[] #",
                                            "# c\n[]",
                                            "[\"\\x41\"]",
                                            "[\"\\a\"]",
                                            "[\"\\\"]",
                                            "[\"\\u\"]",
                                            "[\"\\u12\"]",
                                            "[\"\\u00G0\"]",
                                            "[\"\\U0041\"]",
                                            "[\"\\ \"]",
                                            "[\"\\\t\"]",
                                            "[\"\t\"]",
                                            "[\"a\nb\"]",
                                            "[\"\x1f\"]",
                                            "[\"\\uD800\"]",
                                            "[\"\\uDC00\"]",
                                            "[\"\\uD800\\u0041\"]",
                                            "[\"\\uD800\\uD800\"]",
                                            "[\"\\uDd1e\\uD834\"]",
                                            "[\"\\uD800x\"]",
                                            "[\"\\uD8\"]",
                                            "[\"\x80\"]",
                                            "[\"\xC0\xAF\"]",
                                            "[\"\xE0\x80\x80\"]",
                                            "[\"\xED\xA0\x80\"]",
                                            "[\"\xF4\x90\x80\x80\"]",
                                            "[\"\xF5\x80\x80\x80\"]",
                                            "[\"\xC3\"]",
                                            "[\"\xE9\"]",
                                            "[\"\xFF\"]",
                                            "[\"\xFC\x83\xBF\xBF\xBF\xBF\"]",
                                            "\xEF\xBB\xBF[]",
                                            "\xFF\xFE[\0]\0"s,
                                            "[\"a\0b\"]"s,
                                            "[\0]"s,
                                            "\0"s,
                                            "[1]\0"s,
                                            "[\x0C]",
                                            "[\xC2\xA0]",
                                            "[\xE2\x81\xA0]",
                                            "\xEF\xBB\xBF",
                                            "*",
                                            "<null>",
                                            "abc",
                                            "a\"",
                                            "\"a",
                                            "\"\\",
                                            "[\"asd]",
                                            "{\"a\":\"b\"}#",
                                            "{\"a\":\"b\"}/**/",
                                            "[<null>]",
                                            "{\"x\", null}",
                                            "[3[4]]",
                                            "[\"x\"1]",
                                            "[{\"a\":1]",
                                            "{\"a\":[}",
                                            "[1}",
                                            "{]",
                                            "\\u0061",
                                            "[\\n]",
                                            "[*]",
                                            "&",
                                            "![]"};
    ASSERT_GE(not_json.size(), 60U);
    for (const auto& text : not_json) {
        const auto failure = refused(text);
        ASSERT_TRUE(failure.has_value()) << text;
        EXPECT_EQ(failure->kind, error_kind::malformed_body) << text;
    }
}

TEST(JsonParse, AllowsThirtyTwoLevelsAndNoMore)
{
    EXPECT_FALSE(refused(nested(32)).has_value());
    const auto failure = refused(nested(33));
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->kind, error_kind::malformed_body);
    EXPECT_THAT(failure->message, testing::HasSubstr("nested deeper than 32 levels"));
    EXPECT_TRUE(refused("[[1]]", 1).has_value());
}

TEST(JsonParse, SaysWhereItStoppedUnderstanding)
{
    const auto failure = refused("{\n  \"a\": 1,\n  \"b\": tru\n}");
    ASSERT_TRUE(failure.has_value());
    EXPECT_THAT(failure->message, testing::HasSubstr("line 3"));
    EXPECT_THAT(refused("[1")->message, testing::HasSubstr("ends too early"));
    EXPECT_THAT(refused("[1] 2")->message, testing::HasSubstr("something follows"));
    EXPECT_THAT(refused(" ")->message, testing::HasSubstr("empty"));
}

TEST(JsonParse, RefusesAMemberThatComesTwiceAndNamesIt)
{
    const std::vector<std::pair<std::string, std::string>> cases{{R"({"a":1,"a":2})", "/a"},
                                                                 {R"({"a":{"b":1,"c":2,"b":3}})", "/a/b"},
                                                                 {R"([0,{"x":[{"y":1,"y":1}]}])", "/1/x/0/y"},
                                                                 {R"({"a":1,"\u0061":2})", "/a"},
                                                                 {R"({"a":[1,2],"b":{"a":1},"a":null})", "/a"},
                                                                 {R"({"":1,"":2})", "/"},
                                                                 {R"({"a/b~":1,"a/b~":2})", "/a~1b~0"}};
    for (const auto& [text, pointer] : cases) {
        const auto failure = refused(text);
        ASSERT_TRUE(failure.has_value()) << text;
        EXPECT_EQ(failure->kind, error_kind::malformed_body);
        ASSERT_EQ(failure->fields.size(), 1U);
        EXPECT_EQ(failure->fields[0].pointer, pointer);
        EXPECT_THAT(failure->message, testing::HasSubstr(pointer));
    }
}

TEST(JsonParse, FindsATwiceNamedMemberAmongMany)
{
    std::string text = "{";
    for (int i = 0; i < 5000; ++i)
        text += "\"k" + std::to_string(i) + "\":0,";
    text += "\"last\":1}";
    EXPECT_FALSE(refused(text).has_value());
    text.insert(text.size() - 1, ",\"k2500\":1");
    ASSERT_TRUE(refused(text).has_value());
    EXPECT_EQ(refused(text)->fields.at(0).pointer, "/k2500");
}

TEST(JsonParse, RefusesNulInTextsAndNamesWithTheirPointers)
{
    const auto failure = refused(R"({"a":["x","y\u0000z"],"b":{"k\u0000":1},"c":"\u0000"})");
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->kind, error_kind::invalid_body);
    ASSERT_EQ(failure->fields.size(), 3U);
    EXPECT_EQ(failure->fields[0].pointer, "/a/1");
    EXPECT_EQ(failure->fields[1].pointer, "/b");
    EXPECT_EQ(failure->fields[2].pointer, "/c");
}

TEST(JsonParse, RefusesNumbersThatNoDoubleHoldsWithTheirPointers)
{
    for (const auto& number :
         {"1e400"s, "-1e400"s, "1.7976931348623159e308"s, "123456.7e500"s, std::string(400, '9')}) {
        const auto failure = refused("{\"a\":[0," + number + "]}");
        ASSERT_TRUE(failure.has_value()) << number;
        EXPECT_EQ(failure->kind, error_kind::invalid_body) << number;
        ASSERT_EQ(failure->fields.size(), 1U);
        EXPECT_EQ(failure->fields[0].pointer, "/a/1");
    }
}

TEST(JsonParse, RefusesAnExponentThatNobodyHoldsWithItsPointer)
{
    for (const auto& [text, pointer] : std::vector<std::pair<std::string, std::string>>{
             {"1e99999999999999999999", ""},
             {R"({"a": {"b": [0, {}, -1E+99999999999999999999]}})", "/a/b/2"},
             {"[1, 1e-99999999999999999999]", "/1"},
         }) {
        const auto why = refused(text);
        ASSERT_TRUE(why) << text;
        EXPECT_EQ(why->kind, error_kind::invalid_body) << why->message;
        ASSERT_EQ(why->fields.size(), 1U) << text;
        EXPECT_EQ(why->fields[0].pointer, pointer) << text;
        EXPECT_NE(why->fields[0].message.find("Must be a number between"), std::string::npos);
    }
}

TEST(JsonParse, IsTheSameInStepsOfAnySize)
{
    const std::vector<std::string> texts{
        R"({"a": [1, -2.5e+10, true, false, null, "x\u00e4\n\"y", {"b": {}}], "\ud83d\ude00": "\u00e9\u0000"})",
        R"([ 12345678901234567890 , 0.125, 1e400, {"k": "\u20ac", "k2": [[[]]]} ] )",
        R"({"a":1,"a":2})",
        "[1,2",
        "[1,]",
        "1 2",
        "{} x",
        "[] []",
        "truth",
        "12",
        "  7  ",
        "1e99999999999999999999",
        R"("a)",
        "[\"\xff\"]",
        "nul",
        "[1e5,1E-5]"};
    const auto outcome = [](const std::string& text, std::size_t bytes) {
        try {
            parsing steps{text};
            while (!steps.step(bytes)) {
            }
            return read_body<raw>(*steps.result()).text;
        } catch (const error& failure) {
            return std::string{failure.what()} + (failure.fields().empty() ? "" : failure.fields()[0].pointer);
        }
    };
    for (const auto& text : texts)
        for (std::size_t bytes = 1; bytes < text.size(); ++bytes)
            EXPECT_EQ(outcome(text, bytes), outcome(text, text.size())) << text << " in steps of " << bytes;
}

TEST(JsonParse, KeepsRawJsonAndAllItsDigits)
{
    EXPECT_EQ(kept(R"( { "b" : [ 1 , 2.50 , -0, 1E5 ] , "a" : { } , "c":[ ], "d": null, "e": [true, false] } )"),
              R"({"b":[1,2.50,-0,1E5],"a":{},"c":[],"d":null,"e":[true,false]})");
    EXPECT_EQ(kept("[123456789012345678901234567890,0.1000000000000000055511151231257827,9007199254740993]"),
              "[123456789012345678901234567890,0.1000000000000000055511151231257827,9007199254740993]");
    EXPECT_EQ(kept(R"("a\u00e4\n\"\/")"), "\"aä\\n\\\"/\"");
    EXPECT_EQ(kept("17"), "17");
}

TEST(JsonParse, KeepsTextsHoweverManyPiecesTheyComeIn)
{
    for (std::size_t size = 0; size < 3000; size += 37) {
        std::string text = "[\"", expected;
        for (std::size_t i = 0; i < size; ++i) {
            text += i % 7 == 0 ? "\\n" : i % 11 == 0 ? "\\u00e4" : "x";
            expected += i % 7 == 0 ? "\n" : i % 11 == 0 ? "ä" : "x";
        }
        text += "\"]";
        ASSERT_EQ(read_body<std::vector<std::string>>(*value::parse(text)).at(0), expected);
    }
}

// J9. The limit is loose, for builds without optimization; the benchmark has the figure. Processor time: the machine
// may be busy.
class JsonParseTakesLinearTime : public testing::TestWithParam<std::pair<const char*, std::string (*)(std::size_t)>> {};

TEST_P(JsonParseTakesLinearTime, PerByte)
{
    const auto text = GetParam().second(1024 * 1024);
    const auto begin = std::clock();
    (void)refused(text);
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 1.5);
}

std::string brackets(std::size_t size)
{
    return std::string(size, '[');
}
std::string digits(std::size_t size)
{
    return std::string(size, '7');
}
std::string fraction(std::size_t size)
{
    return "0." + std::string(size, '7');
}
std::string escapes(std::size_t size)
{
    std::string text = "\"";
    while (text.size() < size)
        text += "\\n\\u00e4";
    return text + '"';
}
std::string one_key(std::size_t size)
{
    return "{\"" + std::string(size, 'k') + "\":1}";
}
std::string key_pairs(std::size_t size)
{
    std::string text = "{";
    for (std::size_t i = 0; text.size() < size; ++i)
        text += "\"" + std::to_string(i) + "\":0,";
    return text + "\"z\":0}";
}
std::string alike_keys(std::size_t size)
{
    std::string text = "{";
    for (std::size_t i = 0; text.size() < size; ++i)
        text += "\"" + std::string(200, 'a') + std::to_string(i) + "\":0,";
    return text + "\"z\":0}";
}
std::string nul_texts(std::size_t size)
{
    std::string text = "[";
    while (text.size() < size)
        text += "\"\\u0000\",";
    return text + "0]";
}
std::string overflowing(std::size_t size)
{
    std::string text = "[";
    while (text.size() < size)
        text += "1e999,";
    return text + "0]";
}
std::string zeros(std::size_t size)
{
    std::string text = "[";
    while (text.size() < size)
        text += "0,";
    return text + "0]";
}

TEST(JsonParse, HoldsNoMoreThanFourTimesTheTextInMemory)
{
    constexpr std::size_t mebibyte = 1024 * 1024;
    for (const auto& text : {escapes(mebibyte), one_key(mebibyte), '"' + std::string(mebibyte, 'x') + '"'}) {
        const auto parsed = value::parse(text);
        const document& held = parsed->content();
        EXPECT_LE(held.characters.capacity() + held.nodes.capacity() * sizeof(node), 4 * text.size());
    }
}

// With the text itself no more than six times its size, whatever the values are.
TEST(JsonParse, HoldsNoMoreThanFiveTimesATextOfTheSmallestValues)
{
    constexpr std::size_t mebibyte = 1024 * 1024;
    const auto filled = [](std::string_view piece) {
        std::string text = "[";
        while (text.size() < mebibyte)
            text += piece;
        return text + "1]";
    };
    for (const auto* piece : {"1,", "{},", "[],", "\"\",", "{\"\":1},", "1e1,", "null,"}) {
        const auto text = filled(piece);
        const auto parsed = value::parse(text);
        const document& held = parsed->content();
        EXPECT_LE(held.characters.capacity() + held.nodes.capacity() * sizeof(node), 5 * text.size() + 64) << piece;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, JsonParseTakesLinearTime,
                         testing::Values(std::pair{"Brackets", &brackets}, std::pair{"Digits", &digits},
                                         std::pair{"Fraction", &fraction}, std::pair{"Escapes", &escapes},
                                         std::pair{"OneKey", &one_key}, std::pair{"KeyPairs", &key_pairs},
                                         std::pair{"AlikeKeys", &alike_keys}, std::pair{"NulTexts", &nul_texts},
                                         std::pair{"Overflowing", &overflowing}, std::pair{"Zeros", &zeros}),
                         [](const auto& of) { return std::string{of.param.first}; });

} // namespace
} // namespace lightdash::json
