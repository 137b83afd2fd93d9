// What is taken for text, and what is said of the rest.
#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace lightdash {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class TextFile : public testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path holding(std::string_view bytes) const
    {
        std::ofstream{file_, std::ios::binary} << bytes;
        return file_;
    }

    static std::string refusal(const std::filesystem::path& path, std::uint64_t limit = text_file_limit)
    {
        try {
            read_text_file(path, limit);
        } catch (const error& refused) {
            EXPECT_EQ(refused.kind(), error_kind::configuration);
            return refused.message();
        }
        return "";
    }

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("lightdash_text_file_" + std::to_string(::getpid()));
    std::filesystem::path file_ = folder_ / "one.sql";
};

TEST_F(TextFile, IsReadAsItStands)
{
    EXPECT_EQ(read_text_file(holding("select 'a\r\nb';\r\n")), "select 'a\r\nb';\r\n");
    EXPECT_EQ(read_text_file(holding("")), "");
    const std::string large(3'000'000, 'x');
    EXPECT_EQ(read_text_file(holding(large)), large);
}

TEST_F(TextFile, LosesItsByteOrderMark)
{
    EXPECT_EQ(read_text_file(holding("\xEF\xBB\xBF-- migrate:up\n")), "-- migrate:up\n");
    EXPECT_EQ(read_text_file(holding("\xEF\xBB\xBF")), "");
    EXPECT_EQ(text_of("a", "x\xEF\xBB\xBF"), "x\xEF\xBB\xBF"); // inside it is a character like any other
}

TEST_F(TextFile, IsNotUtf16)
{
    EXPECT_THAT(refusal(holding("\xFF\xFEs\0e\0"s)), AllOf(StartsWith(file_.string() + ":1:"), HasSubstr("UTF-16")));
    EXPECT_THAT(refusal(holding("\xFE\xFF\0s\0e"s)), HasSubstr("UTF-16"));
    EXPECT_THAT(refusal(holding("s\0e\0l\0"s)), HasSubstr("UTF-16"));
    EXPECT_THAT(refusal(holding("\0s\0e\0l"s)), HasSubstr("UTF-16"));
    EXPECT_THAT(refusal(holding("\xFF\xFE\0\0s\0\0\0"s)), HasSubstr("UTF-32"));
}

TEST_F(TextFile, HoldsNoNul)
{
    EXPECT_THAT(refusal(holding("select 1;\nselect\0 2;"s)), AllOf(HasSubstr(":2: "), HasSubstr("byte 17 is NUL")));
    EXPECT_THAT(refusal(holding("\0"s)), HasSubstr("byte 1 is NUL"));
}

TEST_F(TextFile, IsUtf8)
{
    EXPECT_EQ(read_text_file(holding("select 'grün';")), "select 'grün';");
    EXPECT_THAT(refusal(holding("select\n'gr\xFCn';")), AllOf(HasSubstr(":2: "), HasSubstr("byte 11 (0xFC)")));
}

TEST_F(TextFile, IsARegularFile)
{
    EXPECT_THAT(refusal(folder_), HasSubstr("it is a folder"));
    EXPECT_THAT(refusal("/dev/zero"), HasSubstr("it is a device"));
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THAT(refusal(pipe), HasSubstr("it is a pipe"));
    EXPECT_THAT(refusal(folder_ / "none"), HasSubstr("No such file"));
}

TEST_F(TextFile, HasASizeThatCanBeHeld)
{
    EXPECT_EQ(refusal(holding(std::string(1000, 'x')), 1000), "");
    EXPECT_THAT(refusal(holding(std::string(1001, 'x')), 1000), HasSubstr("larger than"));
}

} // namespace
} // namespace lightdash
