// doctor: what it finds in planted situations.
#include "support/backend_process.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash {
namespace {

using ::testing::HasSubstr;
using testing::run_backend;
using testing::test_database;

struct report {
    int exit_code;
    std::map<std::string, boost::json::object> findings;

    std::string state(const std::string& check) const
    {
        return std::string{findings.at(check).at("state").as_string()};
    }
    std::string found(const std::string& check) const
    {
        return std::string{findings.at(check).at("found").as_string()};
    }
    std::string remedy(const std::string& check) const
    {
        return std::string{findings.at(check).at("remedy").as_string()};
    }
};

report examine(const std::string& conninfo, std::map<std::string, std::string> more = {})
{
    more.emplace("DATABASE_URL", conninfo);
    const auto done = run_backend({"doctor", "--json"}, more);
    report made{done.exit_code, {}};
    const auto parsed = boost::json::parse(done.out);
    for (const auto& one : parsed.as_array())
        made.findings[std::string{one.at("check").as_string()}] = one.as_object();
    return made;
}

TEST(Doctor, AMigratedDatabaseIsHealthy)
{
    const auto db = test_database::migrated();
    const auto found = examine(db.conninfo());
    EXPECT_EQ(found.exit_code, 0);
    for (const auto* check : {"server version", "encoding", "time zone", "writes", "rights", "uuid-ossp", "connections",
                              "pg_dump", "migrations", "encryption", "duplicate indexes"})
        EXPECT_EQ(found.state(check), "ok") << check << ": " << found.found(check);
}

TEST(Doctor, ANewerSchemaAndAHistoryThatDisagreesAreNotAllApplied)
{
    const auto db = test_database::migrated();
    db.execute("insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
               "('999_newer', 9, 'x', 0, '99.0.0')");
    const auto newer = examine(db.conninfo());
    EXPECT_EQ(newer.exit_code, 0);
    EXPECT_EQ(newer.state("migrations"), "warn");
    EXPECT_EQ(newer.found("migrations"), "all applied, and 1 of a newer program, the last one 999_newer");

    db.execute("update lightdash_migrations set version = '0.0.1' where name = '999_newer'");
    const auto missing = examine(db.conninfo());
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_EQ(missing.state("migrations"), "bad");
    EXPECT_EQ(missing.found("migrations"), "999_newer missing");
    EXPECT_THAT(missing.remedy("migrations"), HasSubstr("restore its file"));

    db.execute("delete from lightdash_migrations where name like '999%' or name like '005%'");
    EXPECT_THAT(examine(db.conninfo()).found("migrations"), HasSubstr(" out-of-order"));
}

TEST(Doctor, PendingMigrationsAndAMissingExtensionNameTheCommand)
{
    const auto db = test_database::empty();
    const auto found = examine(db.conninfo());
    EXPECT_EQ(found.exit_code, 0);
    EXPECT_EQ(found.state("migrations"), "warn");
    EXPECT_THAT(found.remedy("migrations"), HasSubstr("lightdash-backend migrate"));
    EXPECT_EQ(found.state("uuid-ossp"), "warn");
}

TEST(Doctor, APoolThatDoesNotFitIntoTheServerIsBad)
{
    const auto db = test_database::migrated();
    const auto found = examine(db.conninfo(), {{"PGMAXCONNECTIONS", "1000"}});
    EXPECT_EQ(found.exit_code, 1);
    EXPECT_EQ(found.state("connections"), "bad");
    EXPECT_THAT(found.remedy("connections"), HasSubstr("max_connections"));
}

TEST(Doctor, ARoleWithoutRightsIsBad)
{
    const auto db = test_database::migrated();
    const auto role = db.name() + "_guest";
    db.execute("create role " + testing::sql_name(role) + " login");
    const auto found = examine(testing::conninfo_with(db.conninfo(), {{"user", role}}));
    db.execute("drop owned by " + testing::sql_name(role) + "; drop role " + testing::sql_name(role));
    EXPECT_EQ(found.exit_code, 1);
    EXPECT_EQ(found.state("rights"), "bad");
    EXPECT_THAT(found.remedy("rights"), HasSubstr("GRANT CREATE"));
    EXPECT_EQ(found.state("migrations"), "bad");
    EXPECT_THAT(found.remedy("migrations"), HasSubstr("GRANT SELECT ON lightdash_migrations"));
}

TEST(Doctor, ADatabaseThatTakesNoWritesIsBad)
{
    const auto db = test_database::migrated();
    db.execute("alter database " + testing::sql_name(db.name()) + " set default_transaction_read_only = on");
    const auto found = examine(db.conninfo());
    EXPECT_EQ(found.exit_code, 1);
    EXPECT_EQ(found.state("writes"), "bad");
    EXPECT_THAT(found.found("writes"), HasSubstr("default_transaction_read_only"));
}

TEST(Doctor, AnotherEncodingIsBadAndAPlainReportShowsTheRemedy)
{
    const auto db = test_database::empty();
    db.execute("create database " + testing::sql_name(db.name() + "_latin") +
               " template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'");
    const auto conninfo = testing::conninfo_with(db.conninfo(), {{"dbname", db.name() + "_latin"}});
    const auto done = run_backend({"doctor"}, {{"DATABASE_URL", conninfo}});
    db.execute("drop database " + testing::sql_name(db.name() + "_latin") + " with (force)");
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.out, HasSubstr("encoding"));
    EXPECT_THAT(done.out, HasSubstr("\nencoding: Make the database anew"));
    EXPECT_THAT(done.out, ::testing::Not(HasSubstr("\x1b")));
}

} // namespace
} // namespace lightdash
