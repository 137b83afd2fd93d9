#include "http/request/request_builder.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/core/utf8.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using project_id = strong_id<struct project_tag>;
using chart_id = strong_id<struct chart_tag>;

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
    EXPECT_EQ(s.rq.header_all("x-ONE"), (std::vector<std::string_view>{"1", "2"}));
    EXPECT_TRUE(s.rq.header_all("X-Two").empty());
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

TEST(Request, ARefusalShowsNoHalfOfACharacter)
{
    const std::string query = "size=" + std::string(63, '1') + "%C3%AB";
    const sample s{query};
    try {
        s.rq.query_integer("size", 1, 100);
        ADD_FAILURE();
    } catch (const error& failure) {
        EXPECT_TRUE(is_utf8(failure.fields().at(0).message)) << failure.fields()[0].message;
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

TEST(Request, TakesUtf8UnderItsOtherNameAndInQuotes)
{
    for (const auto* type : {"application/json; charset=utf8", "application/json;charset=\"UTF8\"",
                             "application/json; profile=\"a;charset=latin1\"", "application/json;"})
        EXPECT_NO_THROW((sample{"", {{"Content-Type", type}}, "{}"}.rq.parsed_body())) << type;
    for (const auto* type : {"application/json; charset=utf-16", "application/json; charset=utf-8; charset=latin1",
                             "application/json; charset=", "application/json, application/json"})
        EXPECT_EQ(kind_of([&] { sample{"", {{"Content-Type", type}}, "{}"}.rq.parsed_body(); }),
                  error_kind::unsupported_media_type)
            << type;
}

TEST(Request, TakesBodiesAsTheyAreOnly)
{
    for (const auto* coding : {"gzip", "br", "deflate", "GZIP", "identity, gzip", "x"})
        EXPECT_EQ(
            kind_of([&] {
                sample{"", {{"Content-Type", "application/json"}, {"Content-Encoding", coding}}, "{}"}.rq.parsed_body();
            }),
            error_kind::unsupported_media_type)
            << coding;
    for (const auto* coding : {"identity", "Identity", "", " identity ,"})
        EXPECT_NO_THROW(
            (sample{"", {{"Content-Type", "application/json"}, {"content-encoding", coding}}, "{}"}.rq.parsed_body()))
            << coding;
}

bool takes_json(std::vector<std::string_view> accepts)
{
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    for (const auto accept : accepts)
        headers.emplace_back("Accept", accept);
    return sample{"", headers}.rq.accepts("application/json");
}

TEST(Request, TakesTheMostSpecificRangeOfAcceptWhereverItStands)
{
    EXPECT_TRUE(takes_json({}));
    EXPECT_TRUE(takes_json({""}));
    EXPECT_TRUE(takes_json({"text/html, application/xhtml+xml, */*;q=0.8"}));
    EXPECT_TRUE(takes_json({"APPLICATION/JSON"}));
    EXPECT_TRUE(takes_json({"application/*"}));
    EXPECT_TRUE(takes_json({"application/json;charset=utf-8;q=0.001"}));
    EXPECT_TRUE(takes_json({"*/*;q=0, application/json"}));
    EXPECT_TRUE(takes_json({"application/*;q=0,\tapplication/json;q=1"}));
    EXPECT_TRUE(takes_json({",, application/json ,,"}));
    EXPECT_TRUE(takes_json({"text/plain;x=\"a, b\";q=0, */*"}));
    EXPECT_TRUE(takes_json({"application/json;q=0;x=1, application/json;version=2"}));
    for (const auto* accept : {"application/json;q=0, */*", "*/*, application/json; q=0.000", "application/*;q=0, */*",
                               "*/*;q=0", "text/html", "text/*", "application/xml", "application/jsonx",
                               "text/plain;x=\"*/*, application/json\"", "nonsense"})
        EXPECT_FALSE(takes_json({accept})) << accept;
}

TEST(Request, ReadsEveryLineOfAccept)
{
    EXPECT_TRUE(takes_json({"text/html", "application/json"}));
    EXPECT_TRUE(takes_json({"text/html", "text/plain", "*/*;q=0.1"}));
    EXPECT_FALSE(takes_json({"*/*", "application/json;q=0"}));
    EXPECT_FALSE(takes_json({"text/html", "text/plain"}));
}

TEST(Request, RefusesAQueryParameterThatNobodyAsksFor)
{
    const std::vector<std::string_view> known{"page", "pageSize", "search"};
    EXPECT_NO_THROW(sample{"page=1&search=&&pageSize=2&page=3"}.rq.refuse_other_query(known));
    EXPECT_NO_THROW(sample{""}.rq.refuse_other_query({}));
    try {
        sample{"page=1&pagesize=2"}.rq.refuse_other_query(known);
        ADD_FAILURE() << "it was taken";
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::invalid_body);
        ASSERT_EQ(failure.fields().size(), 1U);
        EXPECT_EQ(failure.fields()[0].pointer, "pagesize");
        EXPECT_NE(failure.fields()[0].message.find("did you mean pageSize"), std::string::npos)
            << failure.fields()[0].message;
    }
    for (const auto* query : {"x", "=1", "%zz=1", "PAGE=1", "p%61ge2=1"})
        EXPECT_EQ(kind_of([&] { sample{query}.rq.refuse_other_query(known); }), error_kind::invalid_body) << query;
}

TEST(Request, ParsesALongBodyInSteps)
{
    const std::string text = "[" + std::string(1000, ' ') + "1]";
    const sample s{"", {{"Content-Type", "application/json"}}, text};
    int steps = 1;
    while (!s.rq.parse_body_step(100))
        ++steps;
    EXPECT_GE(steps, 5);
    EXPECT_EQ(s.rq.body<std::vector<int>>(), std::vector<int>{1});
}

TEST(Request, ParsesItsBodyOnce)
{
    const sample s{"", {{"Content-Type", "application/json"}}, R"({"a":1})"};
    EXPECT_EQ(&s.rq.parsed_body(), &s.rq.parsed_body());
}

TEST(Request, HasNoCallerBeforeTheGate)
{
    sample s{""};
    EXPECT_FALSE(s.rq.has_identity());
    EXPECT_EQ(kind_of([&] { (void)s.rq.identity<int>(); }), error_kind::unauthenticated);
    s.rq.set_identity(std::make_shared<const int>(7));
    EXPECT_TRUE(s.rq.has_identity());
    EXPECT_EQ(s.rq.identity<int>(), 7);
}

TEST(Request, GivesItsCallerOnlyAsWhatTheGateSet)
{
    sample s{""};
    s.rq.set_identity(std::make_shared<const int>(7));
    EXPECT_EQ(kind_of([&] { (void)s.rq.identity<long>(); }), error_kind::internal);
}

} // namespace
} // namespace lightdash::http
