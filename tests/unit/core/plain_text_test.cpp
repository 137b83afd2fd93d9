// Where text stops to be plain, at every place of a word of eight bytes.
#include "lightdash/core/plain_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lightdash {
namespace {

TEST(PlainText, EndsAtEveryByteThatIsNotPlain)
{
    for (std::size_t before = 0; before < 20; ++before) {
        for (int byte = 0; byte < 256; ++byte) {
            const char c = static_cast<char>(byte);
            const std::string text = std::string(before, 'a') + c + "and more text";
            const auto end = static_cast<std::size_t>(plain_end(text.data(), text.data() + text.size()) - text.data());
            const bool plain = byte >= 0x20 && byte <= 0x7E && c != '"' && c != '\\';
            EXPECT_EQ(end, plain ? text.size() : before) << "byte " << byte << " after " << before;
            EXPECT_EQ(is_plain(text), plain);
        }
    }
    EXPECT_TRUE(is_plain(std::string_view{}));
}

TEST(PlainText, GoesOnBehindAByteThatOnlyLooksSpecial)
{
    // '#' is one above the quotation mark, '!' one above the space: a borrow of the byte below must not end the text.
    EXPECT_TRUE(is_plain("#!]#!]#!]#!]#!]#!]~ ~ ~ ~ ~ ~ ~ ~"));
    EXPECT_FALSE(is_plain("#!]#!]#!]#!]\"#!]"));
}

} // namespace
} // namespace lightdash
