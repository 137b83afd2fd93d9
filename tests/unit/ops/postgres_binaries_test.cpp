#include "ops/postgres/postgres_binaries.hpp"

#include "lightdash/core/error.hpp"
#include "ops/child/client_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PostgresBinaries : public ::testing::Test {
protected:
    PostgresBinaries()
    {
        std::string name = (fs::temp_directory_path() / "lightdash-binaries-XXXXXX").string();
        root = fs::canonical(::mkdtemp(name.data()));
    }
    ~PostgresBinaries() override { fs::remove_all(root); }

    static void script(const fs::path& file, const std::string& text)
    {
        fs::create_directories(file.parent_path());
        std::ofstream{file} << "#!/bin/sh\n" << text << '\n';
        fs::permissions(file, fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
    }
    fs::path install(const fs::path& folder, const std::string& version) const
    {
        script(root / folder / "postgres", "echo 'postgres (PostgreSQL) " + version + " (Debian)'");
        script(root / folder / "initdb", "");
        script(root / folder / "psql", "");
        return root / folder;
    }
    binary_search nothing() const { return {.path = (root / "empty").string(), .versioned_root = root / "versions"}; }

    fs::path root;
};

std::string refusal(const std::vector<postgres_binaries>& found, std::optional<int> cluster)
{
    try {
        (void)choose_postgres(found, cluster, "/srv/postgres");
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::configuration);
        return refused.message();
    }
    return "not refused";
}

TEST_F(PostgresBinaries, NoneAnywhereNamesTheDebianPackage)
{
    const auto found = find_postgres(nothing());
    EXPECT_TRUE(found.empty());
    EXPECT_THAT(refusal(found, std::nullopt), HasSubstr("apt-get install postgresql"));
}

TEST_F(PostgresBinaries, TheNewestOfSeveralVersionsServesANewCluster)
{
    install("versions/9/bin", "9.6.24");
    install("versions/15/bin", "15.20");
    install("versions/13/bin", "13.1");
    const auto found = find_postgres(nothing());
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(choose_postgres(found, std::nullopt, "/srv/postgres").major, 15);
}

TEST_F(PostgresBinaries, AnExistingClusterGetsItsOwnVersion)
{
    install("versions/15/bin", "15.20");
    const auto older = install("versions/13/bin", "13.1");
    EXPECT_EQ(choose_postgres(find_postgres(nothing()), 13, "/srv/postgres").folder, older);
}

TEST_F(PostgresBinaries, AClusterOfAVersionThatIsNotInstalledIsRefusedWithTheUpgradeCommand)
{
    install("versions/15/bin", "15.20");
    const auto said = refusal(find_postgres(nothing()), 14);
    EXPECT_THAT(said, HasSubstr("PostgreSQL 14"));
    EXPECT_THAT(said, HasSubstr("pg_upgrade"));
    EXPECT_THAT(said, HasSubstr("nothing was touched"));
}

TEST_F(PostgresBinaries, PgConfigAndPathAreAsked)
{
    const auto told = install("from_pg_config", "17.2");
    script(root / "tools/pg_config", "echo " + told.string());
    const auto on_path = install("on_path", "16beta1");
    auto where = nothing();
    where.path = (root / "tools").string() + "::" + on_path.string();
    const auto found = find_postgres(where);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].folder, told);
    EXPECT_EQ(found[1].major, 16);
}

TEST_F(PostgresBinaries, AFolderWithoutInitdbIsNoServer)
{
    install("versions/15/bin", "15.20");
    fs::remove(root / "versions/15/bin/initdb");
    EXPECT_TRUE(find_postgres(nothing()).empty());
}

TEST(ClientCommand, RefusesWhatPgDumpCannotBeGivenSecretly)
{
    pg::connection_options options;
    options.conninfo = secret{"host=x sslpassword=canary"};
    EXPECT_THROW(client_command("/usr/bin/pg_dump", {}, options, "test"), error);
}

} // namespace
} // namespace lightdash::ops
