// Promises E1–E8 of the private PostgreSQL, each against a real one in a folder of its own.
#include "lightdash/ops/embedded_postgres.hpp"

#include "lightdash/core/error.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/effort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

std::string ask(const std::string& conninfo, const char* question)
{
    PGconn* connection = PQconnectdb((conninfo + " connect_timeout=5").c_str());
    PGresult* answer = PQexec(connection, question);
    std::string told =
        PQresultStatus(answer) == PGRES_TUPLES_OK ? PQgetvalue(answer, 0, 0) : PQerrorMessage(connection);
    PQclear(answer);
    PQfinish(connection);
    return told;
}

fs::path fresh_folder()
{
    std::string name = (fs::temp_directory_path() / "lightdash-embedded-XXXXXX").string();
    const fs::path made = fs::canonical(::mkdtemp(name.data()));
    fs::permissions(made, fs::perms{0755}); // the account that runs the server must be able to enter
    return made;
}

class EmbeddedPostgres : public ::testing::Test {
protected:
    // initdb takes seconds on a busy machine: tests that are not about a first start copy a cluster that was started
    // once.
    static void SetUpTestSuite()
    {
        pristine = fresh_folder();
        embedded_postgres_options first;
        first.data_dir = pristine / "home";
        (void)embedded_postgres::start(first);
    }
    static void TearDownTestSuite() { fs::remove_all(pristine); }

    EmbeddedPostgres() : root(fresh_folder()) { options.data_dir = root / "home"; }
    void SetUp() override
    {
        const auto copied = run({.argv = {"/bin/cp", "-a", (pristine / "home").string(), root.string()}}, 30s);
        ASSERT_TRUE(copied.ok()) << copied.output;
    }
    ~EmbeddedPostgres() override
    {
        for (const auto& entry : fs::recursive_directory_iterator{root, fs::directory_options::skip_permission_denied})
            if (entry.path().filename() == "postmaster.pid")
                end_server(entry.path().parent_path());
        fs::remove_all(root);
    }

    static void end_server(const fs::path& data)
    {
        const auto told = read_postmaster_file(data);
        if (!told || !serves(told->pid, data))
            return;
        ::kill(told->pid, SIGKILL);
        for (int tries = 0; tries < 2000 && process_alive(told->pid); ++tries)
            std::this_thread::sleep_for(5ms);
    }

    fs::path data() const { return options.data_dir / "postgres"; }
    pid_t server_pid() const
    {
        const auto told = read_postmaster_file(data());
        return told ? told->pid : 0;
    }
    std::string refusal(const embedded_postgres_options& given) const
    {
        try {
            (void)embedded_postgres::start(given);
        } catch (const error& refused) {
            EXPECT_EQ(refused.kind(), error_kind::configuration) << refused.message();
            return refused.message();
        }
        return "not refused";
    }
    std::string refusal() const { return refusal(options); }

    // Starts it in a process of its own, which then waits for its end; returns that process once the server answers.
    pid_t start_in_another_process() const
    {
        int ready[2];
        if (::pipe(ready) != 0)
            throw std::runtime_error("pipe");
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ready[0]);
            try {
                auto server = embedded_postgres::start(options);
                (void)!::write(ready[1], "r", 1);
                for (;;)
                    ::pause();
            } catch (const std::exception& failure) {
                (void)!::write(2, failure.what(), std::char_traits<char>::length(failure.what()));
            }
            ::_exit(1);
        }
        ::close(ready[1]);
        char byte = 0;
        const auto got = ::read(ready[0], &byte, 1);
        ::close(ready[0]);
        EXPECT_EQ(got, 1) << "the other process could not start PostgreSQL";
        return child;
    }
    static void kill_and_reap(pid_t child)
    {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }

    static inline fs::path pristine;
    fs::path root;
    embedded_postgres_options options;
};

class EmbeddedPostgresFirstStart : public EmbeddedPostgres {
    void SetUp() override {}
};

TEST_F(EmbeddedPostgresFirstStart, AFreshFolderHasAnAnsweringDatabaseWithinFiveSeconds)
{
    const auto before = clock::now();
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SELECT current_database()"), "lightdash");
    EXPECT_LT(clock::now() - before, 5s);
    EXPECT_TRUE(server.created());
}

