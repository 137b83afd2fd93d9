// db schema, migrate:lint and migrate:verify as people call them.
#include "support/backend_process.hpp"
#include "support/shipped_migrations.hpp"
#include "support/sql_folder.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace lightdash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::run_backend;
using testing::sql_folder;
using testing::test_database;

testing::backend_result run_on(const test_database& db, std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment = {})
{
    environment["DATABASE_URL"] = db.conninfo();
    return run_backend(std::move(arguments), std::move(environment));
}

std::string scratch_databases(const test_database& db)
{
    return db.value("select count(*) from pg_database where datname like 'lightdash\\_scratch\\_%'");
}

TEST(DbSchema, IsTheSameTextForTheSameSchemaAndEachDifferenceIsTold)
{
    const auto one = test_database::migrated(), two = test_database::migrated();
    const auto text = run_on(one, {"db", "schema"});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("\ntable public.users\n  column id uuid not null default "));
    EXPECT_EQ(text.out, run_on(two, {"db", "schema"}).out);

    const auto same = run_on(one, {"db", "schema", "--diff", two.conninfo()});
    EXPECT_EQ(same.exit_code, 0) << same.err;
    EXPECT_THAT(same.out, IsEmpty());

    one.execute("alter table users add column nickname text; drop index idx_users_organization_id");
    const auto differs = run_on(one, {"db", "schema", "--diff", two.conninfo()});
    EXPECT_EQ(differs.exit_code, 5);
    EXPECT_EQ(differs.out,
              "index idx_users_organization_id of public.users is missing: CREATE INDEX idx_users_organization_id ON "
              "public.users USING btree (organization_id, created_at)\n"
              "column nickname of public.users is not expected: text\n");
}

TEST(DbSchema, JsonHoldsEachFact)
{
    const auto db = test_database::migrated();
    const auto content = boost::json::parse(run_on(db, {"db", "schema", "--json"}).out);
    EXPECT_EQ(content.at("fingerprint").as_string().size(), 64U);
    EXPECT_EQ(content.at("facts").at(0).at("kind").as_string(), "database");
}

TEST(MigrateLint, TheShippedMigrationsAreClean)
{
    const auto done = run_backend({"migrate:lint", "--json"});
    EXPECT_EQ(done.exit_code, 0) << done.out;
    std::vector<std::string> open;
    const auto findings = boost::json::parse(done.out);
    for (const auto& one : findings.as_array())
        if (one.at("allowed").as_string().empty())
            open.push_back(std::string{one.at("rule").as_string()} + ' ' + std::string{one.at("file").as_string()} +
                           ':' + std::to_string(one.at("line").as_int64()));
    EXPECT_THAT(open, IsEmpty()) << "migration 010 drops the guide's duplicate";
    EXPECT_EQ(run_backend({"migrate:lint", "--strict"}).exit_code, 0);
}

TEST(MigrateLint, PendingOnesAreCheckedTogether)
{
    const auto fresh = test_database::empty(), full = test_database::migrated();
    const auto all = run_on(fresh, {"migrate:lint", "--pending"});
    EXPECT_EQ(all.exit_code, 0) << all.out;
    EXPECT_THAT(all.err, HasSubstr("0 errors, 0 warnings."));
    EXPECT_THAT(run_on(full, {"migrate:lint", "--pending"}).err, HasSubstr("No migration is pending."));
}

