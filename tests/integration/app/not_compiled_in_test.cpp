// `migrate` in a folder of sources whose newest migrations are not in the program yet.
#include "support/backend_process.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What `migrate` says beside a folder of migrations that `write` has filled.
template <class Write>
std::string migrate_beside(const testing::test_database& db, Write write)
{
    const fs::path here = ::testing::TempDir() + "not_compiled_in_" + db.name();
    fs::create_directories(here / "migrations");
    write(here / "migrations");
    const auto command = "cd '" + here.string() + "' && env -i PATH=\"$PATH\" HOME=\"$HOME\" DATABASE_URL='" +
                         db.conninfo() + "' '" + testing::backend_binary() + "' migrate 2>&1";
    std::string said;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> chunk;
    while (const auto size = std::fread(chunk.data(), 1, chunk.size(), pipe))
        said.append(chunk.data(), size);
    EXPECT_EQ(::pclose(pipe), 0) << said;
    fs::remove_all(here);
    return said;
}

TEST(NotCompiledIn, FilesOfTheFolderThatTheProgramDoesNotHaveAreNamed)
{
    const auto db = testing::test_database::migrated();
    const auto said = migrate_beside(db, [](const fs::path& folder) {
        std::ofstream{folder / "010_add_x.sql"} << "-- migrate:up\nselect 1;\n";
        std::ofstream{folder / "011_add_y.cpp"} << "// edited\n";
        std::ofstream{folder / "README.md"} << "text\n";
        std::ofstream{folder / "001_create_organizations_table.cpp"} << "// what is compiled in is not seen here\n";
    });
    EXPECT_THAT(said, AllOf(HasSubstr("Nothing to do: every migration is applied.\n"),
                            HasSubstr("migrations/010_add_x.sql is not compiled into this program.\n"),
                            HasSubstr("migrations/011_add_y.cpp is not compiled into this program.\n"),
                            HasSubstr("--dir migrations"), Not(HasSubstr("README")), Not(HasSubstr("001_"))));
}

TEST(NotCompiledIn, WhereTheFolderSaysNothingNewNothingIsSaid)
{
    const auto db = testing::test_database::migrated();
    EXPECT_EQ(migrate_beside(db, [](const fs::path&) {}), "Nothing to do: every migration is applied.\n");
}

} // namespace
} // namespace lightdash
