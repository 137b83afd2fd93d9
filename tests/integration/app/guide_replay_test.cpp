// The database guide from its first command to its last, in its order, each typed as this program's command against a
// fresh database, and each result checked. SQL blocks are the guide's own, with what cannot run repaired and said so.
#include "support/backend_process.hpp"
#include "support/busy_session.hpp"
#include "support/guide_schema.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace lightdash {
namespace {

using ::testing::AllOf;
using testing::backend_result;
using ::testing::HasSubstr;
using testing::test_database;

using words = std::vector<std::string>;

// The steps share one database and run in the order in which they stand here.
class GuideReplay : public ::testing::Test {
protected:
    static void SetUpTestSuite() { db_.emplace(test_database::empty()); }
    static void TearDownTestSuite() { db_.reset(); }

    static backend_result type(words arguments)
    {
        return testing::run_backend(std::move(arguments), {{"DATABASE_URL", db_->conninfo()}});
    }
    static boost::json::value json(words arguments)
    {
        arguments.emplace_back("--json");
        const auto done = type(std::move(arguments));
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return boost::json::parse(done.out);
    }

    static inline std::optional<test_database> db_;
};

// "Verify connection": psql lightdash_dev -c "SELECT version();" – and "Check Database Connection": SELECT 1.
TEST_F(GuideReplay, Step01TheConnectionIsVerified)
{
    const auto done = type({"db", "check"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("PostgreSQL " + db_->value("show server_version")));
}

// "Run Migrations": pnpm -F backend migrate
TEST_F(GuideReplay, Step02MigrationsCreateTheCoreTables)
{
    EXPECT_EQ(type({"migrate"}).exit_code, 0);
    for (const auto* table : {"organizations", "users", "projects", "charts", "dashboards", "dashboard_tiles"})
        EXPECT_EQ(db_->value("select to_regclass('" + std::string{table} + "') is not null"), "t") << table;
}

// "Seed Data": pnpm run seed-lightdash
TEST_F(GuideReplay, Step03SeedDataIsLoaded)
{
    EXPECT_EQ(type({"seed"}).exit_code, 0);
    EXPECT_NE(db_->value("select count(*) from dashboards"), "0");
}

// "Running Migrations": migrate:status, rollback-last, migrate
TEST_F(GuideReplay, Step04TheLastMigrationIsRolledBackAndAppliedAgain)
{
    const auto last = db_->value("select name from lightdash_migrations order by id desc limit 1");
    EXPECT_EQ(type({"migrate:status", "--check"}).exit_code, 0);
    EXPECT_EQ(type({"rollback-last"}).exit_code, 0);
    const auto status = json({"migrate:status"}).as_array();
    EXPECT_EQ(status.back().at("state").as_string(), "pending");
    EXPECT_EQ(type({"migrate:status", "--check"}).exit_code, 8);
    EXPECT_EQ(type({"migrate"}).exit_code, 0);
    EXPECT_EQ(db_->value("select name from lightdash_migrations order by id desc limit 1"), last);
}

// "Core Tables": the guide's blocks, run in a database of their own, are found again by `db describe`.
TEST_F(GuideReplay, Step05EveryColumnAndIndexOfTheGuidesSchemaIsThere)
{
    const auto guide = test_database::empty();
    guide.execute(testing::guide_schema);
    const auto described = [](const test_database& db, const std::string& table) {
        const auto done = testing::run_backend({"db", "describe", table, "--json"}, {{"DATABASE_URL", db.conninfo()}});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        const auto found = boost::json::parse(done.out);
        std::vector<std::string> lines;
        for (const auto& column : found.at("columns").as_array())
            lines.push_back(boost::json::serialize(column.at("name")) + " " +
                            boost::json::serialize(column.at("type")));
        for (const auto& index : found.at("indexes").as_array())
            lines.push_back(boost::json::serialize(index.at("definition")));
        return lines;
    };
    for (const auto* table : {"organizations", "users", "projects", "dashboards", "dashboard_tiles"})
        EXPECT_THAT(described(*db_, table), ::testing::IsSupersetOf(described(guide, table)));
}

// "List all indexes on a table": \d dashboards
TEST_F(GuideReplay, Step06ATablesIndexesAreListed)
{
    const auto done = type({"db", "describe", "dashboards"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("dashboards_pkey: primary key"), HasSubstr("idx_dashboards_project_id")));
}

// EXPLAIN ANALYZE SELECT * FROM dashboards WHERE project_id = $1; – psql has no $1. Repaired: it has a value.
TEST_F(GuideReplay, Step07WhetherAnIndexIsUsedIsSeen)
{
    const std::string query = "SELECT * FROM dashboards WHERE project_id = $1";
    const auto project = db_->value("select id from projects limit 1");
    const auto done = type({"db", "explain", "--analyze", "-c", query, "--param", project});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("on dashboards"), HasSubstr("Execution:")));
    EXPECT_EQ(type({"db", "explain", "-c", query}).exit_code, 0);
}

