// The database guide from its first block to its last, in its order, each typed as this program's command on a fresh
// server, and each result checked. SQL blocks are the guide's own, with what cannot run repaired and said so.
#include "integration/app/guide_blocks.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/backend_process.hpp"
#include "support/busy_session.hpp"
#include "support/guide_schema.hpp"
#include "support/private_cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::backend_result;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

using words = std::vector<std::string>;

// The steps share one server and run in the order in which they stand here.
class GuideReplay : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        server_.emplace(testing::private_cluster::options{.tcp = true});
        std::string name = (fs::temp_directory_path() / "lightdash-guide-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        fs::create_directory(folder_ / "migrations");
    }
    static void TearDownTestSuite()
    {
        fs::remove_all(folder_);
        server_.reset();
    }

    static std::string url(const std::string& database)
    {
        return "postgresql://postgres:guide_password@localhost:" + std::to_string(server_->port()) + "/" + database;
    }
    static backend_result type(words arguments, const std::string& database = "lightdash_dev")
    {
        return testing::run_backend(std::move(arguments), {{"DATABASE_URL", url(database)}});
    }
    static boost::json::value json(words arguments, const std::string& database = "lightdash_dev")
    {
        arguments.emplace_back("--json");
        const auto done = type(std::move(arguments), database);
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return boost::json::parse(done.out);
    }
    // In the project's folder, with nothing but its .env: output is stdout and stderr.
    static ops::outcome type_in_folder(words arguments)
    {
        arguments.insert(arguments.begin(), testing::backend_binary());
        return ops::run({.argv = std::move(arguments), .folder = folder_}, std::chrono::seconds{60});
    }
    static testing::plain_connection psql(const std::string& database = "lightdash_dev")
    {
        return server_->plain(database);
    }

    static inline std::optional<testing::private_cluster> server_;
    static inline fs::path folder_;
};

TEST_F(GuideReplay, Step00EveryBlockHasItsStep)
{
    const auto* suite = ::testing::UnitTest::GetInstance()->current_test_info()->test_suite_name();
    std::vector<std::string> steps;
    const auto& all = *::testing::UnitTest::GetInstance();
    for (int i = 0; i < all.total_test_suite_count(); ++i)
        if (const auto* one = all.GetTestSuite(i); std::string_view{one->name()} == suite)
            for (int j = 0; j < one->total_test_count(); ++j)
                steps.emplace_back(one->GetTestInfo(j)->name());
    for (const auto& one : testing::guide_blocks) {
        const std::string where{one.where};
        if (where.starts_with("tests/"))
            EXPECT_TRUE(fs::exists(where)) << one.section << ": " << where;
        else if (!where.starts_with("nothing to run: "))
            EXPECT_THAT(steps, Contains(where)) << one.section << ": " << one.begins;
    }
}

TEST_F(GuideReplay, Step01TheServerIsNewEnough)
{
    const auto checks = json({"doctor"}, "postgres");
    EXPECT_EQ(checks.at(0).at("check").as_string(), "server version");
    EXPECT_EQ(checks.at(0).at("state").as_string(), "ok");
}

