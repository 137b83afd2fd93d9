#include "ops/postgres/cluster_files.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class ClusterFiles : public ::testing::Test {
protected:
    ClusterFiles()
    {
        std::string name = (fs::temp_directory_path() / "lightdash-files-XXXXXX").string();
        folder = fs::canonical(::mkdtemp(name.data()));
    }
    ~ClusterFiles() override { fs::remove_all(folder); }

    void write(const fs::path& name, const std::string& text) const { std::ofstream{folder / name} << text; }

    fs::path folder;
};

TEST_F(ClusterFiles, APostmasterFileIsReadLineByLine)
{
    write("postmaster.pid", "4711\n/data\n1700000000\n5432\n/run/pg\n\n  5432001  7\nready   \n");
    const auto told = read_postmaster_file(folder);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->pid, 4711);
    EXPECT_EQ(told->socket, "/run/pg");
    EXPECT_EQ(told->status, "ready");
}

TEST_F(ClusterFiles, APostmasterFileThatIsStillBeingWrittenHasNoStatus)
{
    write("postmaster.pid", "4711\n/data\n");
    const auto told = read_postmaster_file(folder);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->pid, 4711);
    EXPECT_EQ(told->status, "");
}

TEST_F(ClusterFiles, WithoutAPostmasterFileNothingRuns)
{
    EXPECT_FALSE(read_postmaster_file(folder));
}

TEST_F(ClusterFiles, AnotherProcessWithThePidOfADeadServerDoesNotServeItsFolder)
{
    EXPECT_FALSE(serves(::getpid(), folder));
    EXPECT_FALSE(serves(::getpid(), fs::current_path())); // works there, but is no PostgreSQL
    EXPECT_FALSE(serves(0, folder));
}

TEST_F(ClusterFiles, AnEndedChildThatNobodyReapedIsNotAlive)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(0);
    siginfo_t told{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &told, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(process_alive(child));
    EXPECT_EQ(reap(child), 0);
}

TEST_F(ClusterFiles, TheVersionOfAClusterIsItsMajorNumber)
{
    EXPECT_EQ(cluster_version(folder / "absent"), std::nullopt);
    EXPECT_EQ(cluster_version(folder), std::nullopt);
    write("PG_VERSION", "15\n");
    EXPECT_EQ(cluster_version(folder), 15);
}

TEST_F(ClusterFiles, AFolderWithOtherThingsInItIsRefused)
{
    write("holiday.jpg", "x");
    try {
        (void)cluster_version(folder);
        FAIL() << "accepted";
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::configuration);
        EXPECT_THAT(refused.message(), HasSubstr(folder.string()));
    }
}

TEST_F(ClusterFiles, AShortHomeHoldsItsOwnSocket)
{
    EXPECT_EQ(layout_in("/srv/app/.lightdash", "/tmp").socket, "/srv/app/.lightdash/run");
}

TEST_F(ClusterFiles, AHomeTooLongForASocketGetsAShortFolderUnderTheTemporaryOne)
{
    const fs::path home = "/srv/" + std::string(110, 'x');
    const auto socket = layout_in(home, "/scratch").socket;
    EXPECT_EQ(socket, "/scratch/lightdash-" + short_name(home));
    EXPECT_NE(short_name(home), short_name(home / "other"));
    EXPECT_THAT(layout_in(home, "/" + std::string(110, 't')).socket.string(), ::testing::StartsWith("/tmp/lightdash-"));
}

TEST_F(ClusterFiles, ASocketPathOfExactly107BytesStillFits)
{
    const fs::path fits = "/" + std::string(107 - 1 - std::string{"/run/.s.PGSQL.5432"}.size(), 'x');
    EXPECT_EQ(layout_in(fits, "/tmp").socket, fits / "run");
    const fs::path too_long = fits.string() + "x";
    EXPECT_NE(layout_in(too_long, "/tmp").socket, too_long / "run");
}

TEST_F(ClusterFiles, ACommaInTheHomeWouldBeTwoHostsForLibpq)
{
    EXPECT_EQ(layout_in("/srv/a,b", "/tmp").socket, "/tmp/lightdash-" + short_name("/srv/a,b"));
}

TEST_F(ClusterFiles, TheConfigurationListensOnTheSocketOnlyAndKeepsFsync)
{
    const auto text = server_configuration(layout_in("/srv/it's", "/tmp"), "pg_stat_statements");
    EXPECT_THAT(text, HasSubstr("listen_addresses = ''"));
    EXPECT_THAT(text, HasSubstr("fsync = on"));
    EXPECT_THAT(text, HasSubstr("timezone = 'UTC'"));
    EXPECT_THAT(text, HasSubstr("shared_preload_libraries = 'pg_stat_statements'"));
    EXPECT_LT(text.find("shared_preload"), text.find("local.conf'")) << "an own setting adds to it";
    EXPECT_THAT(text, HasSubstr("unix_socket_directories = '\"/srv/it''s/run\"'"));
    EXPECT_LT(text.find("local.conf'"), text.find("listen_addresses")) << "an own setting must not open the network";
}

TEST_F(ClusterFiles, ConfigurationIsWrittenOnceAndAgainWhenItDiffers)
{
    fs::create_directory(folder / "postgres");
    const auto layout = layout_in(folder, "/tmp");
    EXPECT_TRUE(write_configuration(layout, current_account(), ""));
    EXPECT_FALSE(write_configuration(layout, current_account(), ""));
    write("postgres/pg_hba.conf", "local all all trust\n");
    EXPECT_TRUE(write_configuration(layout, current_account(), ""));
    EXPECT_EQ(read_from(layout.data / "pg_hba.conf", 0), authentication_rules());
}

TEST_F(ClusterFiles, AFullDiskIsNamedWithItsRemedy)
{
    const auto text = explain_failure(
        "LOG:  starting\nFATAL:  could not write lock file \"postmaster.pid\": No space left on device\n",
        layout_in("/srv/x", "/tmp"));
    EXPECT_THAT(text, HasSubstr("could not write lock file"));
    EXPECT_THAT(text, HasSubstr("free some disk space"));
    EXPECT_THAT(text, Not(HasSubstr("LOG:  starting")));
}

TEST_F(ClusterFiles, AnUnknownFailureShowsItsLastLineAndTheLog)
{
    const auto text = explain_failure("one\ntwo\n", layout_in("/srv/x", "/tmp"));
    EXPECT_THAT(text, HasSubstr("two"));
    EXPECT_THAT(text, HasSubstr("/srv/x/postgres.log"));
    EXPECT_THAT(explain_failure("", layout_in("/srv/x", "/tmp")), HasSubstr("it said nothing"));
}

TEST(ClusterFilesTest, WhatCannotBeReadIsEmptyAndNoFailure)
{
    EXPECT_EQ(read_from("/proc/self", 0), ""); // a folder: it can be opened, and every read of it fails
    EXPECT_EQ(read_from("/proc/nothing", 0), "");
}

} // namespace
} // namespace lightdash::ops
