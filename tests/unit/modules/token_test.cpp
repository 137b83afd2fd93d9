// Tokens, their checksum and the digest under which they are stored.
#include "modules/access/token.hpp"

#include "modules/access/token_cache.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <set>

namespace lightdash::access {
namespace {

TEST(Token, IsRecognizedByPrefixLengthAndChecksum)
{
    const std::string token = make_token().reveal();
    EXPECT_TRUE(token.starts_with("ldpat_"));
    ASSERT_EQ(token.size(), 6U + 64U + 8U);
    const auto body = token.substr(0, 6 + 64);
    EXPECT_EQ(body.find_first_not_of("0123456789abcdef", 6), body.npos);
    EXPECT_EQ(token.substr(body.size()), checksum_of(body));
}

TEST(Token, HasAChecksumThatScannersCanCompute)
{
    EXPECT_EQ(checksum_of("ldpat_" + std::string(64, '0')), "5ccb2cca"); // crc32 of zlib
    EXPECT_EQ(checksum_of("123456789"), "cbf43926");                     // the check value of the CRC's catalogues
}

TEST(Token, IsNeverMadeTwice)
{
    std::set<std::string> made;
    for (int i = 0; i < 1000; ++i)
        made.insert(make_token().reveal());
    EXPECT_EQ(made.size(), 1000U);
}

TEST(Token, IsStoredAsSha256)
{
    const auto stored = [](std::string_view text) { return fmt::format("{:02x}", fmt::join(digest_of(text), "")); };
    // FIPS 180-2, appendix B
    EXPECT_EQ(stored("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(stored(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(stored("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

} // namespace
} // namespace lightdash::access
