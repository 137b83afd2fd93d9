// What the fuzzers found in raw text and names, kept.
#include "lightdash/core/error.hpp"
#include "lightdash/sql/select.hpp"

#include <gtest/gtest.h>

namespace lightdash::sql {
namespace {

std::string text(const raw& of)
{
    return of.compile().text;
}

TEST(Raw, KeepsAValueApartFromTheWordBesideIt)
{
    EXPECT_EQ(text(raw("a?", 1)), "a $1");
    EXPECT_EQ(text(raw("?0", 1)), "$1 0");
    EXPECT_EQ(text(raw(":a::int", named("a", 1))), "$1::int");
    EXPECT_EQ(text(raw("table_?", raw("a"))), "table_a") << "a piece of text may complete a word";
}

TEST(Raw, SeesTheEndOfAnEscapedText)
{
    EXPECT_EQ(text(raw(R"(E'\'?''?\'?' ?)", 1)), R"(E'\'?''?\'?' $1)");
    EXPECT_EQ(text(raw("\xc3\xa9"
                       R"(E'\' ?)",
                       1)),
              "\xc3\xa9"
              R"(E'\' $1)")
        << "the E belongs to a word, so the backslash is one";
}

TEST(Raw, TakesLettersOutsideAsciiInDollarQuotes)
{
    EXPECT_EQ(text(raw("$\xc3\xa9$ ? $\xc3\xa9$, ?", 1)), "$\xc3\xa9$ ? $\xc3\xa9$, $1");
}

TEST(Names, AllColumnsHaveNeitherPartsNorAName)
{
    EXPECT_THROW(select("*.a").from("t"), error);
    EXPECT_THROW(select("* as a").from("t"), error);
    EXPECT_EQ(select("t.*").from("t").compile().text, R"(select "t".* from "t")");
}

} // namespace
} // namespace lightdash::sql
