// Which texts are e-mail addresses.
#include "modules/users/email.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lightdash::users {
namespace {

TEST(Email, TakesWhatBrowsersTake)
{
    for (const auto* good : {"ada@example.com", "a@b", "first.last+tag@sub.example.co.uk", "o'neil@example.com",
                             "1@2.3", "x_y-z@a-b.example", "jörg@bücher.example"})
        EXPECT_TRUE(is_email_address(good)) << good;
}

TEST(Email, RefusesEverythingElse)
{
    for (const std::string wrong : {"",          " ",      "x",     "not-an-email", "@",     "a@",      "@b",
                                    "a@@b",      "a@b@c",  "a b@c", "a@b c",        "a@b.",  "a@.b",    "a@b..c",
                                    "a@-b",      "a@b-",   "a@b_c", "a@b\n",        "a\t@b", "\"a\"@b", "a@[127.0.0.1]",
                                    "Ada <a@b>", "a\xff@b"})
        EXPECT_FALSE(is_email_address(wrong)) << wrong;
}

TEST(Email, KnowsHowLongOneMayBe)
{
    const auto domain = std::string(63, 'd') + '.' + std::string(63, 'd') + '.' + std::string(63, 'd');
    EXPECT_TRUE(is_email_address(std::string(62, 'a') + '@' + domain)) << "254 bytes";
    EXPECT_FALSE(is_email_address(std::string(63, 'a') + '@' + domain));
    EXPECT_FALSE(is_email_address("a@" + std::string(64, 'd')));
}

} // namespace
} // namespace lightdash::users
