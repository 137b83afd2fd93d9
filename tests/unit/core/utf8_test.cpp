#include "lightdash/core/utf8.hpp"

#include <gtest/gtest.h>

namespace lightdash {
namespace {

TEST(Utf8, APrefixEndsBeforeTheCharacterThatDoesNotFit)
{
    EXPECT_EQ(utf8_prefix("ab", 2), "ab");
    EXPECT_EQ(utf8_prefix("abc", 2), "ab");
    EXPECT_EQ(utf8_prefix("a\u00EB", 2), "a");
    EXPECT_EQ(utf8_prefix("a\u00EBb", 3), "a\u00EB");
    EXPECT_EQ(utf8_prefix("a\U0001F600", 4), "a");
    EXPECT_EQ(utf8_prefix("\u20AC", 2), "");
    EXPECT_EQ(utf8_prefix("", 2), "");
}

TEST(Utf8, APrefixOfWhatIsNoUtf8IsCutAnywhere)
{
    EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size(), 5U);
}

} // namespace
} // namespace lightdash
