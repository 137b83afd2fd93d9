#include "lightdash/pg/copy.hpp"

#include "unit/pg/codec_support.hpp"

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using field = std::optional<std::string_view>;

std::string row(std::initializer_list<field> fields)
{
    std::string out;
    append_copy_row(out, std::span{fields.begin(), fields.size()});
    return out;
}

TEST(CopyRow, SeparatesFieldsAndEndsTheLine)
{
    EXPECT_EQ(row({"a", "", "c"}), "a\t\tc\n");
    EXPECT_EQ(row({}), "\n");
}

TEST(CopyRow, TellsNullFromTheTextThatLooksLikeIt)
{
    EXPECT_EQ(row({std::nullopt, "\\N", "\\."}), "\\N\t\\\\N\t\\\\.\n");
}

TEST(CopyRow, EscapesWhatWouldEndAFieldOrARow)
{
    EXPECT_EQ(row({"\b\f\n\r\t\v\\"}), "\\b\\f\\n\\r\\t\\v\\\\\n");
    EXPECT_EQ(row({"Grüße 'quoted' \"both\""}), "Grüße 'quoted' \"both\"\n");
}

TEST(CopyRow, AppendsNothingWhenItRefusesNul)
{
    std::string out = "before\n";
    const field fields[] = {"ok", std::string_view{"a\0b", 3}};
    EXPECT_EQ(thrown_by([&] { append_copy_row(out, fields); }).kind(), error_kind::invalid_text);
    EXPECT_EQ(out, "before\n");
}

} // namespace
} // namespace lightdash::pg
