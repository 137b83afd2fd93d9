// Slugs, and JSON as it is stored.
#include "modules/shared/slug.hpp"
#include "modules/shared/stored_json.hpp"

#include <gmock/gmock.h>

namespace lightdash {
namespace {

using ::testing::MatchesRegex;

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

std::string stored(std::string json)
{
    make_stored(json);
    return json;
}

std::string written(std::string_view stored)
{
    std::string out;
    append_as_written(out, stored);
    return out;
}

TEST(StoredJson, KeepsNumbersThatPostgresqlWouldPrintInAnotherWayAsTexts)
{
    EXPECT_EQ(stored("[1e-300,-0,1E5,-0.00,2.5e+3]"),
              R"(["\u001a1e-300","\u001a-0","\u001a1E5","\u001a-0.00","\u001a2.5e+3"])");
    for (const auto* same : {"1.10", "-1", "0", R"({"a":[0.0,true,false,null],"1e5":"-0"})", "123456789012345678901234",
                             R"("1e9, \" 1e9")", "-0.001", ""})
        EXPECT_EQ(stored(same), same);
    const auto deep = "0." + std::string(20'000, '1'); // more than numeric takes
    EXPECT_EQ(stored(deep), R"("\u001a)" + deep + '"');
}

TEST(StoredJson, IsReadAsItWasWritten)
{
    for (const auto* sent :
         {"[1e-300,-0,1E5,1.10,-0.00]", R"({"\u001a1e5":"\u001a1e5","\u001a":"\u001a\u001a7","x":"a\u001a1"})",
          R"({"a":"\"\u001a1e5","b":-1.5E-7})", "0.1"})
        EXPECT_EQ(written(stored(sent)), sent);
}

TEST(StoredJson, TakesNoTextOfPlainSqlForANumber)
{
    for (const auto* text : {R"("\u001a1e")", R"("\u001a01")", R"("\u001a1.")", R"("\u001a")", R"("\u001a-")",
                             R"("\u001a1 ")", R"("\u001a1e+")", R"("\u001atrue")"})
        EXPECT_EQ(written(text), text);
}

TEST(StoredSize, IsAtLeastWhatPostgresqlPrints)
{
    EXPECT_EQ(stored_size("[]"), 2U);
    EXPECT_EQ(stored_size(R"({"a":[true,false,null]})"), 23U + 3) << "a space behind each comma and colon";
    EXPECT_EQ(stored_size(R"("1e9, 1e9 \" 1e9")"), 17U) << "texts stay as they are";
    EXPECT_EQ(stored_size("[1E+300]"), 16U) << "a marked text";
}

} // namespace
} // namespace lightdash
