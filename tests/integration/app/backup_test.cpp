// backup and restore: equal content whatever happens meanwhile, and no bad file or half database whatever fails.
#include "integration/app/backups.hpp"
#include "ops/child/child_process.hpp"
#include "support/backend_process.hpp"
#include "support/shipped_migrations.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::backend_process;
using testing::content_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::test_database;

// A plain dump without what names the moment it was made: comments and the random key of \restrict.
std::string normalised(const fs::path& file)
{
    std::istringstream in{content_of(file)};
    std::string text;
    for (std::string line; std::getline(in, line);)
        if (!line.starts_with("--") && !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
            text += line + '\n';
    return text;
}

// PostgreSQL writes CHECK (x IN (...)) on a varchar in another way once it has read its own words of it, and the same
// from then on.
std::string without_checks(const std::string& dump)
{
    std::istringstream in{dump};
    std::string text;
    for (std::string line; std::getline(in, line);)
        if (line.find(" CHECK (") == std::string::npos)
            text += line + '\n';
    return text;
}

// The pg_dump that the process has started for the dump itself, not to ask for its version; or 0.
pid_t dump_below(pid_t parent)
{
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
        if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos)
            continue;
        std::istringstream stat{content_of(entry.path() / "stat")};
        pid_t pid = 0, found_parent = 0;
        std::string called, state;
        if (stat >> pid >> called >> state >> found_parent && found_parent == parent &&
            content_of(entry.path() / "cmdline").find("--snapshot=") != std::string::npos)
            return pid;
    }
    return 0;
}

pid_t wait_for_dump(pid_t parent)
{
    for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(1ms))
        if (const auto pid = dump_below(parent))
            return pid;
    throw std::runtime_error("no pg_dump appeared");
}

class Backup : public testing::backup_test {
protected:
    // Enough for pg_dump to be caught while it works.
    void add_bulk() const
    {
        db.execute("create table bulk as select n, md5(n::text) || md5((n + 1)::text) as text "
                   "from generate_series(1, 100000) n");
    }
};

TEST_F(Backup, KnowsTheSchemaVersionWhereverTheSearchPathLeads)
{
    db.execute("create schema elsewhere; alter database " + testing::sql_name(db.name()) +
               " set search_path = elsewhere");
    const auto past = run({"backup", file("past.dump"), "--json"});
    ASSERT_EQ(past.exit_code, 0) << past.err;
    EXPECT_EQ(boost::json::parse(past.out).at("schemaVersion").as_string(), testing::newest_migration());

    db.execute("create table elsewhere.lightdash_migrations as select * from public.lightdash_migrations where id = 1");
    const auto nearest = run({"backup", file("nearest.dump"), "--json"});
    ASSERT_EQ(nearest.exit_code, 0) << nearest.err;
    EXPECT_EQ(boost::json::parse(nearest.out).at("schemaVersion").as_string(), "001_create_organizations_table");
}

TEST_F(Backup, UnderWriteLoadRestoresToEqualContentAndBacksUpAgainToTheSameBytes)
{
    ASSERT_EQ(run({"seed"}).exit_code, 0);
    std::atomic<bool> finished{false};
    std::thread writer{[&] {
        auto session = db.plain();
        for (int i = 0; !finished; ++i)
            session.execute("insert into organizations (name) values ('load " + std::to_string(i) + "')");
    }};
    const auto first = run({"backup", file("first.sql"), "--plain"});
    const auto custom = run({"backup", file("first.dump"), "--json"});
    finished = true;
    writer.join();
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(first.out, file("first.sql") + "\n");
    ASSERT_EQ(custom.exit_code, 0) << custom.err;
    EXPECT_EQ(boost::json::parse(custom.out), boost::json::parse(content_of(file("first.dump.manifest.json"))));

    const auto plain_copy = copy_name("_plain"), custom_copy = copy_name("_custom");
    const auto restored = run({"restore", file("first.sql"), "--to", plain_copy});
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    EXPECT_THAT(restored.err, HasSubstr("as many as in the backup"));
    ASSERT_EQ(run_on(plain_copy, {"backup", file("again.sql"), "--plain"}).exit_code, 0);
    EXPECT_EQ(without_checks(normalised(file("first.sql"))), without_checks(normalised(file("again.sql"))));
    const auto third = copy_name("_third");
    ASSERT_EQ(run({"restore", file("again.sql"), "--to", third}).exit_code, 0);
    ASSERT_EQ(run_on(third, {"backup", file("third.sql"), "--plain"}).exit_code, 0);
    EXPECT_EQ(normalised(file("again.sql")), normalised(file("third.sql")));
    const auto before = boost::json::parse(content_of(file("first.sql.manifest.json"))).as_object();
    const auto after = boost::json::parse(content_of(file("again.sql.manifest.json"))).as_object();
    EXPECT_EQ(before.at("tables"), after.at("tables"));
    EXPECT_EQ(before.at("schemaVersion").as_string(), testing::newest_migration());

    const auto from_custom = run({"restore", file("first.dump"), "--to", custom_copy, "--json"});
    ASSERT_EQ(from_custom.exit_code, 0) << from_custom.err;
    EXPECT_EQ(boost::json::parse(from_custom.out).at("database").as_string(), custom_copy);
    ASSERT_EQ(run_on(custom_copy, {"backup", file("custom.sql"), "--plain"}).exit_code, 0);
    EXPECT_EQ(boost::json::parse(content_of(file("custom.sql.manifest.json"))).at("tables"),
              boost::json::parse(custom.out).at("tables"));
}

