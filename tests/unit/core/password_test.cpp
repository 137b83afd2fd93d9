// Argon2id: costs, verification, and what an unknown user costs.
#include "lightdash/core/password.hpp"

#include "lightdash/core/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace lightdash {
namespace {

TEST(Password, IsHashedWithTheCostsOfThePolicyAndASaltOfItsOwn)
{
    const std::string hash = hash_password("demo_password!");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_NE(hash, hash_password("demo_password!"));
    EXPECT_TRUE(verify_password(hash, "demo_password!"));
    EXPECT_FALSE(verify_password(hash, "demo_password"));
    EXPECT_FALSE(verify_password(hash, ""));
    EXPECT_FALSE(needs_rehash(hash));
}

TEST(Password, OfAnotherImplementationIsVerifiedAndHashedAgain)
{
    // The Argon2 reference implementation's own test: password, salt "somesalt", t=2 m=64MiB p=1.
    constexpr std::string_view hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    EXPECT_TRUE(verify_password(hash, "password"));
    EXPECT_FALSE(verify_password(hash, "Password"));
    EXPECT_TRUE(needs_rehash(hash));
}

TEST(Password, MayHoldNulAndUpTo1024Bytes)
{
    const std::string with_nul{"a\0b", 3};
    const std::string hash = hash_password(with_nul);
    EXPECT_TRUE(verify_password(hash, with_nul));
    EXPECT_FALSE(verify_password(hash, "a"));
    EXPECT_NO_THROW(hash_password(std::string(password_max_bytes, 'x')));
    for (const std::string& refused : {std::string{}, std::string(password_max_bytes + 1, 'x')}) {
        try {
            hash_password(refused);
            ADD_FAILURE() << refused.size() << " bytes were accepted";
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), error_kind::invalid_parameter);
        }
    }
}

TEST(Password, OfAnUnknownUserCostsWhatAWrongOneCosts)
{
    using clock = std::chrono::steady_clock;
    const std::string hash = hash_password("secret");
    EXPECT_FALSE(verify_password("", "secret")); // makes the hash that stands in
    const auto quickest = [](std::string_view of) {
        auto best = clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto begin = clock::now();
            EXPECT_FALSE(verify_password(of, "wrong"));
            best = std::min(best, clock::now() - begin);
        }
        return best;
    };
    const auto known = quickest(hash);
    EXPECT_GT(quickest(""), known / 2);
    EXPECT_GT(quickest("$2b$10$abcdefghijklmnopqrstuv"), known / 2);
}

TEST(Password, ThatIsNoHashNeedsRehash)
{
    EXPECT_TRUE(needs_rehash(""));
    EXPECT_TRUE(needs_rehash("demo_password!"));
    EXPECT_TRUE(needs_rehash(std::string(500, '$')));
}

TEST(Password, ThatAPersonChoosesHasEightCharactersALetterAndSomethingElse)
{
    for (const auto* good : {"demo_password!", "abcdefg1", "1234567a", "with blank", "pässwör1", "Ω2345678"})
        EXPECT_EQ(password_fault(good), "") << good;
    EXPECT_EQ(password_fault("x"), "A password has 8 characters or more, this one has 1.");
    EXPECT_EQ(password_fault(""), "A password has 8 characters or more, this one has 0.");
    EXPECT_EQ(password_fault("äöüß1"), "A password has 8 characters or more, this one has 5.");
    EXPECT_EQ(password_fault("abcdefgh"), "A password has a letter, and a digit or a sign.");
    EXPECT_EQ(password_fault("12345678"), "A password has a letter, and a digit or a sign.");
    EXPECT_EQ(password_fault(std::string(127, 'a') + "1"), "");
    EXPECT_EQ(password_fault(std::string(128, 'a') + "1"), "A password has at most 128 bytes, this one has 129.");
    using namespace std::string_view_literals;
    for (const auto wrong : {"abcdefg\t1"sv, "abcdefg1\xff"sv, "abcdefg1\0"sv, "abcdefg1\x7f"sv})
        EXPECT_EQ(password_fault(wrong), "A password is text: this one has bytes that are none.");
}

} // namespace
} // namespace lightdash