TEST(MigrateLint, RulesAreListedAndUnknownMigrationsAreUsageErrors)
{
    EXPECT_THAT(run_backend({"migrate:lint", "--rules"}).out,
                HasSubstr("index-not-concurrent\n  CREATE INDEX CONCURRENTLY"));
    const auto unknown = run_backend({"migrate:lint", "migrations/002_create_user_table.sql"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("did you mean 002_create_users_table?"));
}

TEST(MigrateLint, TellsEveryFileThatCannotBeLoadedBesideWhatItFindsInTheOthers)
{
    const sql_folder files{{{"001_a.sql", "-- migrate:up\nselect 'a\n-- migrate:down\n"},
                            {"002_b.sql", "-- migrate:up\nlock table t;\n-- migrate:down\nselect 1\n"},
                            {"003_c.sql", "-- migrate:up\n\\restrict x\nselect 1\n-- migrate:down\n"}}};
    const auto done = run_backend({"migrate:lint", "--dir", files.path()});
    EXPECT_EQ(done.exit_code, 6) << done.err;
    EXPECT_THAT(done.out, HasSubstr("001_a.sql:2:1: error: a quoted text is not closed [file-not-loaded]"));
    EXPECT_THAT(done.out, HasSubstr("003_c.sql:2:1: error: \\restrict is a line that pg_dump writes"));
    EXPECT_THAT(done.out, HasSubstr("002_b.sql:2:12: error: LOCK TABLE stops whoever reads or writes t until"));
    EXPECT_THAT(done.err, HasSubstr("3 errors, 0 warnings."));
    EXPECT_THAT(run_backend({"migrate:lint", "003_c", "--dir", files.path()}).err, HasSubstr("1 error, 0 warnings."));
}

TEST(MigrateVerify, EveryShippedMigrationPassesAndTheScratchDatabaseIsGone)
{
    const auto db = test_database::empty();
    const auto done = run_on(db, {"migrate:verify"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, IsEmpty());
    EXPECT_THAT(done.err, HasSubstr(testing::shipped_migration_count() +
                                    " migrations checked on a scratch database, 0 with a wrong way down.\n"));
    EXPECT_EQ(db.value("select to_regclass('users') is null"), "t") << "the database itself is not touched";
    EXPECT_EQ(scratch_databases(db), "0");
}

TEST(MigrateVerify, AWrongWayDownInAFolderIsNamedAndExitsFive)
{
    const auto db = test_database::empty();
    const sql_folder files{
        {{"001_t.sql", "-- migrate:up\ncreate table t (a int)\n-- migrate:down\ndrop table t\n"},
         {"002_wrong.sql", "-- migrate:up\nalter table t add b int; create index t_b on t (b)\n"
                           "-- migrate:down\nalter table t drop b; create index left_over on t (a)\n"}}};
    const auto done = run_on(db, {"migrate:verify", "--dir", files.path()});
    EXPECT_EQ(done.exit_code, 5) << done.err;
    EXPECT_THAT(done.out, HasSubstr("002_wrong: after the way down, index left_over of public.t is not expected"));
    EXPECT_EQ(scratch_databases(db), "0");
}

// The scratch database stands in the cluster of the live one: what belongs to the cluster must stay as it is.
TEST(MigrateVerify, LeavesRolesAndOtherDatabasesOfTheClusterAlone)
{
    const auto db = test_database::empty();
    const auto live = db.value("select current_database()");
    const auto role = live + "_app";
    const auto file = [](const std::string& up, const std::string& down) {
        return "-- migrate:up\n" + up + "\n-- migrate:down\n" + down + "\n";
    };
    const sql_folder files{
        {{"001_role.sql", file("create role " + role + " login password 'old'", "drop role " + role)},
         {"002_table.sql", file("create table t (a int);\nalter database " + live +
                                    " set work_mem = '1MB';\ngrant select on t to " + role,
                                "drop table t;\nalter database " + live + " reset work_mem")},
         {"003_rotate.sql",
          file("create function rotate() returns void language plpgsql as $$ begin\n"
               "execute 'alter role " +
                   role + " password ''rotated''';\nend $$;\nselect rotate();\ndo $$ begin alter role " + role +
                   " connection limit 7; end $$",
               "drop function rotate()")}}};
    const auto applied = run_on(db, {"migrate", "--dir", files.path()});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    db.execute("alter role " + role + " password 'of today' connection limit 3");
    db.execute("alter database " + live + " set work_mem = '9MB'");
    const auto state = [&] {
        return db.value(
            "select row(rolpassword, rolconnlimit, (select setconfig from pg_db_role_setting where setdatabase "
            "= (select oid from pg_database where datname = '" +
            live + "')))::text from pg_authid where rolname = '" + role + "'");
    };
    const auto before = state();
    EXPECT_THAT(before, HasSubstr("work_mem=9MB"));

    const auto verified = run_on(db, {"migrate:verify", "--dir", files.path()});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    for (const auto* told : {"001_role.sql:2: not run on the scratch database, because CREATE ROLE changes more than",
                             "001_role.sql:4: not run on the scratch database, because DROP ROLE",
                             "002_table.sql:3: not run on the scratch database, because ALTER DATABASE",
                             "003_rotate.sql:5: not run on the scratch database, because rotate()",
                             "003_rotate.sql:6: not run on the scratch database, because ALTER ROLE"})
        EXPECT_THAT(verified.err, HasSubstr(told));
    EXPECT_EQ(state(), before);

    const auto drift = run_on(db, {"migrate:status", "--drift", "--dir", files.path()});
    EXPECT_EQ(drift.exit_code, 0) << drift.out << drift.err;
    EXPECT_THAT(drift.err, HasSubstr("001_role.sql:2: not run on the scratch database, because CREATE ROLE"));
    EXPECT_EQ(state(), before);
    db.execute("drop owned by " + role + "; drop role " + role);
}

TEST(MigrateStatus, DriftNamesWhatWasChangedByHand)
{
    const auto db = test_database::migrated();
    const auto clean = run_on(db, {"migrate:status", "--drift"});
    EXPECT_EQ(clean.exit_code, 0) << clean.out << clean.err;
    EXPECT_THAT(clean.out, IsEmpty());

    db.execute("alter table users alter first_name drop not null; create index by_hand on users (last_name)");
    const auto drifted = run_on(db, {"migrate:status", "--drift"});
    EXPECT_EQ(drifted.exit_code, 5);
    EXPECT_EQ(drifted.out,
              "column first_name of public.users is \"character varying\", expected \"character varying not "
              "null\"\n"
              "index by_hand of public.users is not expected: CREATE INDEX by_hand ON public.users USING btree "
              "(last_name)\n");
    EXPECT_EQ(scratch_databases(db), "0");
}

TEST(MigrateStatus, ARestoredDatabaseHasNoDriftAndTheSchemaOfTheOneThatWasDumped)
{
    const auto live = test_database::migrated(), restored = test_database::empty();
    const auto copy = "pg_dump -d \"" + live.conninfo() + "\" | psql -q -X -v ON_ERROR_STOP=1 -o /dev/null -d \"" +
                      restored.conninfo() + "\"";
    ASSERT_EQ(std::system(copy.c_str()), 0); // NOLINT(concurrency-mt-unsafe)
    const auto same = run_on(restored, {"db", "schema", "--diff", live.conninfo()});
    EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
    const auto drift = run_on(restored, {"migrate:status", "--drift"});
    EXPECT_EQ(drift.exit_code, 0) << drift.out << drift.err;
    EXPECT_THAT(drift.out, IsEmpty());
    EXPECT_EQ(run_on(live, {"db", "schema"}).out, run_on(restored, {"db", "schema"}).out);
}

TEST(Migrate, ADatabaseWhoseDuplicateIndexesWereDroppedByHandIsBroughtToTheSameSchema)
{
    const auto by_hand = test_database::empty(), usual = test_database::migrated();
    ASSERT_EQ(run_on(by_hand, {"migrate", "--to", "009"}).exit_code, 0);
    by_hand.execute("drop index idx_users_email; drop index idx_charts_project_id");
    const auto done = run_on(by_hand, {"migrate"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto same = run_on(by_hand, {"db", "schema", "--diff", usual.conninfo()});
    EXPECT_EQ(same.exit_code, 0) << same.out;
    EXPECT_EQ(usual.column("select indexname from pg_indexes where indexname like 'idx\\_%' order by 1"),
              (std::vector<std::string>{"idx_charts_project_id", "idx_dashboard_tiles_dashboard_id",
                                        "idx_dashboards_project_id", "idx_projects_organization_id", "idx_users_email",
                                        "idx_users_organization_id"}));
    EXPECT_EQ(run_on(by_hand, {"rollback-last", "--to", "009"}).exit_code, 0);
    EXPECT_EQ(by_hand.value("select count(*) from pg_indexes where indexname in ('idx_users_email', "
                            "'users_email_key', 'charts_project_id_created_at_index', 'idx_charts_project_id')"),
              "4");
}

TEST(MigrateVerify, TheScratchDatabaseHasTheLocaleOfTheOneBesideIt)
{
    const auto db = test_database::empty();
    const auto name = testing::sql_name(db.name() + "_icu");
    db.execute("create database " + name + " template template0 locale_provider icu icu_locale 'de'");
    const sql_folder files{{{"001_look.sql", "-- migrate:up\ndo $$ begin assert (select datlocprovider = 'i' and "
                                             "daticulocale like 'de%' from pg_database where datname = "
                                             "current_database()); end $$\n-- migrate:down\nselect 1\n"}}};
    const auto done =
        run_backend({"migrate:verify", "--dir", files.path()},
                    {{"DATABASE_URL", testing::conninfo_with(db.conninfo(), {{"dbname", db.name() + "_icu"}})}});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    db.execute("drop database " + name + " with (force)");
}

TEST(MigrateStatus, DriftLeavesTheDatabasesOwnSettingsAlone)
{
    const auto db = test_database::migrated();
    db.execute("alter database " + testing::sql_name(db.name()) + " set work_mem = '8MB'");
    EXPECT_EQ(run_on(db, {"migrate:status", "--drift"}).exit_code, 0);
    const auto other = test_database::migrated();
    const auto differs = run_on(db, {"db", "schema", "--diff", other.conninfo()});
    EXPECT_EQ(differs.exit_code, 5);
    EXPECT_EQ(differs.out, "setting work_mem is not expected: 8MB\n");
}

TEST(DbSchema, TheHelpSaysWhatIsNotCompared)
{
    EXPECT_THAT(run_backend({"db", "schema", "--help"}).out,
                ::testing::AllOf(HasSubstr("Not compared:"), HasSubstr("tablespaces"), HasSubstr("security labels")));
}

TEST(MigrateVerify, SweepsScratchDatabasesThatAKilledCommandLeftLongAgo)
{
    const auto db = test_database::empty();
    const auto epoch = db.value("select extract(epoch from now())::bigint");
    const auto named = [&](long long age, const std::string& what) {
        return "lightdash_scratch_" + std::to_string(std::stoll(epoch) - age) + "_1_" + what;
    };
    const auto old = named(7200, "old"), used = named(7200, "used"), young = named(60, "young");
    for (const auto& name : {old, used, young})
        db.execute("create database " + name);
    {
        const testing::plain_connection user{testing::conninfo_with(db.conninfo(), {{"dbname", used}})};
        EXPECT_EQ(run_on(db, {"migrate:verify"}).exit_code, 0);
        EXPECT_EQ(
            db.column("select datname from pg_database where datname like 'lightdash\\_scratch\\_%' and datname in ('" +
                      old + "', '" + used + "', '" + young + "') order by datname"),
            (std::vector<std::string>{used, young}));
    }
    db.execute("drop database " + used + " with (force)");
    db.execute("drop database " + young);
}

TEST(Migrate, UnsafeStatementsAreRefusedInProductionUnlessTheirRuleIsAllowed)
{
    const auto db = test_database::empty();
    db.execute("create table t (a int, b int)");
    const sql_folder files{
        {{"001_drop.sql", "-- migrate:up\nalter table t drop column b\n-- migrate:down\nselect 1\n"}}};
    const std::map<std::string, std::string> production{{"LIGHTDASH_ENV", "production"},
                                                        {"LIGHTDASH_SECRET", "a secret that only this test knows"}};
    const auto refused = run_on(db, {"migrate", "--dir", files.path()}, production);
    EXPECT_EQ(refused.exit_code, 6) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("001_drop.sql:2:1: error: the running program may still read t.b"));
    EXPECT_EQ(db.value("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'b'"), "1");

    const auto unknown = run_on(db, {"migrate", "--dir", files.path(), "--allow-unsafe", "drop-colum"}, production);
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("did you mean drop-column?"));

    const auto allowed = run_on(db, {"migrate", "--dir", files.path(), "--allow-unsafe=drop-column"}, production);
    EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
}

} // namespace
} // namespace lightdash
