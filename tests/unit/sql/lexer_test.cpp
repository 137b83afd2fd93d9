// The scanner of SQL text: where PostgreSQL's quotes, comments, words and numbers end.
#include "lightdash/sql/lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> pieces(std::string_view text, bool standard_strings = true)
{
    std::vector<std::string> made;
    lexer all{text, 0, standard_strings};
    for (auto one = all.next_solid(); one.kind != token_kind::end; one = all.next_solid())
        made.emplace_back(one.text);
    return made;
}

token first(std::string_view text, bool standard_strings = true)
{
    return lexer{text, 0, standard_strings}.next();
}

TEST(Lexer, KnowsEveryKindOfQuote)
{
    EXPECT_THAT(pieces(R"(a'b''\' E'\'''\\'e'x' u&'\' n'x' B'1''0' x'f')"),
                ElementsAre("a", R"('b''\')", R"(E'\'''\\')", "e'x'", R"(u&'\')", "n", "'x'", "B'1'", "'0'", "x'f'"));
    EXPECT_THAT(pieces(R"("a""'b"U&"\0041" $$a'$$ $tag$ $$ $ta$ $tag$ $1$1)"),
                ElementsAre(R"("a""'b")", R"(U&"\0041")", "$$a'$$", "$tag$ $$ $ta$ $tag$", "$1", "$1"));
    EXPECT_EQ(first("\xc3\xa9$\xc3\xa9$").text, "\xc3\xa9$\xc3\xa9$") << "a dollar belongs to the word before it";
    EXPECT_EQ(first("$\xc3\xa9$ $$ $\xc3\xa9$.").text, "$\xc3\xa9$ $$ $\xc3\xa9$");
}

TEST(Lexer, ReadsBackslashesAsTheSessionHasThem)
{
    EXPECT_THAT(pieces(R"('a\' b')", false), ElementsAre(R"('a\' b')"));
    EXPECT_FALSE(first(R"('a\')", false).closed);
    EXPECT_TRUE(first(R"('a\')").closed);
    EXPECT_THAT(pieces(R"("a\" x'\')", false), ElementsAre(R"("a\")", R"(x'\')"));
}

TEST(Lexer, GoesOnWithATextInALaterLine)
{
    EXPECT_THAT(pieces("E'a' -- it's\n\n -- more\n '\\'' 'c'"), ElementsAre("E'a' -- it's\n\n -- more\n '\\''", "'c'"));
    EXPECT_THAT(pieces("'a' /* no */ \n'b'"), ElementsAre("'a'", "'b'"));
}

TEST(Lexer, LetsCommentsNest)
{
    EXPECT_THAT(pieces("a/* /* ' */ \" */b -- '\rc */ d */*e*/"), ElementsAre("a", "b", "c", "*", "/", "d", "*"));
    EXPECT_EQ(first("/*/ */x").text, "/*/ */");
    EXPECT_FALSE(first("/* /* */").closed);
}

TEST(Lexer, ReadsNumbersWithTheirExponents)
{
    EXPECT_THAT(pieces("1e0$$a$$ 1.5e-3 .5 1..2 1.e2x 1e+"),
                ElementsAre("1e0", "$$a$$", "1.5e-3", ".5", "1", ".", ".2", "1.e2", "x", "1", "e", "+"));
    EXPECT_THAT(pieces("a::int :b"), ElementsAre("a", "::", "int", ":", "b"));
}

TEST(Lexer, SaysWhenMoreTextCouldMakeAnotherToken)
{
    for (const auto* text : {"a", "$a", "$a$ x", "'a'", "'a' ", "'a' --", "-", "/", "1e", "U", "U&", "/* ", ".", ":"})
        EXPECT_FALSE(first(text).decided) << text;
    for (const auto* text : {"a ", "$a ", "$a$$a$", "'a';", "'a' b", "-1", "1e;", "U&1", "/**/", ";"})
        EXPECT_TRUE(first(text).decided) << text;
}

TEST(Lexer, TellsWhatAWordOrNameStandsFor)
{
    EXPECT_EQ(identifier_of(first("AbC\xc3\x84")), "abc\xc3\x84");
    EXPECT_EQ(identifier_of(first(R"("A""b")")), R"(A"b)");
    EXPECT_TRUE(first("SeLeCt").is_word("select"));
    EXPECT_FALSE(first("\"select\"").is_word("select"));
}

} // namespace
} // namespace lightdash::sql
