// Tokens, their checksum and the digest under which they are stored.
#include "lightdash/core/token.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lightdash {
namespace {

TEST(Token, IsRecognizedByPrefixLengthAndChecksum)
{
    const std::string token = make_token().reveal();
    EXPECT_TRUE(token.starts_with("ldpat_"));
    EXPECT_EQ(token.size(), 6U + 64U + 8U);
    EXPECT_TRUE(is_well_formed_token(token));
}

TEST(Token, IsRefusedWhenAnyOneLetterIsChanged)
{
    const std::string token = make_token().reveal();
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(is_well_formed_token(changed)) << i;
    }
    EXPECT_FALSE(is_well_formed_token(token.substr(1)));
    EXPECT_FALSE(is_well_formed_token(token + "0"));
    EXPECT_FALSE(is_well_formed_token(""));
}

TEST(Token, HasAChecksumThatScannersCanCompute)
{
    const std::string body = "ldpat_" + std::string(64, '0');
    EXPECT_TRUE(is_well_formed_token(body + "5ccb2cca")); // crc32 of zlib
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
    // FIPS 180-2, appendix B
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

} // namespace
} // namespace lightdash
