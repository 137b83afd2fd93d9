#include "lightdash/pg/params.hpp"

#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string bytes_of(const params& from, std::size_t index)
{
    const auto& value = from.values()[index];
    return {from.data(value), value.length};
}

TEST(Params, PacksEveryValueIntoOneBufferWithItsTypeAndFormat)
{
    const auto made =
        params::of(std::int32_t{7}, "text", numeric{"1.5"}, std::string{"owned"}, std::string_view{"seen"});
    ASSERT_EQ(made.values().size(), 5U);
    EXPECT_EQ(made.values()[0].type, oid::int4);
    EXPECT_TRUE(made.values()[0].binary);
    EXPECT_EQ(bytes_of(made, 0), raw({0, 0, 0, 7}));
    EXPECT_EQ(bytes_of(made, 1), "text");
    EXPECT_EQ(made.values()[2].type, oid::numeric);
    EXPECT_FALSE(made.values()[2].binary);
    EXPECT_EQ(bytes_of(made, 3), "owned");
    EXPECT_EQ(bytes_of(made, 4), "seen");
}

TEST(Params, EndsEveryValueWithAZeroByte)
{
    const auto made = params::of(numeric{"1.5"}, "ab");
    EXPECT_STREQ(made.data(made.values()[0]), "1.5");
    EXPECT_STREQ(made.data(made.values()[1]), "ab");
}

TEST(Params, SendsNulloptAsNullOfItsType)
{
    const auto made = params::of(std::optional<int>{}, std::nullopt, std::optional<std::string>{"x"});
    EXPECT_TRUE(made.values()[0].null);
    EXPECT_EQ(made.values()[0].type, oid::int4);
    EXPECT_EQ(made.data(made.values()[0]), nullptr);
    EXPECT_TRUE(made.values()[1].null);
    EXPECT_EQ(made.values()[1].type, oid::unknown);
    EXPECT_FALSE(made.values()[2].null);
    EXPECT_EQ(bytes_of(made, 2), "x");
}

TEST(Params, TellsAnEmptyTextFromNull)
{
    const auto made = params::of("");
    EXPECT_FALSE(made.values()[0].null);
    ASSERT_NE(made.data(made.values()[0]), nullptr);
    EXPECT_EQ(made.values()[0].length, 0U);
}

TEST(Params, IsUnchangedByAValueThatIsRefused)
{
    auto made = params::of("first");
    EXPECT_EQ(thrown_by([&] { made.add(std::vector<std::string>{"ok", std::string(1, '\0')}); }).kind(),
              error_kind::invalid_text);
    made.add("second");
    ASSERT_EQ(made.values().size(), 2U);
    EXPECT_EQ(bytes_of(made, 0), "first");
    EXPECT_EQ(bytes_of(made, 1), "second");
}

TEST(Params, RefusesMoreValuesThanTheProtocolCounts)
{
    params made;
    made.reserve(params::max_values);
    for (std::size_t i = 0; i < params::max_values; ++i)
        made.add(true);
    const auto failure = thrown_by([&] { made.add(true); });
    EXPECT_EQ(failure.kind(), error_kind::invalid_parameter);
    EXPECT_THAT(failure.message(), HasSubstr("65535"));
    EXPECT_EQ(made.values().size(), params::max_values);
}

TEST(Params, KeepsItsMemoryWhenCleared)
{
    auto made = params::of(std::string(1000, 'x'));
    const auto* before = made.data(made.values()[0]);
    made.clear();
    EXPECT_THAT(made.values(), IsEmpty());
    made.add(std::string(900, 'y'));
    EXPECT_EQ(made.data(made.values()[0]), before);
}

TEST(Params, MovesWithoutCopyingItsBytes)
{
    static_assert(std::is_nothrow_move_constructible_v<params>);
    auto first = params::of("a text that is too long to live inside of a string object");
    const auto* where = first.data(first.values()[0]);
    const auto second = std::move(first);
    EXPECT_EQ(second.data(second.values()[0]), where);
}

} // namespace
} // namespace lightdash::pg