TEST_F(EmbeddedPostgres, ItListensOnItsSocketOnlyAndKeepsFsyncAndUtc)
{
    auto server = embedded_postgres::start(options);
    const auto& db = server.conninfo();
    EXPECT_EQ(ask(db, "SHOW listen_addresses"), "");
    EXPECT_EQ(ask(db, "SHOW fsync"), "on");
    EXPECT_EQ(ask(db, "SHOW timezone"), "UTC");
    EXPECT_EQ(ask(db, "SHOW max_connections"), "100");
    EXPECT_EQ(ask(db, "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(ask(db, "SELECT datcollate FROM pg_database WHERE datname = current_database()"), "C.UTF-8");
    EXPECT_EQ(ask(db, "SELECT string_agg(DISTINCT type || ' ' || auth_method, ',') FROM pg_hba_file_rules"),
              "local peer");
    struct stat folder{};
    ASSERT_EQ(::stat((options.data_dir / "run").c_str(), &folder), 0);
    EXPECT_EQ(folder.st_mode & 0777, 0700U);
}

TEST_F(EmbeddedPostgres, StatementStatisticsAreLoadedAlsoInAFolderThatHadNone)
{
    {
        auto server = embedded_postgres::start(options);
        EXPECT_EQ(ask(server.conninfo(), "SHOW shared_preload_libraries"), "pg_stat_statements");
    }
    std::ofstream{data() / "postgresql.conf"} << "unix_socket_directories = ''\n"; // as an older program's
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SHOW shared_preload_libraries"), "pg_stat_statements");
}

TEST_F(EmbeddedPostgres, TheServerNeverRunsAsRoot)
{
    auto server = embedded_postgres::start(options);
    struct stat process{};
    ASSERT_EQ(::stat(("/proc/" + std::to_string(server_pid())).c_str(), &process), 0);
    EXPECT_NE(process.st_uid, 0U);
    if (::geteuid() == 0) {
        EXPECT_EQ(account_of(process.st_uid).name, "postgres");
    }
}

TEST_F(EmbeddedPostgresFirstStart, ThePsqlCommandWorksAsPrinted)
{
    options.data_dir = root / "a home with 'quotes'";
    auto server = embedded_postgres::start(options);
    const auto told = run({.argv = {"/bin/sh", "-c", server.psql_command() + " -XAtc 'SELECT 41 + 1'"}}, 10s);
    EXPECT_EQ(told.output, "42\n");
}

TEST_F(EmbeddedPostgres, DataSurvivesAStopAndTheSecondStartIsQuick)
{
    {
        auto server = embedded_postgres::start(options);
        ask(server.conninfo(), "CREATE TABLE kept AS SELECT 7 AS n");
    }
    EXPECT_EQ(server_pid(), 0) << "the first one is still running";
    const auto before = clock::now();
    auto server = embedded_postgres::start(options);
    EXPECT_LT(clock::now() - before, 2s);
    EXPECT_FALSE(server.created());
    EXPECT_EQ(ask(server.conninfo(), "SELECT n FROM kept"), "7");
}

TEST_F(EmbeddedPostgres, StoppingEndsOpenConnectionsInOrder)
{
    auto server = embedded_postgres::start(options);
    PGconn* open = PQconnectdb(server.conninfo().c_str());
    const pid_t pid = server_pid();
    const auto before = clock::now();
    server.stop();
    EXPECT_LT(clock::now() - before, 5s);
    EXPECT_FALSE(process_alive(pid));
    PQfinish(open);
    EXPECT_THAT(read_from(options.data_dir / "postgres.log", 0), HasSubstr("database system is shut down"));
    server.stop(); // again: nothing to do
}

TEST_F(EmbeddedPostgres, TheTerminalsCtrlCDoesNotReachIt)
{
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(::getsid(server_pid()), server_pid());
}

TEST_F(EmbeddedPostgres, KeepRunningLeavesItAndTheNextStartFindsIt)
{
    options.keep_running = true;
    {
        auto server = embedded_postgres::start(options);
    }
    const pid_t left = server_pid();
    EXPECT_TRUE(process_alive(left));
    options.keep_running = false;
    {
        auto server = embedded_postgres::start(options);
        EXPECT_EQ(server_pid(), left);
        EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
    }
    EXPECT_FALSE(process_alive(left));
}

TEST_F(EmbeddedPostgres, AnOrphanIsTakenOverAfterEveryKillOfItsOwner)
{
    options.keep_running = true;
    pid_t served_by = 0;
    for (int round = 0; round < testing::effort(5); ++round) {
        const pid_t owner = start_in_another_process();
        if (round == 0)
            served_by = server_pid();
        EXPECT_EQ(server_pid(), served_by) << "round " << round;
        kill_and_reap(owner);
        ASSERT_TRUE(process_alive(served_by)) << "round " << round;
    }
    options.keep_running = false;
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(server_pid(), served_by);
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
    server.stop();
    EXPECT_FALSE(process_alive(served_by));
}

TEST_F(EmbeddedPostgres, AServerThatIsNotToBeKeptEndsWithItsOwnerHoweverThatEnds)
{
    for (int round = 0; round < 3; ++round) {
        const pid_t owner = start_in_another_process();
        const pid_t served_by = server_pid();
        kill_and_reap(owner);
        for (int tries = 0; tries < 2000 && process_alive(served_by); ++tries)
            std::this_thread::sleep_for(5ms);
        EXPECT_FALSE(process_alive(served_by)) << "round " << round;
    }
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
}

TEST_F(EmbeddedPostgres, AStartAfterAKillOfTheOwnerEndsTheSessionsThatTheOldServerWaitsFor)
{
    const pid_t owner = start_in_another_process();
    PGconn* open = PQconnectdb(
        ("host=" + read_postmaster_file(data())->socket.string() + " user=lightdash dbname=lightdash").c_str());
    ASSERT_EQ(PQstatus(open), CONNECTION_OK);
    kill_and_reap(owner);
    const auto before = clock::now();
    auto server = embedded_postgres::start(options);
    EXPECT_LT(clock::now() - before, 20s) << "it does not wait for the session to end by itself";
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
    PQfinish(open);
}

TEST_F(EmbeddedPostgres, AStartThatIsInterruptedLeavesNothingRunning)
{
    int questions = 0;
    options.interrupted = [&] { return ++questions > 2; };
    EXPECT_THAT(refusal(), HasSubstr("was interrupted"));
    EXPECT_EQ(server_pid(), 0);
    options.interrupted = {};
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
}

TEST_F(EmbeddedPostgres, AfterAKillOfTheServerItselfItRecovers)
{
    for (int round = 0; round < 3; ++round) {
        const pid_t owner = start_in_another_process();
        const auto told = read_postmaster_file(data());
        ask("host=" + told->socket.string() + " user=lightdash dbname=lightdash",
            "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n");
        ::kill(told->pid, SIGKILL);
        kill_and_reap(owner);
    }
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SELECT n FROM kept"), "7");
}

TEST_F(EmbeddedPostgres, APidFileThatNamesSomebodyElseIsStale)
{
    // As after a crash and a reboot: the number now is ours. PostgreSQL alone would refuse to start.
    std::ofstream{data() / "postmaster.pid"} << ::getpid() << '\n' << data().string() << "\n1\n5432\n\n\n\nready\n";
    std::ofstream{options.data_dir / "run/.s.PGSQL.5432.lock"} << ::getpid() << '\n';
    auto server = embedded_postgres::start(options);
    EXPECT_NE(server_pid(), ::getpid());
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
}

TEST_F(EmbeddedPostgres, ASecondProcessOnOneFolderIsRefusedAndTheFirstIsUnharmed)
{
    const pid_t owner = start_in_another_process();
    const pid_t pid = server_pid();
    const auto said = refusal();
    EXPECT_THAT(said, HasSubstr("another lightdash-backend (pid " + std::to_string(owner) + ")"));
    EXPECT_THAT(said, HasSubstr("--data-dir"));
    EXPECT_TRUE(process_alive(pid));
    kill_and_reap(owner);
}

TEST_F(EmbeddedPostgresFirstStart, AnInterruptedFirstStartLeavesNothingInTheWay)
{
    fs::create_directories(options.data_dir / "postgres.initializing/base");
    std::ofstream{options.data_dir / "postgres.initializing/PG_VERSION"} << "15\n";
    auto server = embedded_postgres::start(options);
    EXPECT_TRUE(server.created());
    EXPECT_FALSE(fs::exists(options.data_dir / "postgres.initializing"));
}

TEST_F(EmbeddedPostgres, AnotherMajorVersionIsRefusedWithItsUpgradeCommandAndNotTouched)
{
    std::ofstream{data() / "PG_VERSION"} << "12\n";
    const auto configured = fs::last_write_time(data() / "global/pg_control");
    const auto said = refusal();
    EXPECT_THAT(said, HasSubstr("PostgreSQL 12"));
    EXPECT_THAT(said, HasSubstr("pg_upgrade"));
    EXPECT_EQ(fs::last_write_time(data() / "global/pg_control"), configured);
    EXPECT_EQ(server_pid(), 0);
}

TEST_F(EmbeddedPostgresFirstStart, AFolderTooDeepForASocketWorksThroughAShortOne)
{
    options.data_dir = root / std::string(60, 'd') / std::string(60, 'e');
    auto server = embedded_postgres::start(options);
    EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
    const auto socket = read_postmaster_file(data())->socket;
    EXPECT_LT(socket.string().size(), 80U);
    server.stop();
    fs::remove_all(socket);
}

TEST_F(EmbeddedPostgresFirstStart, AFolderThatCannotBeCreatedIsNamed)
{
    options.data_dir = "/proc/lightdash";
    const auto said = refusal();
    EXPECT_THAT(said, HasSubstr("cannot create the folder /proc/lightdash"));
    EXPECT_THAT(said, HasSubstr("--data-dir"));
}

TEST_F(EmbeddedPostgresFirstStart, AFileInThePlaceOfTheFolderIsNamed)
{
    std::ofstream{root / "file"} << "x";
    options.data_dir = root / "file";
    EXPECT_THAT(refusal(), HasSubstr("is not a folder"));
}

TEST_F(EmbeddedPostgresFirstStart, AFolderWithSomebodyElsesFilesIsNotTouched)
{
    fs::create_directories(data());
    std::ofstream{data() / "thesis.txt"} << "x";
    EXPECT_THAT(refusal(), HasSubstr("holds no PostgreSQL cluster"));
    EXPECT_TRUE(fs::exists(data() / "thesis.txt"));
}

TEST_F(EmbeddedPostgres, ABrokenSettingIsReportedInPostgresOwnWords)
{
    std::ofstream{data() / "local.conf"} << "shared_buffers = 'plenty'\n";
    const auto said = refusal();
    EXPECT_THAT(said, HasSubstr("did not start"));
    EXPECT_THAT(said, HasSubstr("shared_buffers"));
}

// What root cannot do, an ordinary account tries in a child of its own: 0 when `attempt` held there.
int as_nobody(const std::function<bool()>& attempt)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const auto nobody = find_account("nobody");
        if (!nobody || ::setgid(nobody->gid) != 0 || ::setuid(nobody->uid) != 0)
            ::_exit(2);
        ::_exit(attempt() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(EmbeddedPostgresFirstStart, AClusterOfAnotherAccountIsRefusedWithTheCommandThatGivesItAway)
{
    fs::create_directories(data());
    std::ofstream{data() / "PG_VERSION"} << "15\n";
    if (::geteuid() == 0) {
        EXPECT_EQ(as_nobody([&] { return refusal().find("chown -R nobody") != std::string::npos; }), 0);
    } else {
        fs::remove_all(data());
        fs::create_directory_symlink("/root", data());
        EXPECT_THAT(refusal(), HasSubstr("belongs to root"));
    }
}

TEST_F(EmbeddedPostgresFirstStart, AReadOnlyFolderIsRefusedWithARemedy)
{
    fs::create_directories(options.data_dir);
    fs::permissions(options.data_dir, fs::perms{0555});
    const auto refused = [&] {
        const auto said = refusal();
        return said.find("cannot open") != std::string::npos && said.find("--data-dir") != std::string::npos;
    };
    EXPECT_EQ(::geteuid() == 0 ? as_nobody(refused) : static_cast<int>(!refused()), 0);
}

TEST_F(EmbeddedPostgresFirstStart, AFolderThatPostgresCannotEnterIsReplacedByOneThatItCan)
{
    if (::geteuid() != 0)
        GTEST_SUCCEED() << "only root runs the server as somebody else";
    else {
        fs::permissions(root, fs::perms{0700});
        auto server = embedded_postgres::start(options);
        EXPECT_EQ(ask(server.conninfo(), "SELECT 1"), "1");
        const fs::path cluster = ask(server.conninfo(), "SHOW data_directory");
        EXPECT_THAT(cluster.string(), ::testing::StartsWith("/var/lib/lightdash/home-"));
        server.stop();
        fs::remove_all(cluster.parent_path());
    }
}

} // namespace
} // namespace lightdash::ops
