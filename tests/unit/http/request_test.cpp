#include "http/request_builder.hpp"
#include "lightdash/core/ids.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

struct sample {
    explicit sample(std::string_view query, std::vector<std::pair<std::string_view, std::string_view>> headers = {},
                    std::string_view body = {})
    {
        request_builder fill{rq};
        fill.line(method::get, "/x", "/x", query);
        fill.swap_headers(headers);
        fill.body(body);
    }
    request rq;
};

error_kind kind_of(const std::function<void()>& work)
{
    try {
        work();
    } catch (const error& failure) {
        return failure.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return error_kind::internal;
}

TEST(Request, FindsHeadersInAnyLetterCase)
{
    const sample s{"", {{"Content-Type", "application/json"}, {"X-One", "1"}, {"x-one", "2"}}};
    EXPECT_EQ(s.rq.header("content-TYPE"), "application/json");
    EXPECT_EQ(s.rq.header("X-ONE"), "1") << "the first";
    EXPECT_EQ(s.rq.header("X-Two"), "");
    EXPECT_FALSE(s.rq.has_header("X-Two"));
}

TEST(Request, DecodesQueryParameters)
{
    const sample s{"search=a+b%20c%2B&empty=&flag&s%65cond=2&caf%C3%A9=%F0%9F%98%80"};
    EXPECT_EQ(s.rq.query_text("search"), "a b c+");
    EXPECT_EQ(s.rq.query_text("empty"), "");
    EXPECT_EQ(s.rq.query_text("flag"), "");
    EXPECT_EQ(s.rq.query_text("second"), "2");
    EXPECT_EQ(s.rq.query_text("caf\xC3\xA9"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(s.rq.query_text("missing"), std::nullopt);
}

TEST(Request, RefusesQueryTextThatDoesNotDecode)
{
    for (const auto* query : {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a=%C0%80", "a=%ED%A0%80", "a=%F5%80%80%80"}) {
        const sample s{query};
        EXPECT_EQ(kind_of([&] { s.rq.query_text("a"); }), error_kind::invalid_body) << query;
        EXPECT_EQ(s.rq.query_text("b"), std::nullopt) << "another parameter does not suffer: " << query;
    }
}

TEST(Request, ReadsRepeatedParametersInOrder)
{
    const sample s{"id=1&other=x&id=2&id=3"};
    EXPECT_EQ(s.rq.query_all("id"), (std::vector<std::string>{"1", "2", "3"}));
    EXPECT_TRUE(s.rq.query_all("none").empty());
}

TEST(Request, ReadsIntegersAlsoWhenPrintedAsDecimals)
{
    const sample s{"page=1.000000&size=100&low=-5&big=9223372036854775807"};
    EXPECT_EQ(s.rq.query_integer("page", 1, 10), 1);
    EXPECT_EQ(s.rq.query_integer("size", 1, 100), 100);
    EXPECT_EQ(s.rq.query_integer("low", -5, 5), -5);
    EXPECT_EQ(s.rq.query_integer("big", 0, INT64_MAX), INT64_MAX);
    EXPECT_EQ(s.rq.query_integer("none", 0, 1), std::nullopt);
}

TEST(Request, RefusesWhatIsNoIntegerInRangeAndNamesTheParameter)
{
    for (const auto* text :
         {"1.5", "1.", ".0", "", "abc", "1e3", "0x1", "101", "0", "99999999999999999999", "1 ", "--1"}) {
        const std::string query = std::string{"size="} + text;
        const sample s{query};
        try {
            s.rq.query_integer("size", 1, 100);
            ADD_FAILURE() << text;
        } catch (const error& failure) {
            EXPECT_EQ(failure.kind(), error_kind::invalid_body);
            ASSERT_EQ(failure.fields().size(), 1U);
            EXPECT_EQ(failure.fields()[0].pointer, "size");
        }
    }
}

TEST(Request, ReadsFlags)
{
    const sample s{"a=true&b=false&c=1&d=0&e=yes"};
    EXPECT_EQ(s.rq.query_flag("a"), true);
    EXPECT_EQ(s.rq.query_flag("b"), false);
    EXPECT_EQ(s.rq.query_flag("c"), true);
    EXPECT_EQ(s.rq.query_flag("d"), false);
    EXPECT_EQ(s.rq.query_flag("f"), std::nullopt);
    EXPECT_EQ(kind_of([&] { s.rq.query_flag("e"); }), error_kind::invalid_body);
}

TEST(Request, ReadsTypedIdsFromThePath)
{
    sample s{""};
    request_builder fill{s.rq};
    fill.add_path_parameter("project", "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    fill.add_path_parameter("chart", "nonsense");
    EXPECT_EQ(s.rq.path<project_id>("project").to_string(), "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    EXPECT_EQ(kind_of([&] { s.rq.path<chart_id>("chart"); }), error_kind::invalid_parameter);
    EXPECT_EQ(kind_of([&] { s.rq.path<chart_id>("none"); }), error_kind::internal);
}

TEST(Request, TakesJsonBodiesOnly)
{
    for (const auto* type : {"application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json",
                             "application/json;charset=\"utf-8\""}) {
        const sample s{"", {{"Content-Type", type}}, "{}"};
        EXPECT_NO_THROW(s.rq.parsed_body()) << type;
    }
    for (const auto* type :
         {"text/plain", "application/jsonx", "application/+json", "application/json; charset=latin1", ""}) {
        const sample s{"", {{"Content-Type", type}}, "{}"};
        EXPECT_EQ(kind_of([&] { s.rq.parsed_body(); }), error_kind::unsupported_media_type) << type;
    }
    EXPECT_EQ(kind_of([] { sample{"", {}, "{}"}.rq.parsed_body(); }), error_kind::unsupported_media_type);
}

TEST(Request, ParsesItsBodyOnce)
{
    const sample s{"", {{"Content-Type", "application/json"}}, R"({"a":1})"};
    EXPECT_EQ(&s.rq.parsed_body(), &s.rq.parsed_body());
}

TEST(Request, HasNoCallerBeforeTheGate)
{
    sample s{""};
    EXPECT_FALSE(s.rq.has_caller());
    EXPECT_EQ(kind_of([&] { (void)s.rq.caller(); }), error_kind::unauthenticated);
    s.rq.set_caller(std::make_shared<lightdash::caller>());
    EXPECT_TRUE(s.rq.has_caller());
}

} // namespace
} // namespace lightdash::http
