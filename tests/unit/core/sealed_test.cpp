// Secrets as they are stored: what opens them, and what does not.
#include "lightdash/core/sealed.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace lightdash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view place = "warehouse_connections/1";

const secret battery{"correct horse battery staple"};
const secret other{"another secret of this service"};

std::string from_hex(std::string_view digits)
{
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16));
    return bytes;
}

std::optional<error> failure_of_open(const sealing_keys& keys, const sealed& stored, std::string_view at = place)
{
    try {
        (void)keys.open(stored, at);
    } catch (const error& failure) {
        return failure;
    }
    return std::nullopt;
}

TEST(Sealed, OpensWhatAnotherProgramSealedByTheSameRules)
{
    // Made by a program of its own after draft-irtf-cfrg-xchacha-03 (whose A.3.1 it passes) and RFC 7693.
    const sealed stored{"2f9ea34472bf7c88",
                        from_hex("01404142434445464748494a4b4c4d4e4f5051525354555657b57df028be154205c30ff774ba267754619"
                                 "c5b81086aaea4bc361c7759e43de768a7e3eed96a")};
    const sealing_keys keys{battery};
    EXPECT_EQ(keys.current_id(), stored.key_id);
    EXPECT_EQ(keys.open(stored, place).reveal(), R"({"password":"hunter2"})");
}

TEST(Sealed, OpensAgainAndIsNeverTheSameTwice)
{
    const sealing_keys keys{battery};
    for (const std::string text : {"", "s3cret", "\0\xff"}) {
        const auto first = keys.seal(text, place), second = keys.seal(text, place);
        EXPECT_EQ(keys.open(first, place).reveal(), text);
        EXPECT_NE(first.bytes, second.bytes);
        EXPECT_EQ(first.bytes.size(), text.size() + 41);
    }
    EXPECT_THAT(keys.seal("s3cret-as-it-is", place).bytes, Not(HasSubstr("s3cret")));
}

TEST(Sealed, DoesNotOpenWhenAnyByteWasChangedOrIsMissing)
{
    const sealing_keys keys{battery};
    const auto stored = keys.seal("s3cret", place);
    for (std::size_t i = 0; i < stored.bytes.size(); ++i) {
        auto changed = stored;
        changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
        const auto failure = failure_of_open(keys, changed);
        ASSERT_TRUE(failure) << i;
        EXPECT_EQ(failure->kind(), error_kind::internal) << i;
        EXPECT_TRUE(failure_of_open(keys, {stored.key_id, stored.bytes.substr(0, i)})) << i;
    }
    EXPECT_TRUE(failure_of_open(keys, {stored.key_id, stored.bytes + '\0'}));
}

TEST(Sealed, DoesNotOpenInAnotherPlace)
{
    const sealing_keys keys{battery};
    const auto stored = keys.seal("s3cret", place);
    for (const auto* const at : {"", "warehouse_connections/2", "warehouse_connections/1 "})
        EXPECT_TRUE(failure_of_open(keys, stored, at)) << at;
}

TEST(Sealed, NamesTheKeyThatItLacks)
{
    const auto stored = sealing_keys{battery}.seal("s3cret", place);
    const auto failure = failure_of_open(sealing_keys{other}, stored);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind(), error_kind::configuration);
    EXPECT_THAT(failure->message(), HasSubstr("2f9ea34472bf7c88"));
    // The key's id is no secret: another's bytes under it do not open either.
    EXPECT_TRUE(failure_of_open(sealing_keys{battery}, {stored.key_id, sealing_keys{other}.seal("x", place).bytes}));
}

TEST(Sealed, OpensWithEarlierKeysAndSealsWithTheCurrentOne)
{
    const auto stored = sealing_keys{battery}.seal("s3cret", place);
    const sealing_keys both{other, {battery}};
    EXPECT_EQ(both.open(stored, place).reveal(), "s3cret");
    EXPECT_EQ(both.seal("s3cret", place).key_id, sealing_keys{other}.current_id());
    EXPECT_THAT(both.ids(), ElementsAre(sealing_keys{other}.current_id(), "2f9ea34472bf7c88"));
    EXPECT_TRUE(both.knows("2f9ea34472bf7c88"));
    EXPECT_FALSE(both.knows(""));
}

TEST(Sealed, KeepsNothingWithoutAKey)
{
    const sealing_keys none;
    EXPECT_FALSE(none.can_seal());
    EXPECT_EQ(none.current_id(), "");
    try {
        (void)none.seal("s3cret", place);
        FAIL() << "it was sealed";
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::configuration);
        EXPECT_THAT(failure.message(), HasSubstr("LIGHTDASH_SECRET"));
        EXPECT_THAT(failure.message(), Not(HasSubstr("s3cret")));
    }
}

} // namespace
} // namespace lightdash