TEST_F(Backup, IsReadableByItsOwnerAloneAndNeverOverwritesAFile)
{
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    EXPECT_EQ(fs::status(file("a.dump")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    const auto bytes = content_of(file("a.dump"));
    const auto refused = run({"backup", file("a.dump")});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("never overwritten"));
    EXPECT_EQ(content_of(file("a.dump")), bytes);
}

TEST_F(Backup, KillingPgDumpLeavesNoFile)
{
    add_bulk();
    backend_process process{{"backup", file("a.dump")}, environment(db.name())};
    ::kill(wait_for_dump(process.pid()), SIGKILL);
    EXPECT_EQ(process.wait(), 1);
    EXPECT_THAT(process.err(), HasSubstr("pg_dump was ended by signal 9"));
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Backup, InterruptingItEndsPgDumpAndLeavesNoFile)
{
    add_bulk();
    backend_process process{{"backup", file("a.dump")}, environment(db.name())};
    const auto child = wait_for_dump(process.pid());
    process.signal(SIGINT);
    EXPECT_EQ(process.wait(), 130);
    EXPECT_FALSE(ops::process_alive(child));
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Backup, WhatAKilledOneLeftBehindIsHiddenAndSweptByTheNext)
{
    add_bulk();
    backend_process process{{"backup", file("a.dump")}, environment(db.name())};
    const auto child = wait_for_dump(process.pid());
    process.signal(SIGKILL);
    process.wait();
    for (const auto& name : files())
        EXPECT_THAT(name, HasSubstr(".partial"));
    for (int i = 0; i < 2000 && ops::process_alive(child); ++i) // it is told when its parent ends
        std::this_thread::sleep_for(5ms);
    EXPECT_FALSE(ops::process_alive(child));
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    EXPECT_THAT(files(), ::testing::UnorderedElementsAre("a.dump", "a.dump.manifest.json"));
}

TEST_F(Backup, AFullDiskLeavesNoFile)
{
    add_bulk();
    const auto disk = folder / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0)
        GTEST_SKIP() << "this account cannot mount a small disk";
    const auto done = run({"backup", (disk / "a.dump").string()});
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, AllOf(HasSubstr("pg_dump failed"), HasSubstr("No space left on device")));
    EXPECT_TRUE(fs::is_empty(disk));
}

TEST_F(Backup, ADamagedFileIsRefusedAndChangesNothing)
{
    ASSERT_EQ(run({"seed"}).exit_code, 0);
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    auto bytes = content_of(file("a.dump"));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream{file("a.dump"), std::ios::binary} << bytes;
    const auto copy = copy_name("_copy");
    const auto damaged = run({"restore", file("a.dump"), "--to", copy});
    EXPECT_EQ(damaged.exit_code, 2);
    EXPECT_THAT(damaged.err, AllOf(HasSubstr("checksum"), HasSubstr("Nothing was changed")));
    EXPECT_FALSE(exists(copy));

    std::ofstream{file("a.dump"), std::ios::binary} << bytes.substr(0, bytes.size() / 2);
    EXPECT_THAT(run({"restore", file("a.dump"), "--to", copy}).err, HasSubstr("its manifest says"));
    const auto unchecked = run({"restore", file("a.dump"), "--to", copy, "--without-manifest"});
    EXPECT_EQ(unchecked.exit_code, 2);
    EXPECT_THAT(unchecked.err, AllOf(HasSubstr("pg_restore cannot read"), HasSubstr("Nothing was changed")));
    EXPECT_FALSE(exists(copy));
}

TEST_F(Backup, APlainFileThatFailsAtItsEndChangesNothing)
{
    std::ofstream{file("bad.sql")} << testing::plain_dump_of("create table early (id int);\n"
                                                             "insert into nowhere values (1);\n");
    const auto empty = test_database::empty();
    const auto done = run_on(empty.name(), {"restore", file("bad.sql"), "--without-manifest"});
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, AllOf(HasSubstr("bad.sql:5:"), HasSubstr("nowhere")));
    EXPECT_EQ(empty.value("select to_regclass('early') is null"), "t");
}

