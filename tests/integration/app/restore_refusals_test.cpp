// What restore refuses before it touches a database, and backup and restore behind poolers.
#include "integration/app/backups.hpp"
#include "support/pgbouncer.hpp"
#include "support/private_cluster.hpp"

#include <gmock/gmock.h>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::backend_result;
using testing::content_of;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::plain_dump_of;
using testing::run_backend;

class RestoreRefusals : public testing::backup_test {
protected:
    std::string written(const std::string& name, const std::string& content) const
    {
        std::ofstream{file(name), std::ios::binary} << content;
        return file(name);
    }
    // Into a new database, which must not be there afterwards.
    backend_result refused(const std::string& path)
    {
        const auto copy = copy_name("_copy");
        auto done = run({"restore", path, "--to", copy, "--without-manifest"});
        EXPECT_EQ(done.exit_code, 2) << done.err;
        EXPECT_THAT(done.err, HasSubstr("Nothing was changed"));
        EXPECT_FALSE(exists(copy));
        return done;
    }
};

TEST_F(RestoreRefusals, CommandsOfPsqlInAPlainFileAreNotObeyed)
{
    db.execute("create table precious (id int)");
    const auto made = file("made-by-the-file");
    for (const auto& command :
         {"\\connect " + db.name() + "\ndrop table precious;", "\\! touch " + made, "select 1 \\g " + made,
          std::string{"\\set ON_ERROR_STOP off"}, std::string{"\\q"}, "\\i " + made, std::string{"commit;"},
          "alter database " + testing::sql_name(db.name()) + " set work_mem = '1MB';"})
        EXPECT_THAT(refused(written("a.sql", plain_dump_of("create table t (a int);\n" + command + "\n"))).err,
                    HasSubstr("a.sql:5: "))
            << command;
    EXPECT_EQ(db.value("select to_regclass('precious') is not null"), "t");
    EXPECT_FALSE(fs::exists(made));
}

TEST_F(RestoreRefusals, AFileThatMakesNothingReplacesNothing)
{
    const auto over = [&](const std::string& path) {
        auto done = run({"restore", path, "--without-manifest", "--confirm=" + db.name()});
        EXPECT_EQ(done.exit_code, 2) << done.err;
        EXPECT_EQ(db.value("select to_regclass('users') is not null"), "t");
        return done.err;
    };
    EXPECT_THAT(over(written("a.sql", "")), HasSubstr("is empty"));
    EXPECT_THAT(over(written("a.sql", plain_dump_of("set statement_timeout = 0;\n"))), HasSubstr("makes nothing"));

    const auto nothing = testing::test_database::empty();
    ASSERT_EQ(run_on(nothing.name(), {"backup", file("nothing.dump")}).exit_code, 0);
    EXPECT_THAT(over(file("nothing.dump")), HasSubstr("makes nothing"));
    const auto with_manifest = run({"restore", file("nothing.dump"), "--confirm=" + db.name()});
    EXPECT_EQ(with_manifest.exit_code, 2);
    EXPECT_THAT(with_manifest.err, HasSubstr("makes nothing"));
    // Its manifest says that it was empty, and nothing is lost.
    EXPECT_EQ(run({"restore", file("nothing.dump"), "--to", copy_name("_copy")}).exit_code, 0);
}

TEST_F(RestoreRefusals, APlainDumpThatIsCutOffIsRefused)
{
    ASSERT_EQ(run({"seed"}).exit_code, 0);
    ASSERT_EQ(run({"backup", file("whole.sql"), "--plain"}).exit_code, 0);
    const auto whole = content_of(file("whole.sql"));
    const auto rows = whole.find("\n", whole.find("COPY public.users"));
    EXPECT_THAT(refused(written("cut.sql", whole.substr(0, whole.find('\n', rows + 1) + 1))).err,
                AllOf(HasSubstr("rows of the COPY"), HasSubstr("cut off")));
    EXPECT_THAT(refused(written("cut.sql", whole.substr(0, whole.find("-- PostgreSQL database dump complete")))).err,
                HasSubstr("cut off"));
}

TEST_F(RestoreRefusals, CompressedAndOtherFilesAreNamed)
{
    using namespace std::string_literals;
    EXPECT_THAT(refused(written("a.sql.gz", "\x1F\x8B\x08\0"s)).err, HasSubstr("gunzip"));
    EXPECT_THAT(refused(written("a.sql", "\xFF\xFE-\0-\0"s)).err, HasSubstr("UTF-16"));
    EXPECT_THAT(refused(file("nowhere.dump")).err, HasSubstr("there is no such file"));
    EXPECT_THAT(refused(folder.string()).err, HasSubstr("toc.dat"));
    EXPECT_THAT(refused(written("a.dump", "PGDMP\x01\x0E\x00 damaged"s)).err, HasSubstr("pg_restore cannot read"));
}

TEST_F(RestoreRefusals, DatabasesOfPostgresItselfAreLeftAlone)
{
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    for (const auto* name : {"postgres", "template1", "template0"}) {
        const auto done = run({"restore", file("a.dump"), "--to", name});
        EXPECT_EQ(done.exit_code, 2);
        EXPECT_THAT(done.err, HasSubstr("belongs to PostgreSQL itself"));
    }
}

TEST_F(RestoreRefusals, AnEmptyOrTooLongNameIsNotTakenForTheLiveDatabase)
{
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    for (const auto& name : {std::string{}, std::string(64, 'x')}) {
        const auto done = run({"restore", file("a.dump"), "--to", name, "--confirm=" + db.name()});
        EXPECT_EQ(done.exit_code, 2);
        EXPECT_THAT(done.err, HasSubstr("--to"));
    }
}