TEST_F(GuideReplay, Step02TheDatabaseIsCreated)
{
    EXPECT_EQ(type({"db", "check"}).exit_code, 7);
    const auto done = type({"db", "create"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(psql("postgres").column("select datname from pg_database"), Contains("lightdash_dev"));
}

TEST_F(GuideReplay, Step03TheConnectionIsVerified)
{
    const auto done = type({"db", "check"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("PostgreSQL " + psql().value("show server_version")));
    EXPECT_THAT(done.out, HasSubstr("database lightdash_dev"));
}

TEST_F(GuideReplay, Step04TheUrlStandsInTheEnvFile)
{
    std::ofstream{folder_ / ".env"} << "DATABASE_URL=" << url("lightdash_dev") << '\n'
                                    << "DATABASE_URL_TEST=" << url("lightdash_test") << '\n';
    EXPECT_THAT(type_in_folder({"db", "check"}).output, HasSubstr("database lightdash_dev"));
    const auto shown = type_in_folder({"config", "show"}).output;
    for (const std::string name : {"lightdash_dev", "lightdash_test"})
        EXPECT_THAT(shown,
                    HasSubstr("postgresql://postgres:***@localhost:" + std::to_string(server_->port()) + "/" + name));
    EXPECT_THAT(shown, ::testing::ContainsRegex("DATABASE_URL_TEST .* [.]env"));
    EXPECT_THAT(shown, ::testing::Not(HasSubstr("guide_password")));
}

TEST_F(GuideReplay, Step05MigrationsCreateTheCoreTables)
{
    EXPECT_EQ(type({"migrate"}).exit_code, 0);
    for (const auto* table : {"organizations", "users", "projects", "charts", "dashboards", "dashboard_tiles"})
        EXPECT_EQ(psql().value("select to_regclass('" + std::string{table} + "') is not null"), "t") << table;
}

TEST_F(GuideReplay, Step06SeedDataIsLoaded)
{
    EXPECT_EQ(type({"seed"}).exit_code, 0);
    EXPECT_NE(psql().value("select count(*) from dashboards"), "0");
}

TEST_F(GuideReplay, Step07MigrationsAreNumberedAndNamed)
{
    std::vector<std::string> names;
    const auto status = json({"migrate:status"});
    for (const auto& one : status.as_array())
        names.emplace_back(one.at("name").as_string());
    EXPECT_THAT(names, Each(MatchesRegex("[0-9][0-9][0-9]_[a-z_]+")));
    EXPECT_THAT(names, Contains("002_create_users_table"));
}

TEST_F(GuideReplay, Step08AMigrationIsCreatedFromATemplate)
{
    const auto done = type_in_folder({"create-migration", "migration_name_with_underscores"});
    EXPECT_EQ(done.output, "migrations/001_migration_name_with_underscores.cpp\n");
    EXPECT_THAT(ops::read_from(folder_ / "migrations/001_migration_name_with_underscores.cpp", 0),
                AllOf(HasSubstr("void up(schema_builder& schema)"), HasSubstr("void down(schema_builder& schema)")));
    fs::remove(folder_ / "migrations/001_migration_name_with_underscores.cpp");
}

// The same examples as code: tests/integration/migrate/guide_test.cpp. Repaired: the extension comes first, and users
// have the organization_id that an index is made on.
TEST_F(GuideReplay, Step09TheExamplesMigrateUpDownAndUpAgain)
{
    struct example {
        const char *name, *up, *down;
    };
    for (const auto& [name, up, down] : std::initializer_list<example>{
             {"create_users_table",
              "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";\n"
              "CREATE TABLE users (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), email varchar(255) NOT NULL UNIQUE, "
              "first_name varchar(255) NOT NULL, last_name varchar(255) NOT NULL, "
              "created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), organization_id uuid);",
              "DROP TABLE users;\nDROP EXTENSION \"uuid-ossp\";"},
             {"add_activity", "ALTER TABLE users ADD is_active boolean DEFAULT true, ADD last_login timestamptz;",
              "ALTER TABLE users DROP is_active, DROP last_login;"},
             {"add_indexes",
              "CREATE INDEX users_email_index ON users (email);\n"
              "CREATE INDEX users_organization_id_created_at_index ON users (organization_id, created_at);",
              "DROP INDEX users_email_index;\nDROP INDEX users_organization_id_created_at_index;"},
             {"add_full_name",
              "ALTER TABLE users ADD full_name varchar(255);\n"
              "UPDATE users SET full_name = concat(first_name, ' ', last_name);\n"
              "ALTER TABLE users ALTER full_name SET NOT NULL;",
              "ALTER TABLE users DROP full_name;"}}) {
        const auto made = type_in_folder({"create-migration", name, "--sql"});
        ASSERT_EQ(made.exit_code, 0) << made.output;
        std::ofstream{folder_ / made.output.substr(0, made.output.find('\n'))} << "-- migrate:up\n"
                                                                               << up << "\n-- migrate:down\n"
                                                                               << down << '\n';
    }
    ASSERT_EQ(type({"db", "create"}, "lightdash_examples").exit_code, 0);
    const auto migrate = [](words arguments) {
        arguments.insert(arguments.end(), {"--dir", (folder_ / "migrations").string()});
        const auto done = type(std::move(arguments), "lightdash_examples");
        EXPECT_EQ(done.exit_code, 0) << done.err;
    };
    auto db = psql("lightdash_examples");
    const auto columns = [&] {
        return db.column("select column_name from information_schema.columns where table_name = 'users'");
    };
    migrate({"migrate", "--to", "003"});
    db.execute("insert into users (email, first_name, last_name) values ('ada@example.com', 'Ada', 'Lovelace')");
    migrate({"migrate"});
    EXPECT_EQ(db.value("select full_name from users"), "Ada Lovelace");
    EXPECT_EQ(db.value("select is_active from users"), "t");
    EXPECT_EQ(db.value("select count(*) from pg_indexes where tablename = 'users'"), "4");
    migrate({"rollback-last"});
    EXPECT_THAT(columns(), ::testing::Not(Contains("full_name")));
    migrate({"rollback-last", "--steps", "3"});
    EXPECT_EQ(db.value("select to_regclass('users') is null"), "t");
    migrate({"migrate"});
    EXPECT_THAT(columns(), Contains("full_name"));
}

TEST_F(GuideReplay, Step10EachWayDownIsProven)
{
    const auto verified =
        json({"migrate:verify", "--dir", (folder_ / "migrations").string()}, "lightdash_examples").as_array();
    EXPECT_EQ(verified.size(), 4u);
    for (const auto& one : verified)
        EXPECT_TRUE(one.at("reversible").as_bool() && one.at("afterDown").as_array().empty());
}

TEST_F(GuideReplay, Step11TheLastMigrationIsRolledBackAndAppliedAgain)
{
    const std::string last_one = "select name from lightdash_migrations order by id desc limit 1";
    const auto last = psql().value(last_one);
    EXPECT_EQ(type({"migrate:status", "--check"}).exit_code, 0);
    EXPECT_EQ(type({"rollback-last"}).exit_code, 0);
    const auto status = json({"migrate:status"}).as_array();
    EXPECT_EQ(status.back().at("state").as_string(), "pending");
    EXPECT_EQ(type({"migrate:status", "--check"}).exit_code, 8);
    EXPECT_EQ(type({"migrate"}).exit_code, 0);
    EXPECT_EQ(psql().value(last_one), last);
}

// The guide's blocks, run in a database of their own, are found again by `db describe`. Where the guide has two indexes
// for the work of one (the e-mail's beside its key, project_id beside (project_id, created_at)), the one that stays has
// the name of the other.
TEST_F(GuideReplay, Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere)
{
    ASSERT_EQ(type({"db", "create"}, "lightdash_guide").exit_code, 0);
    psql("lightdash_guide").execute(testing::guide_schema);
    const auto described = [](const std::string& database, const std::string& table) {
        const auto found = json({"db", "describe", table}, database);
        std::vector<std::string> lines;
        for (const auto& column : found.at("columns").as_array())
            lines.push_back(boost::json::serialize(column.at("name")) + " " +
                            boost::json::serialize(column.at("type")));
        for (const auto& index : found.at("indexes").as_array())
            if (const auto name = std::string{index.at("name").as_string()}; name != "users_email_key")
                lines.push_back(name);
        return lines;
    };
    for (const auto* table : {"organizations", "users", "projects", "dashboards", "dashboard_tiles"})
        EXPECT_THAT(described("lightdash_dev", table), ::testing::IsSupersetOf(described("lightdash_guide", table)));
}

TEST_F(GuideReplay, Step13TheAdvisedIndexesAreListed)
{
    const auto done = type({"db", "describe", "dashboards"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("dashboards_pkey: primary key"), HasSubstr("idx_dashboards_project_id"),
                                HasSubstr("(created_by)"), HasSubstr("(project_id, created_at)")));
}

// psql has no $1. Repaired: it has a value.
TEST_F(GuideReplay, Step14WhetherAnIndexIsUsedIsSeen)
{
    const std::string query = "SELECT * FROM dashboards WHERE project_id = $1";
    const auto project = psql().value("select id from projects limit 1");
    const auto done = type({"db", "explain", "--analyze", "-c", query, "--param", project});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("on dashboards"), HasSubstr("Execution:")));
    EXPECT_EQ(type({"db", "explain", "-c", query}).exit_code, 0);
}

// 'xyz' is no uuid.
TEST_F(GuideReplay, Step15AValueThatIsNoUuidIsToldWithItsPlace)
{
    const auto done = type({"db", "explain", "--analyze", "-c", "SELECT * FROM dashboards WHERE project_id = 'xyz'"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, AllOf(HasSubstr("invalid input syntax for type uuid"), HasSubstr("line 1, column 45")));
}

TEST_F(GuideReplay, Step16ThePoolHasTheGuidesSize)
{
    const auto shown = type({"config", "show"}).out;
    EXPECT_THAT(shown, ::testing::ContainsRegex("PGMINCONNECTIONS +2 "));
    EXPECT_THAT(shown, ::testing::ContainsRegex("PGMAXCONNECTIONS +10 "));
}

TEST_F(GuideReplay, Step17TheDatabaseIsBackedUp)
{
    const auto done = type_in_folder({"backup", "backup.sql", "--plain"});
    EXPECT_EQ(done.exit_code, 0) << done.output;
    EXPECT_THAT(ops::read_from(folder_ / "backup.sql", 0), HasSubstr("CREATE TABLE public.dashboards"));
}

TEST_F(GuideReplay, Step18TheBackupIsRestored)
{
    const auto done = type_in_folder({"restore", "backup.sql", "--to", "lightdash_restored"});
    EXPECT_EQ(done.exit_code, 0) << done.output;
    for (const auto* table : {"users", "dashboards", "dashboard_tiles"}) {
        const auto rows = "select count(*) from " + std::string{table};
        EXPECT_EQ(psql("lightdash_restored").value(rows), psql().value(rows)) << table;
    }
    EXPECT_EQ(type({"migrate:status", "--check"}, "lightdash_restored").exit_code, 0);
    // Over the live database, as the guide has it, only when its name is said.
    EXPECT_EQ(type_in_folder({"restore", "backup.sql"}).exit_code, 2);
    const auto over = type_in_folder({"restore", "backup.sql", "--confirm=lightdash_dev"});
    EXPECT_EQ(over.exit_code, 0) << over.output;
    EXPECT_NE(psql().value("select count(*) from dashboards"), "0");
}

TEST_F(GuideReplay, Step19BackupsAreScheduledWhereNoProviderMakesThem)
{
    const auto done = type({"backup", "/srv/backups/", "--schedule", "--keep", "7"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("OnCalendar="), HasSubstr("kind: CronJob")));
}

// The same seen by the guide's own statement.
TEST_F(GuideReplay, Step20ActiveQueriesAreViewed)
{
    testing::busy_session session{server_->conninfo("lightdash_dev")};
    session.start("select pg_sleep(60)");
    EXPECT_THAT(psql().column("SELECT pid, usename, query, query_start FROM pg_stat_activity WHERE state != 'idle'"),
                Contains(std::to_string(session.pid())));
    EXPECT_THAT(type({"db", "activity"}).out, HasSubstr(std::to_string(session.pid())));
}

// The guide's statement also ends idle sessions whose last query is old: the command does not. Under requests:
// faults_test.cpp.
TEST_F(GuideReplay, Step21ALongRunningQueryIsKilledAndAnIdleSessionLives)
{
    testing::busy_session idle{server_->conninfo("lightdash_dev"), "select 1"},
        session{server_->conninfo("lightdash_dev")};
    session.start("select pg_sleep(60)");
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    const auto done = type({"db", "kill", "--older-than", "1s", "--yes"});
    EXPECT_EQ(done.out, std::to_string(session.pid()) + " killed\n") << done.err;
    idle.wait_until("state = 'idle'");
    EXPECT_EQ(psql().value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query_start < NOW() - "
                           "INTERVAL '1 second' AND datname = current_database()"),
              "1");
    EXPECT_THROW(idle.connection().value("select 1"), std::runtime_error);
}

// The guide's statement fails once a name needs quotes; the command does not.
TEST_F(GuideReplay, Step22TableSizesAreThoseOfTheGuidesStatement)
{
    const std::string statement =
        "SELECT tablename || ' ' || pg_total_relation_size(schemaname||'.'||tablename) FROM pg_tables "
        "WHERE schemaname != 'pg_catalog' AND schemaname != 'information_schema' "
        "ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC, tablename";
    std::vector<std::string> ours;
    const auto sizes = json({"db", "sizes"});
    for (const auto& row : sizes.as_array())
        ours.push_back(std::string{row.at("name").as_string()} + " " + std::to_string(row.at("totalBytes").as_int64()));
    EXPECT_EQ(ours, psql().column(statement));

    psql().execute("create table \"Needs Quotes\" (n int)");
    EXPECT_THROW(psql().column(statement), std::runtime_error);
    EXPECT_THAT(type({"db", "sizes"}).out, HasSubstr("Needs Quotes"));
}

// Which provider is the reader's choice; what this program does there is not.
TEST_F(GuideReplay, Step23ProductionIsGuarded)
{
    const std::map<std::string, std::string> production{{"LIGHTDASH_ENV", "production"},
                                                        {"LIGHTDASH_SECRET", "a long random text"}};
    EXPECT_THAT(testing::run_backend({"serve"}, production).err, HasSubstr("DATABASE_URL"));
    auto with = production;
    with.emplace("DATABASE_URL", url("lightdash_dev"));
    for (const auto* command : {"drop", "reset"})
        EXPECT_EQ(testing::run_backend({"db", command}, with).exit_code, 2) << command;
    EXPECT_EQ(testing::run_backend({"seed"}, with).exit_code, 2);
    EXPECT_EQ(psql().value("select count(*) > 0 from dashboards"), "t");
}

} // namespace
} // namespace lightdash