TEST_F(Backup, AFileWithoutItsManifestIsRefused)
{
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    fs::remove(file("a.dump.manifest.json"));
    const auto done = run({"restore", file("a.dump"), "--to", copy_name("_copy")});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("--without-manifest"));
}

TEST_F(Backup, RestoringOverALiveDatabaseWantsItsNameAndKeepsWhatWasThere)
{
    ASSERT_EQ(run({"seed"}).exit_code, 0);
    db.execute("alter database " + testing::sql_name(db.name()) + " set search_path = public, pg_temp");
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    db.execute("create table later (id int)");

    const auto refused = run({"restore", file("a.dump")});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--confirm=" + db.name()));
    EXPECT_EQ(db.value("select to_regclass('later') is not null"), "t");

    auto busy = db.plain(); // a session of a running server
    const auto done = run({"restore", file("a.dump"), "--confirm=" + db.name(), "--json"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    const std::string kept{boost::json::parse(done.out).at("keptAs").as_string()};
    copies.push_back(kept);
    EXPECT_EQ(db.value("select to_regclass('later') is null"), "t");
    EXPECT_EQ(db.value("show search_path"), "public, pg_temp");
    EXPECT_EQ(value(kept, "select to_regclass('later') is not null"), "t");
}

TEST_F(Backup, WithoutOwnersItIsRestoredWhereTheirRolesAreMissing)
{
    const auto role = db.name() + "_author";
    const auto quoted = testing::sql_name(role);
    db.execute("create role " + quoted +
               "; create table books (title text); insert into books values ('one'); "
               "alter table books owner to " +
               quoted + "; create table shelves (n int); grant select on shelves to " + quoted);
    ASSERT_EQ(run({"backup", file("a.dump")}).exit_code, 0);
    ASSERT_EQ(run({"backup", file("a.sql"), "--plain"}).exit_code, 0);
    const auto owner = "select tableowner from pg_tables where tablename = 'books'";
    const auto with_owners = copy_name("_owned");
    ASSERT_EQ(run({"restore", file("a.dump"), "--to", with_owners}).exit_code, 0);
    EXPECT_EQ(value(with_owners, owner), role);

    // As on another server.
    testing::plain_connection{environment(with_owners).at("DATABASE_URL")}.execute("drop owned by " + quoted);
    db.execute("drop owned by " + quoted + "; drop role " + quoted);
    const auto copy = copy_name("_copy");
    const auto refused = run({"restore", file("a.dump"), "--to", copy});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr(role), HasSubstr("does not exist")));
    EXPECT_FALSE(exists(copy));

    const auto done = run({"restore", file("a.dump"), "--to", copy, "--no-owner"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(value(copy, owner), db.value("select current_user"));
    EXPECT_EQ(value(copy, "select title from books"), "one");
    EXPECT_EQ(value(copy, "select relacl is null from pg_class where relname = 'shelves'"), "t");

    const auto plain = run({"restore", file("a.sql"), "--to", copy_name("_plain"), "--no-owner"});
    EXPECT_EQ(plain.exit_code, 2);
    EXPECT_THAT(plain.err, AllOf(HasSubstr("--no-owner"), HasSubstr("Nothing was changed")));
}

TEST_F(Backup, AFolderKeepsTheNewestBackupsOfItsDatabase)
{
    std::ofstream{folder / "notes.txt"} << "mine";
    std::ofstream{folder / "other-20200101T000000Z.dump"} << "another database's";
    ASSERT_EQ(run({"backup", file(db.name() + "-20200101T000000Z.dump")}).exit_code, 0);
    ASSERT_EQ(run({"backup", file(db.name() + "-20200102T000000Z.dump")}).exit_code, 0);
    const auto done = run({"backup", folder.string() + "/", "--keep", "2"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("Removed "));
    EXPECT_EQ(files().size(), 6u); // notes, another database's, and two with their manifests
    EXPECT_FALSE(fs::exists(folder / (db.name() + "-20200101T000000Z.dump")));
    EXPECT_TRUE(fs::exists(folder / (db.name() + "-20200102T000000Z.dump")));
    EXPECT_EQ(run({"backup", file("a.dump"), "--keep", "2"}).exit_code, 2);
}

TEST_F(Backup, TheSchedulePrintsUnitsThatCallThisProgram)
{
    const auto done = run({"backup", "/srv/backups/", "--schedule", "--keep", "14"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("OnCalendar="), HasSubstr("kind: CronJob"),
                                HasSubstr(std::string{"ExecStart="} + testing::backend_binary() +
                                          " backup /srv/backups/ --keep 14"),
                                HasSubstr("args: [\"backup\", \"/backups/\", \"--keep\", \"14\"]")));
    EXPECT_FALSE(fs::exists("/srv/backups"));
}

} // namespace
} // namespace lightdash
