// Pages and search texts, as they are asked for and answered.
#include "lightdash/api/answer.hpp"

#include "http/request/request_builder.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace lightdash::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

struct asked {
    explicit asked(std::string_view query) { http::request_builder{rq}.line(http::method::get, "/x", "/x", query); }
    http::request rq;
};

page_request page_of(std::string_view query)
{
    return page_request::of(asked{query}.rq);
}

std::optional<error_kind> refusal_of(std::string_view query)
{
    try {
        (void)page_of(query);
    } catch (const error& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

TEST(PageRequest, IsAPageWhenOnlyOneOfBothIsGiven)
{
    EXPECT_TRUE(page_of("pageSize=10").paged);
    EXPECT_EQ(page_of("pageSize=10").size, 10);
    EXPECT_EQ(page_of("pageSize=10").offset(), 0);
    EXPECT_TRUE(page_of("page=2").paged);
    EXPECT_EQ(page_of("page=2").size, page_request::usual_page);
    EXPECT_EQ(page_of("page=2").offset(), page_request::usual_page);
}

TEST(PageRequest, IsTheWholeListWhenNeitherIsGiven)
{
    for (const auto* query : {"", "other=1"}) {
        const auto page = page_of(query);
        EXPECT_FALSE(page.paged) << query;
        EXPECT_EQ(page.offset(), 0) << query;
        EXPECT_EQ(page.size, page_request::largest_list) << query;
    }
}

TEST(PageRequest, BeginsBehindThePagesBefore)
{
    const auto page = page_of("page=3&pageSize=25");
    EXPECT_TRUE(page.paged);
    EXPECT_EQ(page.offset(), 50);
    EXPECT_EQ(page.size, 25);
    EXPECT_EQ(page_of("page=1&pageSize=1000").offset(), 0);
}

TEST(PageRequest, RefusesPagesThatDoNotExist)
{
    for (const auto* query : {"page=0&pageSize=10", "page=-1&pageSize=10", "page=1&pageSize=0", "page=1&pageSize=1001",
                              "page=one&pageSize=10", "page=1000000001&pageSize=10"})
        EXPECT_EQ(refusal_of(query), error_kind::invalid_body) << query;
}

TEST(PageRequest, CountsTheLastPageEvenWhenItIsNotFull)
{
    const auto page = page_of("page=2&pageSize=10");
    EXPECT_EQ(page.answer(21).total_page_count, 3);
    EXPECT_EQ(page.answer(20).total_page_count, 2);
    EXPECT_EQ(page.answer(0).total_page_count, 0);
    EXPECT_EQ(page.answer(21).total_results, 21);
    EXPECT_EQ(page.answer(21).page, 2);
    EXPECT_EQ(page.answer(21).page_size, 10);
}

TEST(ListResponse, IsAnArrayOrAPageOfIt)
{
    const std::vector<int> rows{1, 2};
    const auto whole = answer_of(list<int>{rows, 2, page_of("")});
    EXPECT_EQ(whole.body, R"({"status":"ok","results":[1,2]})");
    EXPECT_THAT(whole.headers, IsEmpty());
    const auto cut_to_page = answer_of(list<int>{rows, 7, page_of("page=1&pageSize=2")});
    EXPECT_EQ(cut_to_page.body, R"({"status":"ok","results":{"data":[1,2],"pagination":)"
                                R"({"page":1,"pageSize":2,"totalPageCount":4,"totalResults":7}}})");
    EXPECT_THAT(cut_to_page.headers, IsEmpty());
    EXPECT_EQ(answer_of(page<int>{rows, 2, page_of("")}).body, R"({"status":"ok","results":{"data":[1,2]}})");
}

TEST(ListResponse, SaysWhenAListWasCutOff)
{
    const auto cut = answer_of(list<int>{{1, 2}, 7, page_of("")});
    EXPECT_THAT(cut.headers, ElementsAre(Pair("Warning", HasSubstr("first 2 of 7"))));
}

TEST(SearchPattern, FindsTheTextItselfAnywhere)
{
    EXPECT_EQ(search::of(asked{"q=sales"}.rq, "q").pattern, "%sales%");
    EXPECT_EQ(search::of(asked{"q=50%25_a%5Cb"}.rq, "q").pattern, R"(%50\%\_a\\b%)");
}

TEST(SearchPattern, MatchesEverythingWhenNothingIsSearched)
{
    EXPECT_EQ(search::of(asked{""}.rq, "q").pattern, "%");
    EXPECT_EQ(search::of(asked{"q="}.rq, "q").pattern, "%");
    EXPECT_EQ(search::of(asked{"other=x"}.rq, "q").pattern, "%");
}

} // namespace
} // namespace lightdash::api