// EXPLAIN ANALYZE SELECT * FROM dashboards WHERE project_id = 'xyz'; – 'xyz' is no uuid.
TEST_F(GuideReplay, Step08AValueThatIsNoUuidIsToldWithItsPlace)
{
    const auto done = type({"db", "explain", "--analyze", "-c", "SELECT * FROM dashboards WHERE project_id = 'xyz'"});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, AllOf(HasSubstr("invalid input syntax for type uuid"), HasSubstr("line 1, column 45")));
}

// "View Active Queries", and the same seen by the guide's own statement.
TEST_F(GuideReplay, Step09ActiveQueriesAreViewed)
{
    testing::busy_session session{db_->conninfo()};
    session.start("select pg_sleep(60)");
    EXPECT_THAT(db_->column("SELECT pid, usename, query, query_start FROM pg_stat_activity WHERE state != 'idle'"),
                ::testing::Contains(std::to_string(session.pid())));
    EXPECT_THAT(type({"db", "activity"}).out, HasSubstr(std::to_string(session.pid())));
}

// "Kill Long-Running Query". The guide's statement also ends idle sessions whose last query is old: the command does
// not.
TEST_F(GuideReplay, Step10ALongRunningQueryIsKilledAndAnIdleSessionLives)
{
    testing::busy_session idle{db_->conninfo(), "select 1"}, session{db_->conninfo()};
    session.start("select pg_sleep(60)");
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    const auto done = type({"db", "kill", "--older-than", "1s", "--yes"});
    EXPECT_EQ(done.out, std::to_string(session.pid()) + " killed\n") << done.err;
    idle.wait_until("state = 'idle'");
    EXPECT_EQ(db_->value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query_start < NOW() - "
                         "INTERVAL '1 second' AND datname = current_database()"),
              "1");
    EXPECT_THROW(idle.connection().value("select 1"), std::runtime_error);
}

// "Check Table Sizes". The guide's statement fails once a name needs quotes; the command does not.
TEST_F(GuideReplay, Step11TableSizesAreThoseOfTheGuidesStatement)
{
    const std::string statement =
        "SELECT tablename || ' ' || pg_total_relation_size(schemaname||'.'||tablename) FROM pg_tables "
        "WHERE schemaname != 'pg_catalog' AND schemaname != 'information_schema' "
        "ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC, tablename";
    std::vector<std::string> ours;
    const auto sizes = json({"db", "sizes"});
    for (const auto& row : sizes.as_array())
        ours.push_back(std::string{row.at("name").as_string()} + " " + std::to_string(row.at("totalBytes").as_int64()));
    EXPECT_EQ(ours, db_->column(statement));

    db_->execute("create table \"Needs Quotes\" (n int)");
    EXPECT_THROW(db_->column(statement), std::runtime_error);
    EXPECT_THAT(type({"db", "sizes"}).out, HasSubstr("Needs Quotes"));
}

} // namespace
} // namespace lightdash
