// migrate:adopt behind the real tools: they migrate, we take over. Knex, node-pg-migrate and dbmate come from npm.
// golang-migrate and Flyway are neither there nor in Debian, so that the tables that they make are only described, in
// integration/migrate/adopt_test.cpp.
#include "support/backend_process.hpp"
#include "support/npm_tools.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <libpq-fe.h>

#include <filesystem>
#include <memory>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_backend;
using testing::test_database;

// Installed once for all tests here, in a folder of their own.
class AdoptToolsTest : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        tools = std::make_unique<testing::npm_tools>("tests/support/npm");
        folder = tools->folder();
    }
    static void TearDownTestSuite() { tools.reset(); }
    void SetUp() override { ASSERT_EQ(tools->refusal(), ""); }

    // In the folder of the tools, with PG* variables for the test database.
    static bool shell(const std::string& command, const test_database& db)
    {
        std::string variables;
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
            PQconninfoParse(db.conninfo().c_str(), nullptr), &PQconninfoFree};
        for (const auto* one = options.get(); one->keyword; ++one)
            if (one->val && *one->val && one->envvar)
                variables += std::string{one->envvar} + "='" + one->val + "' ";
        return tools->run(command, variables);
    }
    static std::string output() { return tools->output(); }
    static void write(const fs::path& file, const std::string& text) { tools->write(file, text); }
    static testing::backend_result run_on(const test_database& db, std::vector<std::string> arguments)
    {
        return run_backend(std::move(arguments), {{"DATABASE_URL", db.conninfo()}});
    }
    // "name batch" of what is applied.
    static std::vector<std::string> applied(const test_database& db, std::vector<std::string> more = {})
    {
        more.insert(more.begin(), {"migrate:status", "--json"});
        std::vector<std::string> made;
        const auto rows = boost::json::parse(run_on(db, std::move(more)).out);
        for (const auto& row : rows.as_array())
            if (row.at("state").as_string() == "applied")
                made.push_back(std::string{row.at("name").as_string()} + ' ' +
                               std::to_string(row.at("batch").as_int64()));
        return made;
    }

    static inline std::unique_ptr<testing::npm_tools> tools;
    static inline fs::path folder;
};

TEST_F(AdoptToolsTest, KnexsOwnHistoryIsTakenOver)
{
    const auto db = test_database::empty();
    write("knexfile.js",
          "module.exports = {client: 'pg', connection: {host: process.env.PGHOST, port: process.env.PGPORT, "
          "user: process.env.PGUSER, password: process.env.PGPASSWORD, database: process.env.PGDATABASE}};");
    const std::string text = "exports.up = k => k.raw('select 1'); exports.down = k => k.raw('select 1');";
    write("migrations/001_create_organizations_table.js", text);
    write("migrations/002_create_users_table.js", text);
    ASSERT_TRUE(shell("npx --no-install knex migrate:latest", db)) << output();
    write("migrations/003_create_projects_table.js", text);
    ASSERT_TRUE(shell("npx --no-install knex migrate:latest", db)) << output();

    const auto shown = run_on(db, {"migrate:adopt", "--print"});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("003_create_projects_table.js"));
    EXPECT_EQ(db.value("select to_regclass('lightdash_migrations') is null"), "t");

    const auto done = run_on(db, {"migrate:adopt"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("3 migrations adopted from knex (knex_migrations)"));
    EXPECT_THAT(applied(db), ElementsAre("001_create_organizations_table 1", "002_create_users_table 1",
                                         "003_create_projects_table 2"));
    EXPECT_EQ(
        db.value("select count(*) from knex_migrations k join lightdash_migrations l on l.name || '.js' = k.name and "
                 "l.batch = k.batch and l.applied_at = k.migration_time"),
        "3");
    EXPECT_EQ(run_on(db, {"migrate:adopt"}).exit_code, 5) << "not twice";
}

TEST_F(AdoptToolsTest, NodePgMigratesOwnHistoryIsTakenOver)
{
    const auto db = test_database::empty();
    const std::string text = "exports.up = pgm => pgm.sql('select 1'); exports.down = pgm => pgm.sql('select 1');";
    write("pgm/001_create_organizations_table.js", text);
    write("pgm/002_create_users_table.js", text);
    write("pgm/999_of_somebody_else.js", text);
    ASSERT_TRUE(shell("npx --no-install node-pg-migrate up -m pgm", db)) << output();

    const auto refused = run_on(db, {"migrate:adopt"});
    EXPECT_EQ(refused.exit_code, 5);
    EXPECT_THAT(refused.err, HasSubstr("999_of_somebody_else"));

    const auto done = run_on(db, {"migrate:adopt", "--skip-unknown"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(applied(db), ElementsAre("001_create_organizations_table 1", "002_create_users_table 1"));
    EXPECT_EQ(db.value("select count(*) from pgmigrations p join lightdash_migrations l on l.name = p.name and "
                       "l.applied_at = p.run_on::timestamptz"),
              "2");
}

TEST_F(AdoptToolsTest, DbmatesOwnHistoryIsTakenOverAndItsFilesAreOurs)
{
    const auto db = test_database::empty();
    // Its files are written as ours are.
    write("db/001_create_a.sql", "-- migrate:up\ncreate table a ();\n-- migrate:down\ndrop table a;\n");
    write("db/002_index_a.sql",
          "-- migrate:up transaction:false\ncreate table b ();\n-- migrate:down\ndrop table b;\n");
    const std::string dbmate =
        "sh -c "
        "'DATABASE_URL=\"postgres://$PGUSER${PGPASSWORD:+:$PGPASSWORD}@/$PGDATABASE?host=$PGHOST&port=${PGPORT:-5432}"
        "&sslmode=disable\" node_modules/@dbmate/linux-x64/bin/dbmate --no-dump-schema --migrations-dir db up'";
    ASSERT_TRUE(shell(dbmate, db)) << output();
    ASSERT_EQ(db.value("select string_agg(version, ' ' order by version) from schema_migrations"), "001 002");

    // Only the option has another name here.
    write("db/002_index_a.sql", "-- migrate:up transaction:off\ncreate table b ();\n-- migrate:down\ndrop table b;\n");
    write("db/003_create_c.sql", "-- migrate:up\ncreate table c ();\n-- migrate:down\ndrop table c;\n");
    const auto files = (folder / "db").string();
    const auto done = run_on(db, {"migrate:adopt", "--dir", files});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("2 migrations adopted from dbmate (schema_migrations)"));
    EXPECT_THAT(applied(db, {"--dir", files}), ElementsAre("001_create_a 1", "002_index_a 1"));
    const auto further = run_on(db, {"migrate", "--dir", files});
    EXPECT_EQ(further.exit_code, 0) << further.err;
    EXPECT_EQ(db.value("select to_regclass('c') is not null"), "t");
    EXPECT_EQ(run_on(db, {"rollback-all", "--confirm", db.name(), "--dir", files}).exit_code, 0);
    EXPECT_EQ(db.value("select to_regclass('a') is null and to_regclass('b') is null"), "t");
}

} // namespace
} // namespace lightdash