TEST_F(RestoreRefusals, ATransactionPoolerIsRefusedWithTheAddressToUseInstead)
{
    auto pooled = environment(db.name());
    pooled["LIGHTDASH_POOLER"] = "transaction";
    for (const auto& arguments :
         {std::vector<std::string>{"backup", file("a.dump")}, {"restore", file("a.dump"), "--to", "x"}}) {
        const auto done = run_backend(arguments, pooled);
        EXPECT_EQ(done.exit_code, 2);
        EXPECT_THAT(done.err, AllOf(HasSubstr("LIGHTDASH_POOLER=none"), HasSubstr("5432"), HasSubstr(db.name())));
    }
    EXPECT_FALSE(fs::exists(file("a.dump")));
}

TEST(BackupBehindAPooler, ThatNobodyToldOfIsFoundAndItsSessionsStayAsTheyWere)
{
    testing::private_cluster server;
    server.plain().execute("create table t (a int)");
    const testing::pgbouncer pooler{server, 2, "ignore_startup_parameters = options, extra_float_digits\n"};
    const std::map<std::string, std::string> environment{{"DATABASE_URL", pooler.conninfo()}};
    const auto before = pooler.plain().value("show search_path");
    std::string name = ::testing::TempDir() + "lightdash-pooled-XXXXXX";
    const fs::path folder = ::mkdtemp(name.data());
    const auto done = run_backend({"backup", (folder / "a.dump").string()}, environment);
    EXPECT_EQ(done.exit_code, 2) << done.err;
    EXPECT_THAT(done.err, AllOf(HasSubstr("pooler"), HasSubstr("5432")));
    EXPECT_TRUE(fs::is_empty(folder));
    EXPECT_EQ(pooler.plain().value("show search_path"), before);
    EXPECT_EQ(pooler.plain().value("show row_security"), "on");
    fs::remove_all(folder);
}

TEST_F(RestoreRefusals, AnExtensionThatTheRoleMayNotMakeIsToldBeforeLoading)
{
    const auto role = db.name() + "_maker";
    const auto quoted = testing::sql_name(role);
    db.execute("create role " + quoted + " login createdb; create extension pageinspect");
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    ASSERT_EQ(run({"backup", file("a.sql"), "--plain"}).exit_code, 0);
    const auto as_role = testing::conninfo_with(testing::test_server(), {{"dbname", db.name()}, {"user", role}});
    const auto copy = copy_name("_copy");
    for (const auto* dump : {"a.dump", "a.sql"}) {
        const auto done = run_backend({"restore", file(dump), "--to", copy}, {{"DATABASE_URL", as_role}});
        EXPECT_EQ(done.exit_code, 2) << done.err;
        EXPECT_THAT(done.err, AllOf(HasSubstr("pageinspect: permission denied"), HasSubstr("Nothing was loaded"),
                                    HasSubstr("unfinished database " + copy + " was dropped")));
        EXPECT_FALSE(exists(copy));
    }
    db.execute("drop role " + quoted);
}

TEST(RestoreOfManyObjects, SaysHowManyLocksItNeedsBeforeLoading)
{
    testing::private_cluster server{{.configuration = "max_locks_per_transaction = 10\nmax_connections = 20"}};
    server.plain().execute("create database many");
    server.plain("many").execute("select count(lo_create(0)) from generate_series(1, 2000)");
    std::string name = ::testing::TempDir() + "lightdash-locks-XXXXXX";
    const fs::path folder = ::mkdtemp(name.data());
    const std::map<std::string, std::string> environment{{"DATABASE_URL", server.conninfo("many")}};
    const auto dump = (folder / "a.dump").string(), plain = (folder / "a.sql").string();
    ASSERT_EQ(run_backend({"backup", dump}, environment).exit_code, 0);
    ASSERT_EQ(run_backend({"backup", plain, "--plain"}, environment).exit_code, 0);
    for (const auto& arguments : {std::vector<std::string>{"restore", dump, "--to", "copy"},
                                  {"restore", plain, "--to", "copy", "--without-manifest"}}) {
        const auto done = run_backend(arguments, environment);
        EXPECT_EQ(done.exit_code, 2) << done.err;
        EXPECT_THAT(done.err, AllOf(HasSubstr("about 20"), HasSubstr("set max_locks_per_transaction = 64"),
                                    HasSubstr("Nothing was loaded")));
        EXPECT_EQ(server.plain().value("select count(*) from pg_database where datname = 'copy'"), "0");
    }
    server.stop();
    fs::remove_all(folder);
}

TEST_F(RestoreRefusals, ADeadFirstHostHidesNoMissingDatabase)
{
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    const auto real = testing::test_server();
    const auto host = testing::plain_connection{real}.value("select split_part(current_setting("
                                                            "'unix_socket_directories'), ',', 1)");
    const auto port = testing::plain_connection{real}.value("show port");
    const auto both = testing::conninfo_with(
        real, {{"dbname", db.name()}, {"host", "/nonexistent," + host}, {"port", port + "," + port}});
    const auto copy = copy_name("_copy");
    const auto done = run_backend({"restore", file("a.dump"), "--to", copy}, {{"DATABASE_URL", both}});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_TRUE(exists(copy));
}

} // namespace
} // namespace lightdash
