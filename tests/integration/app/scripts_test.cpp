// scripts/build in a small project of its own.
#include "ops/child/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BuildScript : public ::testing::Test {
protected:
    BuildScript()
    {
        std::string name = ::testing::TempDir() + "lightdash_build_XXXXXX";
        root = fs::canonical(::mkdtemp(name.data()));
        fs::create_directories(root / "first/scripts");
        fs::copy_file("scripts/build", root / "first/scripts/build");
        write("first/CMakePresets.json",
              R"({"version": 3, "configurePresets": [{"name": "dev", "generator": "Ninja", "binaryDir": )"
              R"("${sourceDir}/build/dev"}]})");
        write("first/CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(tiny NONE)\n"
                                      "add_custom_command(OUTPUT made COMMAND ${CMAKE_COMMAND} -E copy "
                                      "${CMAKE_SOURCE_DIR}/source made DEPENDS ${CMAKE_SOURCE_DIR}/source)\n"
                                      "add_custom_target(everything ALL DEPENDS made)\n");
        write("first/source", "one");
    }
    ~BuildScript() override { fs::remove_all(root); }

    void write(const std::string& name, const std::string& text) const { std::ofstream{root / name} << text; }
    std::string made_in(const std::string& tree) const
    {
        std::string text;
        std::ifstream{root / tree / "build/dev/made"} >> text;
        return text;
    }
    std::string build(const std::string& tree) const
    {
        const auto done = ops::run({.argv = {"/bin/bash", (root / tree / "scripts/build").string(), "dev"}},
                                   std::chrono::seconds{60});
        EXPECT_TRUE(done.ok()) << done.output;
        return done.output;
    }

    fs::path root;
};

TEST_F(BuildScript, SaysNothingWhenThereIsNothingToDo)
{
    build("first");
    EXPECT_EQ(made_in("first"), "one");
    EXPECT_EQ(build("first"), "");
}

TEST_F(BuildScript, BuildsACopiedTreeInTheCopy)
{
    build("first");
    const auto copied = ops::run({.argv = {"/bin/cp", "-a", (root / "first").string(), (root / "second").string()}},
                                 std::chrono::seconds{30});
    ASSERT_TRUE(copied.ok()) << copied.output;
    write("second/source", "two");
    EXPECT_THAT(build("second"), HasSubstr("build/dev was configured for " + (root / "first").string()));
    EXPECT_EQ(made_in("second"), "two");
    EXPECT_EQ(made_in("first"), "one");
    EXPECT_EQ(build("second"), "");
}

TEST_F(BuildScript, BuildsAMovedTreeAndOneBehindASymbolicLink)
{
    build("first");
    fs::rename(root / "first", root / "moved");
    write("moved/source", "three");
    build("moved");
    EXPECT_EQ(made_in("moved"), "three");
    fs::create_directory_symlink(root / "moved", root / "link");
    EXPECT_EQ(build("link"), "") << "it is the same tree";
}

} // namespace
} // namespace lightdash
