// What the database guide tells its reader to type, block by block, and which test does it.
#pragma once

#include <array>
#include <string_view>

namespace lightdash::testing {

struct guide_block {
    std::string_view section, begins;
    std::string_view
        where; // the step of guide_replay_test.cpp, a file of tests that runs it, or why there is nothing to run
};

inline constexpr std::string_view builder_queries = "tests/integration/sql/guide_queries_test.cpp";

// Every block of the guide, and the lists that name something to do, in its order.
inline constexpr auto guide_blocks = std::to_array<guide_block>({
    {"Prerequisites", "PostgreSQL 13 or higher", "Step01TheServerIsNewEnough"},
    {"Prerequisites", "psql, Knex.js CLI", "nothing to run: this program needs neither"},
    {"Create Database", "createdb lightdash_dev", "Step02TheDatabaseIsCreated"},
    {"Create Database", "psql lightdash_dev -c \"SELECT version();\"", "Step03TheConnectionIsVerified"},
    {"Update Connection String", "DATABASE_URL=postgresql://", "Step04TheUrlStandsInTheEnvFile"},
    {"Run Migrations", "pnpm -F backend migrate", "Step05MigrationsCreateTheCoreTables"},
    {"Seed Data", "pnpm run seed-lightdash", "Step06SeedDataIsLoaded"},
    {"Migration Files", "001_create_users_table.ts", "Step07MigrationsAreNumberedAndNamed"},
    {"Creating Migrations", "pnpm -F backend create-migration", "Step08AMigrationIsCreatedFromATemplate"},
    {"Creating Migrations", "export async function up", "Step08AMigrationIsCreatedFromATemplate"},
    {"Making Schema Changes", "createTable('users'", "Step09TheExamplesMigrateUpDownAndUpAgain"},
    {"Making Schema Changes", "table.boolean('is_active')", "Step09TheExamplesMigrateUpDownAndUpAgain"},
    {"Making Schema Changes", "table.index('email')", "Step09TheExamplesMigrateUpDownAndUpAgain"},
    {"Data Migrations", "table.string('full_name')", "Step09TheExamplesMigrateUpDownAndUpAgain"},
    {"Safe Migrations", "Exactly reverse the up migration", "Step10EachWayDownIsProven"},
    {"Running Migrations", "pnpm -F backend migrate", "Step11TheLastMigrationIsRolledBackAndAppliedAgain"},
    {"Running Migrations", "pnpm -F backend rollback-last", "Step11TheLastMigrationIsRolledBackAndAppliedAgain"},
    {"Running Migrations", "pnpm -F backend migrate:status", "Step11TheLastMigrationIsRolledBackAndAppliedAgain"},
    {"Core Tables", "CREATE TABLE organizations", "Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere"},
    {"Core Tables", "CREATE TABLE users", "Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere"},
    {"Core Tables", "CREATE TABLE projects", "Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere"},
    {"Core Tables", "CREATE TABLE dashboards", "Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere"},
    {"Core Tables", "CREATE TABLE dashboard_tiles", "Step12EveryColumnAndIndexOfTheGuidesSchemaIsThere"},
    {"Basic Operations", "select", builder_queries}, // calls of a library: no command
    {"Basic Operations", "insert", builder_queries},
    {"Basic Operations", "update", builder_queries},
    {"Basic Operations", "delete", builder_queries},
    {"Advanced Queries", "innerJoin", builder_queries},
    {"Advanced Queries", "count, avg", builder_queries},
    {"Advanced Queries", "whereIn, whereBetween", builder_queries},
    {"Advanced Queries", "limit, offset", builder_queries},
    {"Transactions", "knex.transaction", builder_queries},
    {"Indexing", "table.index(['project_id', 'created_at'])", "Step13TheAdvisedIndexesAreListed"},
    {"Indexing", "\\d dashboards", "Step13TheAdvisedIndexesAreListed"},
    {"Indexing", "EXPLAIN ANALYZE SELECT * FROM dashboards WHERE project_id = $1", "Step14WhetherAnIndexIsUsedIsSeen"},
    {"Query Optimization", "EXPLAIN ANALYZE … 'xyz'", "Step15AValueThatIsNoUuidIsToldWithItsPlace"},
    {"Connection Pooling", "min: 2, max: 10", "Step16ThePoolHasTheGuidesSize"},
    {"Backup Database", "pg_dump lightdash_dev > backup.sql", "Step17TheDatabaseIsBackedUp"},
    {"Restore Database", "psql lightdash_dev < backup.sql", "Step18TheBackupIsRestored"},
    {"Automated Backups", "AWS RDS, Google Cloud SQL, Azure", "Step19BackupsAreScheduledWhereNoProviderMakesThem"},
    {"Check Database Connection", "psql $DATABASE_URL -c \"SELECT 1;\"", "Step03TheConnectionIsVerified"},
    {"View Active Queries", "SELECT pid, usename, query, query_start", "Step20ActiveQueriesAreViewed"},
    {"Kill Long-Running Query", "SELECT pg_terminate_backend(pid)",
     "Step21ALongRunningQueryIsKilledAndAnIdleSessionLives"},
    {"Check Table Sizes", "SELECT tablename, pg_size_pretty", "Step22TableSizesAreThoseOfTheGuidesStatement"},
    {"Development", "DATABASE_URL=postgresql://", "Step04TheUrlStandsInTheEnvFile"},
    {"Testing", "DATABASE_URL_TEST=postgresql://", "Step04TheUrlStandsInTheEnvFile"},
    {"Production", "AWS RDS, Google Cloud SQL, Azure, Heroku", "Step23ProductionIsGuarded"},
    {"Useful Resources", "links", "nothing to run: texts to read"},
});

} // namespace lightdash::testing
