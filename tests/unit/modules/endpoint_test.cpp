// Slugs, pages and search texts.
#include "modules/shared/paging.hpp"
#include "modules/shared/slug.hpp"
#include "modules/shared/stored_size.hpp"

#include "http/request/request_builder.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace lightdash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Pair;

TEST(Slug, KeepsLettersAndDigitsAndJoinsThemBySingleDashes)
{
    EXPECT_EQ(slug_of("Sales & Orders"), "sales-orders");
    EXPECT_EQ(slug_of("  --Q3/2026: 50% off!--  "), "q3-2026-50-off");
    EXPECT_EQ(slug_of("already-a-slug"), "already-a-slug");
    EXPECT_EQ(slug_of("a\xFF"), "a");
}

TEST(Slug, KeepsLatinLettersWithoutTheirMarks)
{
    EXPECT_EQ(slug_of("Z\u00FCrich"), "zurich");
    EXPECT_EQ(slug_of("Zu\u0308rich"), "zurich") << "written as two characters";
    EXPECT_EQ(slug_of("\u00C9t\u00E9 \u00D7 Stra\u00DFe"), "ete-strasse");
    EXPECT_EQ(slug_of("\u0141\u00F3d\u017A \u0152uvre \u00DEing"), "lodz-oeuvre-thing");
}

TEST(Slug, OfANameInAnotherScriptIsItsOwn)
{
    for (const auto* name : {"", "\u58F2\u4E0A !", "\u041F\u0440\u043E\u0434\u0430\u0436\u0438", "---"}) {
        EXPECT_THAT(slug_of(name), MatchesRegex("untitled-[0-9a-f]{8}")) << name;
        EXPECT_NE(slug_of(name), slug_of(name)) << name;
    }
}

TEST(Slug, IsNeverTakenForAnId)
{
    EXPECT_EQ(slug_of("3FA85F64-5717-4562-B3FC-2C963F66AFA6"), "slug-3fa85f64-5717-4562-b3fc-2c963f66afa6");
}

TEST(Slug, EndsAfterTwoHundredCharacters)
{
    EXPECT_EQ(slug_of(std::string(200, 'A')), std::string(200, 'a'));
    EXPECT_EQ(slug_of(std::string(300, 'A')), std::string(200, 'a'));
}

TEST(Slug, TakesASuffixThatDiffersEachTime)
{
    const auto one = slug_with_suffix("sales");
    EXPECT_THAT(one, MatchesRegex("sales-[0-9a-f]{8}"));
    EXPECT_NE(one, slug_with_suffix("sales"));
}

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
    const auto whole = list_response(rows, page_of(""), 2);
    EXPECT_EQ(whole.body, R"({"status":"ok","results":[1,2]})");
    EXPECT_THAT(whole.headers, IsEmpty());
    const auto page = list_response(rows, page_of("page=1&pageSize=2"), 7);
    EXPECT_EQ(page.body, R"({"status":"ok","results":{"data":[1,2],"pagination":)"
                         R"({"page":1,"pageSize":2,"totalPageCount":4,"totalResults":7}}})");
    EXPECT_THAT(page.headers, IsEmpty());
    EXPECT_EQ(paged_response(rows, page_of(""), 2).body, R"({"status":"ok","results":{"data":[1,2]}})");
}

TEST(ListResponse, SaysWhenAListWasCutOff)
{
    const auto cut = list_response(std::vector<int>{1, 2}, page_of(""), 7);
    EXPECT_THAT(cut.headers, ElementsAre(Pair("Warning", HasSubstr("first 2 of 7"))));
}

TEST(SearchPattern, FindsTheTextItselfAnywhere)
{
    EXPECT_EQ(search_pattern(asked{"q=sales"}.rq, "q"), "%sales%");
    EXPECT_EQ(search_pattern(asked{"q=50%25_a%5Cb"}.rq, "q"), R"(%50\%\_a\\b%)");
}

TEST(SearchPattern, MatchesEverythingWhenNothingIsSearched)
{
    EXPECT_EQ(search_pattern(asked{""}.rq, "q"), "%");
    EXPECT_EQ(search_pattern(asked{"q="}.rq, "q"), "%");
    EXPECT_EQ(search_pattern(asked{"other=x"}.rq, "q"), "%");
}

TEST(StoredSize, IsThatOfTheNumbersWithoutTheirExponents)
{
    EXPECT_EQ(stored_size("[]"), 2U);
    EXPECT_EQ(stored_size(R"({"a":[true,false,null]})"), 23U + 3) << "a space behind each comma and colon";
    EXPECT_EQ(stored_size(R"("1e9, 1e9 \" 1e9")"), 17U) << "texts stay as they are";
    EXPECT_GE(stored_size("1e-16383"), 16'385U);
    EXPECT_GE(stored_size("[1E+300]"), 302U);
    EXPECT_GE(stored_size("1e99999999999999999999999999"), 1'000'000U);
}

} // namespace
} // namespace lightdash
