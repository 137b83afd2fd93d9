// What backups rest on: files that appear whole or not, and client programs that fit the server.
#include "lightdash/core/error.hpp"
#include "lightdash/ops/backup.hpp"
#include "lightdash/ops/file_digest.hpp"
#include "ops/backup/partial_file.hpp"
#include "ops/child/client_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PartialFile : public ::testing::Test {
protected:
    PartialFile()
    {
        std::string name = ::testing::TempDir() + "lightdash-partial-XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~PartialFile() override { fs::remove_all(folder); }
    std::vector<std::string> names() const
    {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator{folder})
            found.push_back(entry.path().filename().string());
        return found;
    }

    fs::path folder;
};

TEST_F(PartialFile, AppearsUnderItsNameWhenPublishedAndNotBefore)
{
    partial_file file{folder / "a"};
    file.write("content");
    EXPECT_THAT(names(), ElementsAre(HasSubstr(".partial")));
    file.publish();
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_EQ(fs::file_size(folder / "a"), 7u);
}

TEST_F(PartialFile, IsGoneWhenItWasNotPublished)
{
    {
        const partial_file file{folder / "a"};
        file.write("content");
    }
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PartialFile, ReplacesNothingNeitherAtTheBeginningNorAtTheEnd)
{
    partial_file file{folder / "a"};
    std::ofstream{folder / "a"} << "another";
    EXPECT_THROW(partial_file{folder / "a"}, error);
    EXPECT_THROW(file.publish(), error);
    EXPECT_EQ(fs::file_size(folder / "a"), 7u);
}

TEST_F(PartialFile, SweepsWhatDeadProcessesLeftAndNothingElse)
{
    std::ofstream{folder / ".a.999999999.partial"} << "left behind";
    std::ofstream{folder / (".a." + std::to_string(::getppid()) + ".partial")} << "at work";
    std::ofstream{folder / ".a.b.partial"} << "somebody's";
    std::ofstream{folder / ".b.999999999.partial"} << "another target's";
    {
        const partial_file file{folder / "a"};
    }
    EXPECT_EQ(names().size(), 3u);
    EXPECT_FALSE(fs::exists(folder / ".a.999999999.partial"));
}

TEST_F(PartialFile, DigestsAreSha256)
{
    std::ofstream{folder / "a"} << "abc";
    file_digest digest{folder / "a"};
    while (digest.next()) {
    }
    EXPECT_EQ(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ClientProgram, TheOldestThatKnowsTheServerIsChosen)
{
    const std::vector<postgres_binaries> found{{"/17", 17}, {"/15", 15}, {"/13", 13}};
    EXPECT_EQ(choose_client(found, 14).major, 15);
    EXPECT_EQ(choose_client(found, 15).major, 15);
    EXPECT_EQ(choose_client(found, 16).major, 17);
}

TEST(ClientProgram, OneThatIsTooOldIsRefusedWithThePackageToInstall)
{
    try {
        choose_client({{"/usr/lib/postgresql/15/bin", 15}}, 17);
        FAIL();
    } catch (const error& failure) {
        EXPECT_THAT(failure.message(), HasSubstr("apt-get install postgresql-client-17"));
        EXPECT_THAT(failure.message(), HasSubstr("the newest here is 15"));
    }
}

TEST(RowCounts, DifferencesNameEachTable)
{
    EXPECT_THAT(differences({{"public", "a", 1}, {"public", "b", 2}}, {{"public", "a", 1}, {"public", "b", 3}}),
                ElementsAre("public.b: 3 rows instead of 2"));
    EXPECT_THAT(differences({{"public", "a", 1}}, {{"public", "b", 3}}),
                ElementsAre("public.a: is missing", "public.b: was not in the backup"));
    EXPECT_THAT(differences({{"public", "a", 1}}, {{"public", "a", 1}}), IsEmpty());
}

} // namespace
} // namespace lightdash::ops
